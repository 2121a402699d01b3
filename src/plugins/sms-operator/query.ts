import type { HttpClient } from '../../http/http.ts';
import type { Sighting, StatusReport } from '../../message/message.ts';
import { type Gathered, inPublic, whenAllAbort } from '../../plugin/plugin.ts';
import { type Account, post } from './account.ts';
import { readStatuses, statusDocument } from './document.ts';
import { isKnown, meaningOf, NOT_FOUND } from './status.ts';

/** One question of several that go together. */
export interface Query {
  readonly smsId: string;
  readonly signal: AbortSignal;
}

/** What SMS Operator says of a message: a status, or why there is none. */
export type Reply = { readonly status: string } | { readonly failed: string };

/** Asks about messages in one document. An id that the answer lacks is an error. */
export async function query(account: Account, http: HttpClient, queries: readonly Query[]): Promise<readonly Reply[]> {
  const all = (reply: Reply): readonly Reply[] => queries.map(() => reply);
  const { signal, release } = whenAllAbort(queries.map((one) => one.signal));
  const document = statusDocument(
    account,
    queries.map(({ smsId }) => smsId),
  );
  try {
    const answer = await post(account, http, document, signal);
    const statuses = answer.status === 200 ? readStatuses(answer.body) : undefined;
    if (!statuses) return all({ failed: `SMS Operator answered ${answer.status}, and nothing that can be read` });
    return queries.map(({ smsId }) => {
      const status = statuses.get(smsId);
      if (status === undefined) return { failed: 'SMS Operator answered, and says nothing of this message' };
      return isKnown(status) ? { status } : { failed: `SMS Operator answered ${status}, which is not known here` };
    });
  } catch (failure) {
    const words = failure instanceof Error ? failure.message : 'no answer';
    return all({ failed: `SMS Operator could not be asked: ${inPublic(words, [account.password()])}` });
  } finally {
    release();
  }
}

/** Whether SMS Operator has an attempt whose answer was lost: it is asked by the attempt's own id. */
export async function look(ask: Gathered<Query, Reply>, smsId: string, signal: AbortSignal): Promise<Sighting> {
  const reply = await ask({ smsId, signal });
  if ('failed' in reply) return { kind: 'unclear', reason: reply.failed };
  const { status } = reply;
  if (status === NOT_FOUND) return { kind: 'candidates', candidates: [] };
  const answer = { sid: smsId, status: meaningOf(status).meaning, code: Number(status) };
  return { kind: 'found', candidate: { providerId: smsId, answer } };
}

/** How a message fares that SMS Operator took. */
export async function check(
  ask: Gathered<Query, Reply>,
  providerId: string,
  signal: AbortSignal,
): Promise<StatusReport | { readonly failed: string }> {
  const reply = await ask({ smsId: providerId, signal });
  if ('failed' in reply) return reply;
  const { state, meaning } = meaningOf(reply.status);
  const isWell = state === 'accepted' || state === 'delivered';
  return { state, providerId, ...(!isWell && { error: `SMS Operator reports ${reply.status}: ${meaning}` }) };
}
