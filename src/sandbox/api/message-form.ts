import { isE164, LONGEST_TEXT } from '../../message/message.ts';
import type { Sms } from '../ledger.ts';
import type { Visit } from './endpoint.ts';
import { isCallbackUrl, isHttpUrl, type Refused, textOf, wholeOf } from './form.ts';
import { magicCode } from './magic.ts';

/** How far ahead a message can be scheduled (https://www.twilio.com/docs/api/errors/35114). */
const SCHEDULE_FROM_MS = 900_000;
const SCHEDULE_TO_MS = 3_024_000_000;
/** https://www.twilio.com/docs/messaging/api/message-resource */
const MEDIA_LIMIT = 10;
const LONGEST_VALIDITY_SECONDS = 36_000;

/** Why Twilio would refuse to create a message of this form, or undefined. */
export function refuseSms(visit: Visit): Refused | undefined {
  const { form } = visit;
  const code = refuseNumbers(form) ?? refuseOptedOut(visit) ?? refuseContent(form) ?? refuseSchedule(visit);
  if (code !== undefined) return { code };
  if (form.get('ValidityPeriod') && wholeOf(form, 'ValidityPeriod', 1, LONGEST_VALIDITY_SECONDS) === undefined) {
    return { code: 20001, detail: `ValidityPeriod is no number from 1 to ${LONGEST_VALIDITY_SECONDS}` };
  }
  return undefined;
}

function refuseNumbers(form: URLSearchParams): number | undefined {
  const [to, from] = [textOf(form, 'To'), senderOf(form)];
  if (!to) return 21604;
  if (!isE164(to)) return 21211;
  if (!from && !serviceOf(form)) return 21603;
  if (from && !isSender(from)) return 21212;
  return magicCode('sms-to', to) ?? magicCode('sms-from', from);
}

/** A messaging service is a sender of its own here. */
function refuseOptedOut({ form, network }: Visit): number | undefined {
  return network.optOuts.has(textOf(form, 'To'), senderOf(form) || serviceOf(form)) ? 21610 : undefined;
}

function refuseContent(form: URLSearchParams): number | undefined {
  const [body, callback, media] = [textOf(form, 'Body'), textOf(form, 'StatusCallback'), mediaOf(form)];
  if (!body && media.length === 0 && !form.get('ContentSid')) return 21602;
  if (body.length > LONGEST_TEXT) return 21617;
  if (media.length > MEDIA_LIMIT) return 21623;
  if (!media.every(isHttpUrl)) return 21620;
  return callback && !isCallbackUrl(callback) ? 21609 : undefined;
}

function refuseSchedule({ form, network }: Visit): number | undefined {
  const [type, sendAt] = [textOf(form, 'ScheduleType'), textOf(form, 'SendAt')];
  if (!type && !sendAt) return undefined;
  if (type && type !== 'fixed') return 35126;
  if (!sendAt) return 35111;
  if (!serviceOf(form)) return 35118;
  const ahead = Date.parse(sendAt) - network.clock.now();
  return ahead >= SCHEDULE_FROM_MS && ahead <= SCHEDULE_TO_MS ? undefined : 35114;
}

/** A message of a form that is in order. */
export function readSms({ form, network, account }: Visit): Sms {
  const now = network.clock.now();
  const service = serviceOf(form);
  const sendAt = form.get('SendAt') ? Date.parse(textOf(form, 'SendAt')) : null;
  return {
    kind: 'sms',
    sid: network.newSid(form.has('MediaUrl') ? 'MM' : 'SM'),
    accountSid: account.sid,
    direction: 'outbound-api',
    to: textOf(form, 'To'),
    from: senderOf(form),
    messagingServiceSid: service || null,
    body: textOf(form, 'Body'),
    mediaUrls: mediaOf(form),
    statusCallback: textOf(form, 'StatusCallback') || null,
    // A messaging service takes a message first, and finds its sender later.
    status: sendAt !== null ? 'scheduled' : service ? 'accepted' : 'queued',
    errorCode: null,
    sendAt,
    sentAt: null,
    createdAt: now,
    updatedAt: now,
    notes: form.get('ContentSid') ? ['The words of a content template are kept at Twilio, so they are not shown.'] : [],
  };
}

function mediaOf(form: URLSearchParams): readonly string[] {
  return form.getAll('MediaUrl').filter((url) => url !== '');
}

/** `From` takes the id of a messaging service as well. */
function serviceOf(form: URLSearchParams): string {
  return [textOf(form, 'MessagingServiceSid'), textOf(form, 'From')].find((sid) => /^MG[0-9a-f]{32}$/.test(sid)) ?? '';
}

function senderOf(form: URLSearchParams): string {
  const from = textOf(form, 'From');
  return /^MG[0-9a-f]{32}$/.test(from) ? '' : from;
}

/**
 * A phone number, a short code, or a name of at most 11 letters, digits, spaces, and the signs + - _ &
 * (https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id).
 */
function isSender(from: string): boolean {
  return isE164(from) || /^\d{3,8}$/.test(from) || /^(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}$/.test(from);
}
