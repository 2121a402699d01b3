import type { HttpClient, IncomingResponse } from '../../http/http.ts';
import type { Draft, Outcome, SendRequest } from '../../message/message.ts';
import { outcomeOfFailure, outcomeOfStatus, whenAllAbort } from '../../plugin/plugin.ts';
import { type Account, post } from './account.ts';
import { readStatuses, sendDocument } from './document.ts';
import { meaningOf } from './status.ts';

/** One send of several that go together. */
export interface Task {
  readonly smsId: string;
  readonly request: SendRequest;
}

/** Why a draft is not worth a request; undefined for one that is. */
export function refusalOf({ username, password }: Account, { channel, content }: Draft): Outcome | undefined {
  if (channel !== 'sms' || content.kind !== 'text') {
    return { kind: 'rejected', reason: 'SMS Operator sends text messages only' };
  }
  if (username === '') return { kind: 'rejected', reason: 'the setting `username` is empty' };
  return password() === '' ? { kind: 'rejected', reason: 'the setting `password` is empty' } : undefined;
}

/** Sends messages in one document. What the answer does not say of each of them, nobody knows. */
export async function sendAll(account: Account, http: HttpClient, tasks: readonly Task[]): Promise<readonly Outcome[]> {
  const items = tasks.map(({ smsId, request }) => ({ smsId, draft: request.draft }));
  const { signal, release } = whenAllAbort(tasks.map(({ request }) => request.signal));
  try {
    const answer = await post(account, http, sendDocument(account, items), signal);
    const statuses = answer.status === 200 ? readStatuses(answer.body) : undefined;
    return tasks.map(({ smsId }) => (statuses ? outcomeOf(smsId, statuses.get(smsId)) : outcomeOfOther(answer)));
  } catch (failure) {
    const outcome = outcomeOfFailure('SMS Operator', failure, [account.password()]);
    return tasks.map(() => outcome);
  } finally {
    release();
  }
}

function outcomeOfOther(answer: IncomingResponse): Outcome {
  if (answer.status !== 200) return outcomeOfStatus('SMS Operator', answer);
  return { kind: 'unknown', reason: 'SMS Operator answered, but nothing that can be read' };
}

function outcomeOf(smsId: string, status: string | undefined): Outcome {
  if (status === undefined) {
    return { kind: 'unknown', reason: 'SMS Operator answered, and says nothing of this message' };
  }
  const { sent, meaning } = meaningOf(status);
  switch (sent) {
    case 'taken':
      return { kind: 'accepted', providerId: smsId, answer: { sid: smsId, status: meaning, code: Number(status) } };
    case 'final':
      return { kind: 'rejected', reason: `SMS Operator refused it (${status}): ${meaning}`, code: status };
    case 'doubt':
      return { kind: 'unknown', reason: `SMS Operator answered ${status}, which does not tell: ${meaning}` };
  }
}
