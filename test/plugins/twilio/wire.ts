/** Twilio's API as far as sending, listing and fetching go: how requests read, and how it answers. */
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { HttpRequest } from '../../../src/http/http.ts';
import type { CallbackSubject, ErrorCase, Held, Told, WireSubject } from '../../../src/testing/provider-subject.ts';
import type { WireAnswer } from '../../../src/testing/provider-wire.ts';
import { SID, TOKEN } from './sending.ts';

export const wire: WireSubject = {
  readSend({ method, path, body }) {
    if (method !== 'POST' || !/\/(Messages|Calls)\.json$/.test(path)) return undefined;
    const form = new URLSearchParams(body);
    const words = form.get('Body');
    return { to: form.get('To') ?? '', ...(words !== null && { words }) };
  },
  accepted({ body }, providerId) {
    const form = new URLSearchParams(body);
    return json(201, {
      sid: providerId,
      status: 'queued',
      to: form.get('To'),
      from: form.get('From'),
      error_code: null,
    });
  },
  refused: (words) => failure(400, 21999, words),
  asked({ path }, held) {
    const url = new URL(path, 'http://127.0.0.1');
    const items = held.map(itemOf);
    const one = items.find(({ sid }) => url.pathname.endsWith(`/${sid}.json`));
    if (one) return json(200, one);
    if (!/\/(Messages|Calls)\.json$/.test(url.pathname))
      return failure(404, 20404, 'The requested resource was not found');
    const list = items.filter(({ to }) => to === url.searchParams.get('To'));
    return json(200, { [url.pathname.includes('/Calls') ? 'calls' : 'messages']: list, next_page_uri: null });
  },
  providerId: (number) => `SM${String(number).padStart(32, '0')}`,
};

/** Codes of https://www.twilio.com/docs/api/errors that a send can be answered with. */
export const errors: readonly ErrorCase[] = [
  rejected(401, 20003, 'the account SID and the auth token do not belong together'),
  rejected(404, 20404, 'there is no such account or address'),
  rejected(400, 21201, 'no number to call was given'),
  rejected(400, 21210, 'not a verified number'),
  rejected(400, 21211, 'not a valid phone number'),
  rejected(400, 21212, 'the sending number is not a valid phone number'),
  rejected(400, 21214, 'cannot be reached'),
  rejected(400, 21215, 'may not call that country'),
  rejected(400, 21216, 'may not call that number'),
  rejected(400, 21217, 'does not seem to be valid'),
  rejected(400, 21408, 'may not text that country'),
  rejected(400, 21606, 'cannot send text messages'),
  rejected(400, 21608, 'a trial account reaches verified numbers only'),
  rejected(400, 21610, 'opted out'),
  rejected(400, 21612, 'cannot be reached from the sending number'),
  rejected(400, 21614, 'not a mobile number'),
  rejected(400, 21617, 'longer than 1,600 characters'),
  rejected(400, 21635, 'is a landline'),
  later(429, 20429, 'too many requests at once'),
  later(400, 21611, 'too many messages wait'),
  later(400, 22005, 'cannot take it at the moment'),
  later(400, 10004, 'too many calls at once'),
  { code: '20500', answer: failure(500, 20500, 'Internal Server Error'), expected: 'unknown' },
  { code: '20500', answer: failure(400, 20500, 'Internal Server Error'), expected: 'unknown' },
];

export const callbacks: CallbackSubject = {
  states: {
    sms: {
      accepted: 'accepted',
      scheduled: 'accepted',
      queued: 'accepted',
      sending: 'accepted',
      sent: 'sent',
      delivered: 'delivered',
      read: 'delivered',
      undelivered: 'undelivered',
      failed: 'failed',
      canceled: 'canceled',
    },
    call: {
      queued: 'accepted',
      initiated: 'accepted',
      ringing: 'ringing',
      'in-progress': 'in-progress',
      completed: 'completed',
      busy: 'busy',
      'no-answer': 'no-answer',
      failed: 'failed',
      canceled: 'canceled',
    },
  },
  lives: [
    { channel: 'sms', statuses: ['queued', 'sending', 'sent', 'delivered', 'read'] },
    { channel: 'sms', statuses: ['queued', 'sent', 'undelivered'] },
    { channel: 'call', statuses: ['queued', 'initiated', 'ringing', 'in-progress', 'completed'] },
    { channel: 'call', statuses: ['initiated', 'ringing', 'no-answer'] },
  ],
  genuine: (told) => signed(told, TOKEN),
  forged(told) {
    const genuine = signed(told, TOKEN);
    const queued = signed({ ...told, status: 'queued' }, TOKEN);
    const signature = genuine.headers['x-twilio-signature'] ?? '';
    return {
      'signed with another token': signed(told, `${TOKEN}.`),
      'signed for another address': { ...signed({ ...told, url: `${told.url}x` }, TOKEN) },
      'without a signature': { ...genuine, headers: {} },
      'with an empty signature': { ...genuine, headers: { 'x-twilio-signature': '' } },
      'with a signature of one bit more': { ...genuine, headers: { 'x-twilio-signature': flipped(signature) } },
      'with the signature of an earlier one': { ...genuine, headers: queued.headers },
      'with one parameter more': { ...genuine, body: Buffer.from(`${genuine.body.toString()}&ErrorCode=1`) },
    };
  },
};

function itemOf({ providerId, draft, status, createdAt }: Held) {
  const { to, from, content } = draft;
  const words = content.kind === 'text' ? { body: content.text } : {};
  return {
    sid: providerId,
    to,
    from,
    status,
    ...words,
    date_created: new Date(createdAt).toUTCString(),
    error_code: null,
  };
}

function signed({ channel, status, providerId, url }: Told, token: string): HttpRequest {
  const form: Record<string, string> =
    channel === 'call'
      ? { CallSid: providerId, CallStatus: status, AccountSid: SID, SequenceNumber: '1' }
      : { MessageSid: providerId, MessageStatus: status, AccountSid: SID };
  return {
    method: 'POST',
    target: new URL(url).pathname,
    params: {},
    query: new URLSearchParams(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': getExpectedTwilioSignature(token, url, form),
    },
    body: Buffer.from(new URLSearchParams(form).toString()),
  };
}

function flipped(signature: string): string {
  return (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
}

function rejected(status: number, code: number, meaning: string): ErrorCase {
  return { code: String(code), answer: failure(status, code, 'In their words'), expected: 'final', meaning };
}

function later(status: number, code: number, meaning: string): ErrorCase {
  return { code: String(code), answer: failure(status, code, 'In their words'), expected: 'retry', meaning };
}

function failure(status: number, code: number, message: string): WireAnswer {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return json(status, { code, message, more_info, status });
}

function json(status: number, body: unknown): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
