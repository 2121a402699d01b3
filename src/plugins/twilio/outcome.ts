import { type IncomingResponse, RequestFailed } from '../../http/http.ts';
import { maskNumber, type Outcome } from '../../message/message.ts';
import type { Json, JsonObject } from '../../schema/schema.ts';
import { kindOfCode, meaningOfCode } from './error-code.ts';

/**
 * What Twilio's answer to a send says became of it: taken with a 2xx and an id; refused with a 4xx in Twilio's own form;
 * refused for now with a 429, which Twilio never processes. Whatever else comes back may hide a message that was sent.
 */
export function outcomeOfAnswer(answer: IncomingResponse, secret: string): Outcome {
  const body = readObject(answer.body);
  if (answer.status === 429) return refusedForNow(answer, body, secret);
  if (answer.status >= 200 && answer.status < 300) return outcomeOfSuccess(answer, body);
  const code = codeOf(body);
  if (answer.status < 400 || answer.status >= 500 || !body || code === undefined || kindOfCode(code) === 'doubt') {
    return {
      kind: 'unknown',
      reason: `Twilio answered ${answer.status}${code ? ` (${code})` : ''}, which does not tell`,
    };
  }
  if (kindOfCode(code) === 'retry') return refusedForNow(answer, body, secret);
  return { kind: 'rejected', reason: reasonOf(answer, body, secret), code };
}

/** What a request that got no whole answer says became of the send. */
export function outcomeOfFailure(failure: unknown, secret: string): Outcome {
  const words = inPublic(failure instanceof Error ? failure.message : 'no answer', secret);
  if (failure instanceof RequestFailed && !failure.sent) {
    return { kind: 'rejected', reason: `Twilio could not be reached: ${words}`, retry: { unreached: true } };
  }
  return { kind: 'unknown', reason: `Twilio's answer was lost: ${words}` };
}

function outcomeOfSuccess(answer: IncomingResponse, body: JsonObject | undefined): Outcome {
  const sid = body?.['sid'];
  if (body && typeof sid === 'string' && sid !== '') return { kind: 'accepted', providerId: sid, answer: body };
  return { kind: 'unknown', reason: `Twilio answered ${answer.status}, but nothing that can be read` };
}

function refusedForNow(answer: IncomingResponse, body: JsonObject | undefined, secret: string): Outcome {
  const afterMs = retryAfterMs(answer.headers);
  const code = codeOf(body);
  return {
    kind: 'rejected',
    reason: reasonOf(answer, body, secret),
    ...(code !== undefined && { code }),
    retry: afterMs === undefined ? {} : { afterMs },
  };
}

/** Seconds, or a date (RFC 9110, 10.2.3): that one is measured against the date of the answer, so that no clock is needed. */
function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const after = headers['retry-after'];
  if (after === undefined) return undefined;
  if (/^\d{1,9}$/.test(after)) return Number(after) * 1000;
  const waitMs = Date.parse(after) - Date.parse(headers['date'] ?? '');
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

function reasonOf(answer: IncomingResponse, body: JsonObject | undefined, secret: string): string {
  const code = codeOf(body);
  const message = body?.['message'];
  const words = (code && meaningOfCode(code)) ?? (typeof message === 'string' ? inPublic(message, secret) : undefined);
  return `Twilio refused it (${code ?? answer.status})${words ? `: ${words}` : ''}`;
}

function codeOf(body: JsonObject | undefined): string | undefined {
  const code = body?.['code'];
  return typeof code === 'number' ? String(code) : undefined;
}

/** A body of Twilio's, or undefined for anything but a JSON object. */
function readObject(body: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Longer than a sentence is more than a person reads, and may be a page of HTML. */
const LONGEST_REASON = 300;

/** Words of others as they may be logged: Twilio's messages have the number in them, a URL may have the token. */
export function inPublic(words: string, secret: string): string {
  const withoutSecret = secret === '' ? words : words.replaceAll(secret, '***');
  return withoutSecret.slice(0, LONGEST_REASON).replace(/\+?\d{7,}/g, maskNumber);
}
