import type { HttpRequest } from '../../http/http.ts';
import type { Pressed, Received } from '../../message/message.ts';
import { isGenuine, REFUSED } from './callback.ts';

/** Keys as a phone has them; A to D are on few. */
const KEYS = /^[0-9A-D*#]{0,100}$/;

/** Reads what was pressed at a question of a script (https://www.twilio.com/docs/voice/twiml/gather). */
export function readDigits(
  token: string,
  request: HttpRequest,
  url: string,
): Pressed | null | { readonly refused: string } {
  if (!isGenuine(token, request, url)) return REFUSED;
  const form = formOf(request);
  const digits = form.get('Digits');
  const providerId = form.get('CallSid');
  return digits === null || !providerId || !KEYS.test(digits) ? null : { digits, providerId };
}

/** Reads a message that somebody wrote to a number (https://www.twilio.com/docs/messaging/guides/webhook-request). */
export function readReceived(
  token: string,
  request: HttpRequest,
  url: string,
): Received | null | { readonly refused: string } {
  if (!isGenuine(token, request, url)) return REFUSED;
  const form = formOf(request);
  const [providerId, from, to] = ['MessageSid', 'From', 'To'].map((name) => form.get(name));
  if (!providerId || !from || !to) return null;
  const count = Math.min(Number(form.get('NumMedia') ?? 0) || 0, MEDIA_LIMIT);
  const media = Array.from({ length: count }, (_, index) => form.get(`MediaUrl${index}`) ?? '').filter(Boolean);
  return { providerId, from, to, text: (form.get('Body') ?? '').slice(0, LONGEST_TEXT), media };
}

/** As many as a message can have. */
const MEDIA_LIMIT = 10;
const LONGEST_TEXT = 1_600;

/** A form, or the query of a question that is asked with GET. */
function formOf({ method, query, body }: HttpRequest): URLSearchParams {
  return method === 'GET' ? query : new URLSearchParams(body.toString());
}
