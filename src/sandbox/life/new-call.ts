import type { Call } from '../ledger.ts';

type Given = Pick<Call, 'sid' | 'accountSid' | 'direction' | 'to' | 'from' | 'script'> & Partial<Call>;

/** A call that begins now, with Twilio's defaults for what is not given. */
export function newCall({ now, ...given }: Given & { readonly now: number }): Call {
  return {
    kind: 'call',
    parentCallSid: null,
    fallback: null,
    statusCallback: null,
    timeoutSeconds: 60,
    timeLimitSeconds: 14_400,
    sendDigits: '',
    machineDetection: null,
    answeredBy: null,
    record: false,
    status: 'queued',
    startedAt: null,
    endedAt: null,
    heard: [],
    keys: '',
    callbackCount: 0,
    notes: [],
    createdAt: now,
    updatedAt: now,
    ...given,
  };
}
