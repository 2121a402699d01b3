/** Exotel's callbacks: a form about a message, parts about a call, and no signature. */
import type { HttpRequest } from '../../../src/http/http.ts';
import type { CallbackSubject, Told } from '../../../src/testing/provider-subject.ts';
import { SID } from './sending.ts';

export const callbacks: CallbackSubject = {
  states: {
    sms: {
      queued: 'accepted',
      sending: 'accepted',
      submitted: 'accepted',
      sent: 'sent',
      delivered: 'delivered',
      undelivered: 'undelivered',
      expired: 'undelivered',
      failed: 'failed',
      'failed-dnd': 'undelivered',
      failed_dnd: 'undelivered',
    },
    call: {
      queued: 'accepted',
      'in-progress': 'accepted',
      ringing: 'ringing',
      completed: 'completed',
      failed: 'failed',
      busy: 'busy',
      'no-answer': 'no-answer',
      canceled: 'canceled',
    },
  },
  lives: [
    { channel: 'sms', statuses: ['queued', 'sending', 'submitted', 'sent', 'delivered'] },
    { channel: 'sms', statuses: ['queued', 'sent', 'failed'] },
    { channel: 'sms', statuses: ['queued', 'failed-dnd'] },
    { channel: 'call', statuses: ['in-progress', 'ringing', 'completed'] },
    { channel: 'call', statuses: ['queued', 'in-progress', 'no-answer'] },
  ],
  genuine: (told) => callbackOf(told),
  // Who knows the address can write all that a genuine one says: only Exotel itself tells them apart.
  forged: (told) => ({
    'that is like a genuine one in everything': callbackOf(told),
    'as a form': { ...callbackOf(told), ...asForm(fieldsOf(told)) },
    'of something that Exotel does not know': callbackOf({ ...told, providerId: 'f'.repeat(32) }),
    'whose id leads elsewhere': callbackOf({ ...told, providerId: `../Calls/${told.providerId}` }),
  }),
};

/** A callback as it comes; `more` are fields beside the usual ones. */
export function callbackOf(told: Told, more: Readonly<Record<string, string>> = {}): HttpRequest {
  const fields = { ...fieldsOf(told), ...more };
  return {
    method: 'POST',
    target: new URL(told.url).pathname,
    params: {},
    query: new URLSearchParams(),
    ...(told.channel === 'call' ? asParts(fields) : asForm(fields)),
  };
}

function fieldsOf({ channel, status, providerId }: Told): Readonly<Record<string, string>> {
  return channel === 'call'
    ? { CallSid: providerId, Status: status, DateUpdated: '2026-10-02 17:30:00', RecordingUrl: '', AccountSid: SID }
    : { SmsSid: providerId, To: '09876543210', Status: status, SmsUnits: '1', DateSent: '2026-10-02 17:30:00' };
}

function asForm(fields: Readonly<Record<string, string>>): Pick<HttpRequest, 'headers' | 'body'> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { headers, body: Buffer.from(new URLSearchParams(fields).toString()) };
}

function asParts(fields: Readonly<Record<string, string>>): Pick<HttpRequest, 'headers' | 'body'> {
  const boundary = '------------------------0123456789abcdef';
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  return { headers, body: Buffer.from(`${parts.join('')}--${boundary}--\r\n`) };
}
