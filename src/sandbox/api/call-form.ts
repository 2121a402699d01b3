import { isE164 } from '../../message/message.ts';
import type { Call, Script } from '../ledger.ts';
import type { Visit } from './endpoint.ts';
import {
  callbackOf,
  flagOf,
  isCallbackUrl,
  isHttpUrl,
  methodOf,
  type Refused,
  scriptUrlOf,
  textOf,
  wholeOf,
  wrongMethod,
  wrongUrl,
} from './form.ts';
import { magicCode } from './magic.ts';

/** Characters of a script that is sent along (https://www.twilio.com/docs/voice/api/call-resource). */
const TWIML_LIMIT = 4000;
/** How long it rings: what is asked for beyond the limit is cut to it (same page). */
const TIMEOUT_SECONDS = 60;
const LONGEST_TIMEOUT_SECONDS = 600;
/** How long a call may last: four hours where nothing is asked for, a day at most (same page). */
const TIME_LIMIT_SECONDS = 14_400;
const LONGEST_TIME_LIMIT_SECONDS = 86_400;

const METHODS = ['Method', 'FallbackMethod', 'StatusCallbackMethod', 'RecordingStatusCallbackMethod'];
const OTHER_URLS = ['FallbackUrl', 'RecordingStatusCallback', 'AsyncAmdStatusCallback'];
const DETECTIONS = ['Enable', 'DetectMessageEnd'] as const;

/** Why Twilio would refuse to create a call of this form, or undefined. */
export function refuseCall({ form }: Visit, { isScriptNeeded }: { isScriptNeeded: boolean }): Refused | undefined {
  const code = refuseNumbers(form);
  if (code !== undefined) return { code };
  return (isScriptNeeded ? refuseScript(form, true) : undefined) ?? refuseWays(form) ?? refuseRest(form);
}

function refuseNumbers(form: URLSearchParams): number | undefined {
  const [to, from, callerId] = ['To', 'From', 'CallerId'].map((name) => textOf(form, name));
  if (!to) return 21201;
  if (!isE164(to)) return 21211;
  if (!from) return 21213;
  if (!isE164(from) || (callerId && !isE164(callerId))) return 21212;
  return magicCode('call-to', to) ?? magicCode('call-from', from);
}

/** `Url` wins over `Twiml`, as at Twilio. */
export function refuseScript(form: URLSearchParams, isNeeded: boolean): Refused | undefined {
  const [url, twiml, application] = ['Url', 'Twiml', 'ApplicationSid'].map((name) => textOf(form, name));
  if (url) return isHttpUrl(url) ? undefined : { code: 21205 };
  if (twiml) return twiml.length > TWIML_LIMIT ? { code: 32018 } : undefined;
  if (application) return /^AP[0-9a-f]{32}$/.test(application) ? undefined : { code: 21218 };
  return isNeeded ? { code: 21205 } : undefined;
}

/** What is wrong with the ways in which the caller wants to be asked and told. */
export function refuseWays(form: URLSearchParams): Refused | undefined {
  const callback = textOf(form, 'StatusCallback');
  if (callback && !isCallbackUrl(callback)) return { code: 21609 };
  const method = wrongMethod(form, METHODS);
  if (method) return { code: 21209, detail: method };
  const url = wrongUrl(form, OTHER_URLS);
  return url ? { code: 21402, detail: url } : undefined;
}

function refuseRest(form: URLSearchParams): Refused | undefined {
  const digits = textOf(form, 'SendDigits');
  if (digits && !/^[0-9A-Da-d*#wW,]{1,32}$/.test(digits)) return { code: 21206 };
  if (form.get('Timeout') && wholeOf(form, 'Timeout', 1, 999_999_999) === undefined) return { code: 21208 };
  if (form.get('TimeLimit') && timeLimitOf(form) === undefined) {
    return { code: 20001, detail: `TimeLimit is no number from 1 to ${LONGEST_TIME_LIMIT_SECONDS}` };
  }
  const detection = textOf(form, 'MachineDetection');
  if (!detection || DETECTIONS.some((known) => known === detection)) return undefined;
  return { code: 20001, detail: `MachineDetection is neither of ${DETECTIONS.join(' and ')}` };
}

export function timeLimitOf(form: URLSearchParams): number | undefined {
  return wholeOf(form, 'TimeLimit', 1, LONGEST_TIME_LIMIT_SECONDS);
}

/** A call of a form that is in order, with the script that it names or, where one is given, that one. */
export function readCall({ form, network, account }: Visit, script: Script = scriptOf(form)): Call {
  const now = network.clock.now();
  const timeout = wholeOf(form, 'Timeout', 1, 999_999_999) ?? TIMEOUT_SECONDS;
  const detection = textOf(form, 'MachineDetection');
  return {
    kind: 'call',
    sid: network.newSid('CA'),
    accountSid: account.sid,
    direction: 'outbound-api',
    parentCallSid: null,
    to: textOf(form, 'To'),
    from: textOf(form, 'CallerId') || textOf(form, 'From'),
    script,
    fallback: scriptUrlOf(form, 'FallbackUrl', 'FallbackMethod'),
    statusCallback: callbackOf(form),
    timeoutSeconds: Math.min(timeout, LONGEST_TIMEOUT_SECONDS),
    timeLimitSeconds: timeLimitOf(form) ?? TIME_LIMIT_SECONDS,
    sendDigits: textOf(form, 'SendDigits'),
    machineDetection: DETECTIONS.find((known) => known === detection) ?? null,
    answeredBy: null,
    record: flagOf(form, 'Record') ?? false,
    status: 'queued',
    startedAt: null,
    endedAt: null,
    heard: [],
    keys: '',
    callbackCount: 0,
    createdAt: now,
    updatedAt: now,
    notes: [],
  };
}

function scriptOf(form: URLSearchParams): Script {
  const [url, text] = [textOf(form, 'Url'), textOf(form, 'Twiml')];
  if (url) return { kind: 'url', url, method: methodOf(form, 'Method') };
  return text ? { kind: 'text', text } : { kind: 'application' };
}
