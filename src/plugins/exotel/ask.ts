import type { HttpClient } from '../../http/http.ts';
import type { Channel, CheckRequest, StatusReport } from '../../message/message.ts';
import { inPublic, readObject } from '../../plugin/plugin.ts';
import { asText, type JsonObject } from '../../schema/schema.ts';
import { type Account, secretsOf } from './account.ts';
import { type Form, get } from './api.ts';
import { itemOf } from './outcome.ts';
import { reportOf } from './report.ts';

/** What Exotel gave to a question. */
type Asked =
  | { readonly kind: 'answered'; readonly body: JsonObject }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Asks for what lies at `path`. */
export async function ask(
  account: Account,
  http: HttpClient,
  path: string,
  query: Form,
  signal: AbortSignal,
): Promise<Asked> {
  const exchange = await get(account, http, path, query, signal);
  if ('failure' in exchange) {
    const { failure } = exchange;
    const words = inPublic(failure instanceof Error ? failure.message : 'no answer', secretsOf(account));
    return { kind: 'failed', reason: `Exotel could not be asked: ${words}` };
  }
  const { status, body } = exchange.answer;
  const isGood = status >= 200 && status < 300;
  // An id that Exotel does not know is answered with a 200 and these words.
  if (status === 404 || (isGood && body.includes('No matching results'))) return { kind: 'gone' };
  const read = isGood ? readObject(body) : undefined;
  return read
    ? { kind: 'answered', body: read }
    : { kind: 'failed', reason: `Exotel answered ${status}, and nothing that can be read` };
}

/** Fetches the details of one message or call, and reads its state. */
export async function check(
  account: Account,
  http: HttpClient,
  { channel, providerId, signal }: CheckRequest,
): Promise<StatusReport | { readonly failed: string }> {
  const asked = await ask(account, http, pathOf(channel, providerId), [], signal);
  if (asked.kind === 'gone') return { state: 'untracked', providerId, error: 'Exotel does not know it any more' };
  if (asked.kind === 'failed') return { failed: asked.reason };
  const item = itemOf(asked.body);
  const detail = asText(item?.['DetailedStatus']);
  const told = { status: asText(item?.['Status']) ?? '', ...(detail !== undefined && { detail }) };
  return reportOf(channel, providerId, told) ?? { failed: 'Exotel answered with a state that is not known here' };
}

function pathOf(channel: Channel, providerId: string): string {
  return `${channel === 'call' ? 'Calls' : 'SMS/Messages'}/${encodeURIComponent(providerId)}`;
}
