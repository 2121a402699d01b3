import type { HttpClient } from '../../http/http.ts';
import type { Candidate, CheckRequest, LookRequest, Sighting, StatusReport } from '../../message/message.ts';
import { inPublic, readObject } from '../../plugin/plugin.ts';
import { asObject, asText, type JsonObject } from '../../schema/schema.ts';
import { reportOf } from './callback.ts';
import { type Account, newSdkClient, type SdkClient } from './sdk.ts';

/** Twilio's stamps are whole seconds, and its clock is not ours. */
const CLOCK_SKEW_MS = 60_000;
/** What one number gets within a few minutes fits in one page many times over. */
const PAGE_SIZE = 100;

/**
 * Lists what Twilio has for the recipient and matches it here: the sender, the time of creation, and of a message its exact
 * words. `date_sent` may be null, so no filter asks for it (https://www.twilio.com/docs/messaging/api/message-resource).
 */
export async function look(account: Account, http: HttpClient, request: LookRequest): Promise<Sighting> {
  const { draft, attempt, signal } = request;
  const wanted = { to: draft.to, ...(draft.from.startsWith('MG') ? {} : { from: draft.from }) };
  const answer = await ask(account, http, signal, async ({ messages, calls }) => {
    if (draft.channel === 'sms') await messages.page({ ...wanted, pageSize: PAGE_SIZE });
    else await calls.page({ ...wanted, pageSize: PAGE_SIZE });
  });
  if (answer.kind === 'failed') return { kind: 'unclear', reason: answer.reason };
  const list = answer.body[draft.channel === 'sms' ? 'messages' : 'calls'];
  if (!Array.isArray(list)) return { kind: 'unclear', reason: 'Twilio answered with no list' };
  const candidates = list
    .map((item) => asObject(item) ?? {})
    .filter((item) => createdAt(item) >= attempt.beganAt - CLOCK_SKEW_MS)
    .filter((item) => draft.content.kind !== 'text' || item['body'] === draft.content.text)
    .flatMap((item): readonly Candidate[] => {
      const providerId = asText(item['sid']);
      return providerId === undefined ? [] : [{ providerId, answer: item }];
    });
  // The oldest that fits is the likeliest: a list has the newest first.
  return { kind: 'candidates', candidates: candidates.toReversed() };
}

/** Fetches one message or call, and reads its state. */
export async function check(
  account: Account,
  http: HttpClient,
  { channel, providerId, signal }: CheckRequest,
): Promise<StatusReport | { readonly failed: string }> {
  const answer = await ask(account, http, signal, async ({ messages, calls }) => {
    if (channel === 'sms') await messages(providerId).fetch();
    else await calls(providerId).fetch();
  });
  if (answer.kind === 'failed') {
    return answer.isGone ? { state: 'untracked', providerId, error: answer.reason } : { failed: answer.reason };
  }
  const { status, error_code } = answer.body;
  const report = reportOf(
    channel,
    asText(status) ?? '',
    providerId,
    typeof error_code === 'number' ? String(error_code) : null,
  );
  return report ?? { failed: 'Twilio answered with a state that is not known here' };
}

type Answer =
  | { readonly kind: 'answered'; readonly body: JsonObject }
  | { readonly kind: 'failed'; readonly reason: string; readonly isGone: boolean };

/** Asks through the SDK, and reads what came over the wire, in Twilio's own names. */
async function ask(
  account: Account,
  http: HttpClient,
  signal: AbortSignal,
  request: (client: SdkClient) => Promise<void>,
): Promise<Answer> {
  const client = await newSdkClient(account, http, signal);
  try {
    await request(client);
  } catch (thrown) {
    if (!client.exchange()) throw thrown;
  }
  const exchange = client.exchange();
  if (!exchange || 'failure' in exchange) {
    const words = exchange && exchange.failure instanceof Error ? exchange.failure.message : 'no answer';
    return failed(`Twilio could not be asked: ${inPublic(words, [account.token])}`);
  }
  const { status, body } = exchange.answer;
  if (status === 404) return { ...failed('Twilio does not know it any more'), isGone: true };
  const read = status >= 200 && status < 300 ? readObject(body) : undefined;
  return read ? { kind: 'answered', body: read } : failed(`Twilio answered ${status}, and nothing that can be read`);
}

function failed(reason: string): Extract<Answer, { kind: 'failed' }> {
  return { kind: 'failed', reason, isGone: false };
}

/** RFC 2822; what has no date may be of any time. */
function createdAt(item: JsonObject): number {
  const at = Date.parse(asText(item['date_created']) ?? '');
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
}
