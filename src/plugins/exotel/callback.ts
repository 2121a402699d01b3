import type { HttpClient, HttpRequest } from '../../http/http.ts';
import { type CallbackReading, type Channel, isFinal } from '../../message/message.ts';
import type { Account } from './account.ts';
import { check } from './ask.ts';
import { reportOf } from './report.ts';

/** Exotel waits 15 s for an answer to a callback. */
const CONFIRM_MS = 10_000;

/**
 * Reads a status callback. Exotel signs none: who knows the address of the attempt is believed, but for what cannot be taken
 * back. A last state is asked for at Exotel itself; while that does not say the same, the callback is to come again.
 */
export async function readCallback(account: Account, http: HttpClient, request: HttpRequest): Promise<CallbackReading> {
  const form = await formOf(request);
  const call = form.get('CallSid');
  const providerId = call ?? form.get('SmsSid');
  if (!providerId || !/^\w{1,64}$/.test(providerId)) return null;
  const channel: Channel = call === undefined ? 'sms' : 'call';
  const report = reportOf(channel, providerId, toldIn(form));
  if (!report || !isFinal(report.state)) return report;
  const known = await check(account, http, { channel, providerId, signal: AbortSignal.timeout(CONFIRM_MS) });
  if ('failed' in known) return { failed: 'Exotel could not confirm it just now' };
  if (known.state === 'untracked') return { refused: 'Exotel knows nothing of it' };
  return isFinal(known.state) ? known : { failed: 'Exotel does not say so itself' };
}

function toldIn(form: ReadonlyMap<string, string>): Parameters<typeof reportOf>[2] {
  const detail = form.get('DetailedStatus');
  const event = form.get('EventType');
  return {
    status: form.get('Status') ?? '',
    ...(detail !== undefined && { detail }),
    ...(event !== undefined && { event }),
  };
}

/** Of messages a form, of calls in several parts unless it was asked for otherwise. What cannot be read says nothing. */
async function formOf({ headers, body }: HttpRequest): Promise<ReadonlyMap<string, string>> {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return new Map(new URLSearchParams(body.toString()));
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    return new Map([...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
  } catch {
    return new Map();
  }
}
