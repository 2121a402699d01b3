/** Exotel's API as the provider meets it: how requests read, and how they are answered. */
import type { Draft } from '../../../src/message/message.ts';
import type { Held, WireSubject } from '../../../src/testing/provider-subject.ts';
import type { WireAnswer, WireRequest } from '../../../src/testing/provider-wire.ts';
import { SID } from './sending.ts';

export const wire: WireSubject = {
  readSend(request) {
    const form = formOf(request);
    if (request.method !== 'POST') return undefined;
    if (request.path === `/v1/Accounts/${SID}/Sms/send.json`) {
      return { to: form.get('To') ?? '', words: form.get('Body') ?? '' };
    }
    return request.path === `/v1/Accounts/${SID}/Calls/connect.json` ? { to: form.get('From') ?? '' } : undefined;
  },
  accepted(request, providerId) {
    const form = formOf(request);
    const item = { Sid: providerId, AccountSid: SID, From: form.get('From'), To: form.get('To') };
    return request.path.includes('/Sms/')
      ? json(200, { SMSMessage: { ...item, Body: form.get('Body'), Status: 'queued', Direction: 'outbound-api' } })
      : json(200, { Call: { ...item, Status: 'in-progress', Direction: 'outbound-api' } });
  },
  refused: (words) => refusal(400, words),
  asked({ path }, held) {
    const { pathname } = new URL(path, 'http://127.0.0.1');
    if (pathname === `/v1/Accounts/${SID}/Calls.json`) {
      const calls = held.filter(({ draft }) => draft.channel === 'call').map(callOf);
      return json(200, { Metadata: { Total: calls.length, PageSize: 100 }, Calls: calls });
    }
    const [, kind, sid] = /\/(Calls|SMS\/Messages)\/(\w+)\.json$/.exec(pathname) ?? [];
    const one = held.find(({ providerId, draft }) => providerId === sid && kind === KINDS[draft.channel]);
    if (!one) return json(200, { RestException: { Status: 200, Message: 'No matching results' } });
    return json(200, one.draft.channel === 'call' ? { Call: callOf(one) } : { SMSMessage: messageOf(one) });
  },
  providerId: (number) => `b6cfaf5f5cef3ca0fc937749ef9${String(number).padStart(5, '0')}`,
};

/** A `RestException`, as every refusal of Exotel's own is. */
export function refusal(status: number, message: string, code = status): WireAnswer {
  return json(status, { RestException: { Status: status, Message: message, Code: code } });
}

/** The form of a request. */
export function formOf({ body }: WireRequest): URLSearchParams {
  return new URLSearchParams(body);
}

const KINDS: Readonly<Record<Draft['channel'], string>> = { sms: 'SMS/Messages', call: 'Calls' };

function callOf({ providerId, draft: { to, from, content }, status, createdAt }: Held) {
  return {
    Sid: providerId,
    ParentCallSid: null,
    DateCreated: indianTime(createdAt),
    AccountSid: SID,
    From: atHome(to),
    To: content.kind === 'connect' ? atHome(content.second) : null,
    PhoneNumberSid: atHome(from),
    Status: status,
    Direction: 'outbound-api',
  };
}

function messageOf({ providerId, draft: { to, from, content }, status, createdAt }: Held) {
  const body = content.kind === 'text' ? content.text : '';
  const stamps = { DateCreated: indianTime(createdAt), DateSent: '1970-01-01 05:30:00' };
  return { Sid: providerId, AccountSid: SID, From: from, To: atHome(to), Body: body, ...stamps, Status: status };
}

/** Exotel shows a number as it is dialled in India. */
function atHome(number: string): string {
  return number.replace(/^\+91/, '0');
}

function indianTime(at: number): string {
  return new Date(at + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

function json(status: number, body: unknown): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
