import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { HttpRequest } from '../../http/http.ts';
import type { Channel, State, StatusReport } from '../../message/message.ts';
import { meaningOfCode } from './error-code.ts';

/** Twilio's states of a message, as the house has them. No callback is made for the first ones; a sandbox may. */
const MESSAGE_STATES: Readonly<Record<string, State>> = {
  accepted: 'accepted',
  scheduled: 'accepted',
  queued: 'accepted',
  sending: 'accepted',
  sent: 'sent',
  delivered: 'delivered',
  // The recipient has even read it.
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'canceled',
};

/** Twilio's states of a call. */
const CALL_STATES: Readonly<Record<string, State>> = {
  queued: 'accepted',
  initiated: 'accepted',
  ringing: 'ringing',
  'in-progress': 'in-progress',
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'no-answer',
  failed: 'failed',
  canceled: 'canceled',
};

export const REFUSED = { refused: 'its signature is not one of the account' } as const;

/** Who can have answered a call (https://www.twilio.com/docs/voice/answering-machine-detection). */
const ANSWERERS: readonly string[] = [
  'human',
  'machine_start',
  'machine_end_beep',
  'machine_end_silence',
  'machine_end_other',
  'fax',
  'unknown',
];

/** Reads a status callback. States and parameters that Twilio may add later are passed over. */
export function readCallback(
  token: string,
  request: HttpRequest,
  url: string,
): StatusReport | null | { readonly refused: string } {
  if (!isGenuine(token, request, url)) return REFUSED;
  const form = new URLSearchParams(request.body.toString());
  const providerId = form.get('CallSid') ?? form.get('MessageSid');
  const call = form.get('CallStatus');
  const status = call ?? form.get('MessageStatus');
  if (status === null || !providerId) return null;
  const report = reportOf(call === null ? 'sms' : 'call', status, providerId, form.get('ErrorCode'));
  const answeredBy = form.get('AnsweredBy') ?? '';
  return report && ANSWERERS.includes(answeredBy) ? { ...report, answer: { answered_by: answeredBy } } : report;
}

/** What a state of Twilio's, and its error code, say; null for states that Twilio may add later. */
export function reportOf(
  channel: Channel,
  status: string,
  providerId: string,
  code: string | null,
): StatusReport | null {
  const states = channel === 'call' ? CALL_STATES : MESSAGE_STATES;
  const state = Object.hasOwn(states, status) ? states[status] : undefined;
  return state === undefined ? null : { state, providerId, ...(code && { error: errorOf(code) }) };
}

/**
 * Whether Twilio signed this request with the account's token. `url` is the one that Twilio was given: what headers say of
 * host and protocol proves nothing. Twilio signs with or without the port, and without the fragment.
 */
export function isGenuine(token: string, request: HttpRequest, url: string): boolean {
  const signature = request.headers['x-twilio-signature'];
  if (!signature || token === '') return false;
  return validateRequest(token, signature, url.split('#', 1)[0] ?? '', parametersOf(request));
}

function errorOf(code: string): string {
  const shown = /^\d{1,6}$/.test(code) ? code : 'an unknown code';
  const meaning = meaningOfCode(code);
  return `Twilio reports ${shown}${meaning ? `: ${meaning}` : ''}`;
}

/** The form as the signature covers it: a name that comes several times has a list. A GET has no form. */
function parametersOf(request: HttpRequest): Record<string, string | string[]> {
  const parameters: Record<string, string | string[]> = Object.create(null);
  const form = new URLSearchParams(request.body.toString());
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    parameters[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return parameters;
}
