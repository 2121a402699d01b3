import { type IncomingResponse, RequestFailed } from '../http/http.ts';
import { maskNumber, type Outcome } from '../message/message.ts';
import { asObject, type JsonObject } from '../schema/schema.ts';

/** What a request that got no whole answer says became of the send. `secrets` are kept out of the words. */
export function outcomeOfFailure(provider: string, failure: unknown, secrets: readonly string[] = []): Outcome {
  const words = inPublic(failure instanceof Error ? failure.message : 'no answer', secrets);
  if (failure instanceof RequestFailed && !failure.sent) {
    return { kind: 'rejected', reason: `${provider} could not be reached: ${words}`, retry: { unreached: true } };
  }
  return { kind: 'unknown', reason: `${provider}'s answer was lost: ${words}` };
}

/** What an answer says that is no answer of the provider's own: a 429 is never processed, all else may hide a message. */
export function outcomeOfStatus(
  provider: string,
  { status, headers }: Pick<IncomingResponse, 'status' | 'headers'>,
): Outcome {
  if (status !== 429) return { kind: 'unknown', reason: `${provider} answered ${status}, which does not tell` };
  const reason = `${provider} refused it (429): too many requests at once`;
  return { kind: 'rejected', reason, retry: pauseOf({ headers }) };
}

/**
 * The pause that an answer asks for, in its Retry-After: seconds, or a date (RFC 9110, 10.2.3). That one is measured against the
 * date of the answer, so that no clock is needed.
 */
export function pauseOf({ headers }: Pick<IncomingResponse, 'headers'>): { readonly afterMs?: number } {
  const after = headers['retry-after'];
  if (after === undefined) return {};
  if (/^\d{1,9}$/.test(after)) return { afterMs: Number(after) * 1000 };
  const waitMs = Date.parse(after) - Date.parse(headers['date'] ?? '');
  return Number.isNaN(waitMs) ? {} : { afterMs: Math.max(0, waitMs) };
}

/** The JSON object that a body is; undefined for any other. */
export function readObject(body: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** Longer than a sentence is more than a person reads, and may be a page of HTML. */
const LONGEST_REASON = 300;

/** Words of others as they may be logged: without secrets and full numbers, which errors like to repeat. */
export function inPublic(words: string, secrets: readonly string[] = []): string {
  const withoutSecrets = secrets.reduce(
    (text, secret) => (secret === '' ? text : text.replaceAll(secret, '***')),
    words,
  );
  return withoutSecrets.slice(0, LONGEST_REASON).replace(/\+?\d{7,}/g, maskNumber);
}
