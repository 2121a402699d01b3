import { isE164 } from '../../message/message.ts';
import type { Call, CallCallback, CallEvent, Script, Sms } from '../ledger.ts';
import type { RefusalCode } from './refusal.ts';

/** Characters of a message, of a script sent along with a call, and of a callback's address (https://www.twilio.com/docs/api/errors/21609). */
const BODY_LIMIT = 1600;
const TWIML_LIMIT = 4000;
const URL_LIMIT = 4000;

/** Why Twilio would refuse to create a message of this form, or null. */
export function refuseSms(form: URLSearchParams): RefusalCode | null {
  const [to, from, body, callback] = ['To', 'From', 'Body', 'StatusCallback'].map((name) => form.get(name) ?? '');
  if (!to) return 21604;
  if (!isE164(to)) return 21211;
  if (!from && !form.get('MessagingServiceSid')) return 21603;
  if (from && !isSender(from)) return 21212;
  if (!body && !form.get('MediaUrl') && !form.get('ContentSid')) return 21602;
  if (body && body.length > BODY_LIMIT) return 21617;
  return callback && !isCallbackUrl(callback) ? 21609 : null;
}

/** A message of a form that is in order. */
export function readSms(form: URLSearchParams, sid: string, accountSid: string, now: number): Sms {
  return {
    kind: 'sms',
    sid,
    accountSid,
    direction: 'outbound-api',
    to: form.get('To') ?? '',
    from: form.get('From') ?? '',
    messagingServiceSid: form.get('MessagingServiceSid'),
    body: form.get('Body') ?? '',
    mediaUrls: form.getAll('MediaUrl'),
    statusCallback: form.get('StatusCallback') || null,
    status: 'queued',
    errorCode: null,
    sendAt: null,
    createdAt: now,
    updatedAt: now,
    sentAt: null,
    notes: [],
  };
}

/** Why Twilio would refuse to create a call of this form, or null. */
export function refuseCall(form: URLSearchParams): RefusalCode | null {
  const [to, from, url, twiml, callback] = ['To', 'From', 'Url', 'Twiml', 'StatusCallback'].map(
    (name) => form.get(name) ?? '',
  );
  if (!to) return 21201;
  if (!isE164(to)) return 21211;
  if (!from) return 21213;
  if (!isE164(from)) return 21212;
  if (!url && !twiml && !form.get('ApplicationSid')) return 21205;
  if (url && !isHttpUrl(url)) return 21205;
  if (!url && twiml && twiml.length > TWIML_LIMIT) return 32018;
  return callback && !isCallbackUrl(callback) ? 21609 : null;
}

/** A call of a form that is in order. */
export function readCall(form: URLSearchParams, sid: string, accountSid: string, now: number): Call {
  return {
    kind: 'call',
    sid,
    accountSid,
    direction: 'outbound-api',
    parentCallSid: null,
    to: form.get('To') ?? '',
    from: form.get('From') ?? '',
    script: readScript(form),
    fallback: null,
    statusCallback: readCallback(form),
    status: 'queued',
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    endedAt: null,
    timeoutSeconds: 60,
    timeLimitSeconds: 14_400,
    sendDigits: '',
    machineDetection: null,
    answeredBy: null,
    record: false,
    heard: [],
    keys: '',
    callbackCount: 0,
    notes: [],
  };
}

/** `Url` wins over `Twiml`, as at Twilio. */
function readScript(form: URLSearchParams): Script {
  const url = form.get('Url');
  if (url) return { kind: 'url', url, method: readMethod(form, 'Method') };
  const text = form.get('Twiml');
  return text ? { kind: 'text', text } : { kind: 'application' };
}

function readCallback(form: URLSearchParams): CallCallback | null {
  const url = form.get('StatusCallback');
  if (!url) return null;
  const asked = form.getAll('StatusCallbackEvent').flatMap((events) => events.split(' '));
  const events = CALL_EVENTS.filter((event) => asked.includes(event));
  return {
    url,
    method: readMethod(form, 'StatusCallbackMethod'),
    // Twilio tells of the end alone where nothing is asked for.
    events: events.length > 0 ? events : ['completed'],
  };
}

const CALL_EVENTS: readonly CallEvent[] = ['initiated', 'ringing', 'answered', 'completed'];

function readMethod(form: URLSearchParams, name: string): 'GET' | 'POST' {
  return form.get(name)?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}

/** A phone number, a short code, or a name of at most 11 letters and digits. */
function isSender(from: string): boolean {
  return isE164(from) || /^\d{3,8}$/.test(from) || /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/.test(from);
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
}

/** Twilio refuses host names with underscores, which URL itself lets through. */
function isCallbackUrl(text: string): boolean {
  return text.length <= URL_LIMIT && isHttpUrl(text) && !URL.parse(text)?.hostname.includes('_');
}
