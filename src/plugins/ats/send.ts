import type { HttpClient, IncomingResponse } from '../../http/http.ts';
import type { Draft, Outcome, SendRequest } from '../../message/message.ts';
import { inPublic, outcomeOfFailure, outcomeOfStatus, whenAllAbort } from '../../plugin/plugin.ts';
import { type Account, post } from './account.ts';
import { meaningOf } from './code.ts';
import { type Codes, readCodes, sendDocument } from './document.ts';

/** One send of several that go together. */
export interface Task {
  readonly uniq: string;
  readonly request: SendRequest;
}

/** Why a draft is not worth a request; undefined for one that is. */
export function refusalOf({ username, password }: Account, { channel, content }: Draft): Outcome | undefined {
  if (channel !== 'sms' || content.kind !== 'text') return { kind: 'rejected', reason: 'ATS sends text messages only' };
  if (username === '') return { kind: 'rejected', reason: 'the setting `username` is empty' };
  return password() === '' ? { kind: 'rejected', reason: 'the setting `password` is empty' } : undefined;
}

/** Sends messages in one document. What the answer does not say of each of them, nobody knows. */
export async function sendAll(account: Account, http: HttpClient, tasks: readonly Task[]): Promise<readonly Outcome[]> {
  const items = tasks.map(({ uniq, request }) => ({ uniq, draft: request.draft }));
  const { signal, release } = whenAllAbort(tasks.map(({ request }) => request.signal));
  try {
    const answer = await post(account, http, sendDocument(account, items), signal);
    return outcomesOf(answer, tasks);
  } catch (failure) {
    const outcome = outcomeOfFailure('ATS', failure, [account.password()]);
    return tasks.map(() => outcome);
  } finally {
    release();
  }
}

function outcomesOf(answer: IncomingResponse, tasks: readonly Task[]): readonly Outcome[] {
  const codes = answer.status === 200 ? readCodes(answer.body) : undefined;
  if (!codes) return tasks.map(() => outcomeOfOther(answer));
  return tasks.map(({ uniq }) => outcomeOf(uniq, codes));
}

function outcomeOfOther(answer: IncomingResponse): Outcome {
  if (answer.status !== 200) return outcomeOfStatus('ATS', answer);
  return { kind: 'unknown', reason: 'ATS answered, but nothing that can be read' };
}

function outcomeOf(uniq: string, { byUniq, ofRequest }: Codes): Outcome {
  const own = byUniq.get(uniq);
  const code = own ?? ofRequest;
  if (code === undefined) return { kind: 'unknown', reason: 'ATS answered, and says nothing of this message' };
  const { kind, meaning } = meaningOf(code);
  // A request that is in order as a whole says nothing of a message that it does not name.
  if (own !== undefined && kind === 'taken') {
    return { kind: 'accepted', providerId: uniq, answer: { sid: uniq, status: meaning, code: Number(code) } };
  }
  if (kind === 'final') return { kind: 'rejected', reason: inPublic(`ATS refused it (${code}): ${meaning}`), code };
  return { kind: 'unknown', reason: `ATS answered ${code}, which does not tell: ${meaning}` };
}
