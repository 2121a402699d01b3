import type { HttpClient } from '../../http/http.ts';
import type { Sighting, State, StatusReport } from '../../message/message.ts';
import { type Gathered, inPublic, whenAllAbort } from '../../plugin/plugin.ts';
import { type Account, post } from './account.ts';
import { meaningOf } from './code.ts';
import { queryDocument, readCodes } from './document.ts';

/** One question of several that go together. */
export interface Query {
  readonly uniq: string;
  readonly signal: AbortSignal;
}

/** What ATS says of a message: a code, or why there is none. */
export type Reply = { readonly code: string } | { readonly failed: string };

/** Asks about messages in one document. */
export async function query(account: Account, http: HttpClient, queries: readonly Query[]): Promise<readonly Reply[]> {
  const all = (reply: Reply): readonly Reply[] => queries.map(() => reply);
  const { signal, release } = whenAllAbort(queries.map((one) => one.signal));
  const document = queryDocument(
    account,
    queries.map(({ uniq }) => uniq),
  );
  try {
    const { status, body } = await post(account, http, document, signal);
    const codes = status === 200 ? readCodes(body) : undefined;
    if (!codes) return all({ failed: `ATS answered ${status}, and nothing that can be read` });
    return queries.map(({ uniq }) => {
      const code = codes.byUniq.get(uniq) ?? codes.ofRequest;
      return code === undefined ? { failed: 'ATS answered, and says nothing of this message' } : { code };
    });
  } catch (failure) {
    const words = failure instanceof Error ? failure.message : 'no answer';
    return all({ failed: `ATS could not be asked: ${inPublic(words, [account.password()])}` });
  } finally {
    release();
  }
}

/** What the codes of the delivery query say of a message that ATS took. */
const STATES: Readonly<Record<string, State>> = {
  20: 'untracked',
  21: 'accepted',
  22: 'sent',
  23: 'delivered',
  24: 'undelivered',
  25: 'untracked',
};
/** Of those, the ones with a reason to tell. */
const WITH_REASON = ['20', '24', '25'];

/** Whether ATS has an attempt whose answer was lost: it is asked by the attempt's own id. */
export async function look(ask: Gathered<Query, Reply>, uniq: string, signal: AbortSignal): Promise<Sighting> {
  const reply = await ask({ uniq, signal });
  if ('failed' in reply) return { kind: 'unclear', reason: reply.failed };
  const { code } = reply;
  if (code === '20') return { kind: 'candidates', candidates: [] };
  if (!Object.hasOwn(STATES, code)) return { kind: 'unclear', reason: refusal(code) };
  const answer = { sid: uniq, status: meaningOf(code).meaning, code: Number(code) };
  return { kind: 'found', candidate: { providerId: uniq, answer } };
}

/** How a message fares that ATS took. */
export async function check(
  ask: Gathered<Query, Reply>,
  providerId: string,
  signal: AbortSignal,
): Promise<StatusReport | { readonly failed: string }> {
  const reply = await ask({ uniq: providerId, signal });
  if ('failed' in reply) return reply;
  const { code } = reply;
  const state = Object.hasOwn(STATES, code) ? STATES[code] : undefined;
  if (state === undefined) return { failed: refusal(code) };
  const error = WITH_REASON.includes(code) ? `ATS reports ${code}: ${meaningOf(code).meaning}` : undefined;
  return { state, providerId, ...(error !== undefined && { error }) };
}

function refusal(code: string): string {
  return `ATS refused the question (${code}): ${meaningOf(code).meaning}`;
}
