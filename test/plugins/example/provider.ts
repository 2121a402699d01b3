import {
  asText,
  type CheckRequest,
  type HttpClient,
  inPublic,
  type LookRequest,
  type MakeProvider,
  type Outcome,
  outcomeOfFailure,
  outcomeOfStatus,
  type SendRequest,
  type Sighting,
  type State,
  type StatusReport,
} from 'ringbook/plugin';
import { type Account, accountOf, get, post } from './account.ts';
import { objectIn } from './answer.ts';

/** What the gateway refuses, in plain words, and whether the same may work later. */
const REFUSALS: Readonly<Record<string, { readonly meaning: string; readonly isForNow?: true }>> = {
  P1: { meaning: 'there is no such number' },
  P2: { meaning: 'all pigeons are out', isForNow: true },
  P3: { meaning: 'the credit has run out' },
};

const STATES: Readonly<Record<string, State>> = {
  waiting: 'accepted',
  flying: 'sent',
  landed: 'delivered',
  lost: 'undelivered',
};

/** Text messages through the gateway of a PigeonConfig. A message has the id of its attempt there. */
export const makePigeonProvider: MakeProvider = (resource, { http }) => {
  const account = accountOf(resource);
  return {
    scriptType: 'text/plain; charset=utf-8',
    readCallback: () => ({ refused: 'Pigeon makes no callbacks' }),
    isGenuine: () => false,
    send: (request) => send(account, http, request),
    look: (request) => look(account, http, request),
    check: (request) => check(account, http, request),
  };
};

async function send(account: Account, http: HttpClient, { attempt, draft, signal }: SendRequest): Promise<Outcome> {
  if (draft.content.kind !== 'text') return { kind: 'rejected', reason: 'Pigeon carries text messages only' };
  const body = { id: attempt.id, to: draft.to, from: draft.from, text: draft.content.text };
  try {
    const answer = await post(account, http, { path: '/messages', body, signal });
    const { id, code } = objectIn(answer.body) ?? {};
    if (answer.status === 202 && id === attempt.id) {
      return { kind: 'accepted', providerId: attempt.id, answer: { sid: attempt.id, status: 'waiting' } };
    }
    const refusal = answer.status === 422 ? asText(code) : undefined;
    return refusal === undefined ? outcomeOfStatus('Pigeon', answer) : refused(refusal);
  } catch (failure) {
    return outcomeOfFailure('Pigeon', failure, [account.token]);
  }
}

function refused(code: string): Outcome {
  const known = REFUSALS[code];
  const reason = inPublic(`Pigeon refused it (${code}): ${known?.meaning ?? 'for a reason that it does not tell'}`);
  return { kind: 'rejected', code, reason, ...(known?.isForNow && { retry: {} }) };
}

async function look(account: Account, http: HttpClient, { attempt, signal }: LookRequest): Promise<Sighting> {
  const status = await statusOf(account, http, attempt.id, signal);
  if (status.kind === 'unclear') return status;
  if (status.kind === 'absent') return { kind: 'candidates', candidates: [] };
  return { kind: 'found', candidate: { providerId: attempt.id, answer: { sid: attempt.id, status: status.status } } };
}

async function check(
  account: Account,
  http: HttpClient,
  { providerId, signal }: CheckRequest,
): Promise<StatusReport | { readonly failed: string }> {
  const status = await statusOf(account, http, providerId, signal);
  if (status.kind === 'unclear') return { failed: status.reason };
  if (status.kind === 'absent') return { state: 'untracked', providerId };
  const state = STATES[status.status];
  return state ? { state, providerId } : { failed: 'Pigeon tells of a state that nobody knows' };
}

type Status =
  | { readonly kind: 'known'; readonly status: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly reason: string };

async function statusOf(account: Account, http: HttpClient, id: string, signal: AbortSignal): Promise<Status> {
  try {
    const answer = await get(account, http, `/messages/${encodeURIComponent(id)}`, signal);
    const found = objectIn(answer.body);
    if (answer.status === 404 && found?.['code'] === 'P4') return { kind: 'absent' };
    const status = answer.status === 200 && found?.['id'] === id ? asText(found['status']) : undefined;
    return status === undefined
      ? { kind: 'unclear', reason: `Pigeon answered ${answer.status}, which says nothing of this message` }
      : { kind: 'known', status };
  } catch (failure) {
    const outcome = outcomeOfFailure('Pigeon', failure, [account.token]);
    return { kind: 'unclear', reason: outcome.kind === 'accepted' ? '' : outcome.reason };
  }
}
