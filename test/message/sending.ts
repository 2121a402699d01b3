/** A sender on a journal in memory, a clock that is moved by hand, and a provider that answers as it is told. */
import { afterEach } from 'vitest';
import type { Limit, NewMessage } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { newBreaker } from '../../src/message/breaker.ts';
import { newSender, type Sending } from '../../src/message/carry.ts';
import type { Candidate, Message, Outcome, Provider, SendOptions } from '../../src/message/message.ts';
import { anEvent, PLAN, RUN } from '../../src/testing/journal-values.ts';

const NOW = Date.UTC(2026, 10, 21, 9);

export const ACCEPTED: Outcome = { kind: 'accepted', providerId: 'SM1', answer: { sid: 'SM1' } };
export const LATER: Outcome = { kind: 'rejected', reason: 'too many requests', retry: { afterMs: 2_000 } };
export const UNREACHED: Outcome = { kind: 'rejected', reason: 'nobody there', retry: { unreached: true } };
export const LOST: Outcome = { kind: 'unknown', reason: 'the answer was lost' };
export const BAD_NUMBER: Outcome = { kind: 'rejected', reason: 'not a mobile number' };

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

export async function openSending(
  options: {
    readonly limits?: readonly Limit[] | Sending['limits'];
    readonly refusal?: string;
    readonly refuses?: string;
    readonly cannotLook?: true;
    readonly ways?: Sending['ways'];
  } = {},
) {
  let now = NOW;
  const clock = { now: () => now, sleep: () => Promise.reject(new Error('nobody sleeps here')) };
  const journal = openSqliteJournal({ path: ':memory:', clock });
  opened.push(() => journal.close());
  await journal.keepPlan(PLAN);
  const { runIds } = await journal.appendEvent(anEvent(), [RUN]);
  const outcomes: Outcome[] = [];
  let seen: readonly Candidate[] | 'unclear' = [];
  const own = new Map<string, Candidate>();
  const sends: string[] = [];
  const used: string[] = [];
  const asked: string[] = [];
  let looks = 0;
  const provider: Provider = {
    scriptType: 'text/xml',
    send: async ({ attempt, draft }) => {
      sends.push(attempt.id);
      used.push(draft.resource);
      return outcomes.shift() ?? ACCEPTED;
    },
    readCallback: () => null,
    isGenuine: () => false,
    ...(!options.cannotLook && {
      look: async ({ attempt, draft }) => {
        looks++;
        asked.push(draft.resource);
        const candidate = own.get(attempt.id);
        if (candidate) return { kind: 'found', candidate };
        return seen === 'unclear'
          ? { kind: 'unclear', reason: 'it is down' }
          : { kind: 'candidates', candidates: seen };
      },
    }),
  };
  let ids = 0;
  const listed = typeof options.limits === 'function' ? [] : (options.limits ?? []);
  const sending: Sending = {
    journal,
    providers: async () => provider,
    clock,
    random: () => 0,
    newId: () => `attempt-${++ids}`,
    breaker: newBreaker(),
    ways: options.ways ?? ((draft) => [draft]),
    refusal: ({ resource }) => ((options.refuses ?? resource) === resource ? options.refusal : undefined),
    limits: typeof options.limits === 'function' ? options.limits : () => listed,
    callbackUrl: (id) => `http://127.0.0.1/hooks/${id}`,
    moved: () => undefined,
    waitFor: (outcome) => outcome,
    trouble: () => undefined,
  };
  const sender = newSender(sending);
  const { signal } = new AbortController();
  return {
    journal,
    sends,
    /** The resources of the sends, and of the looks, in turn. */
    used,
    asked,
    looks: (): number => looks,
    /** What the next attempts come to, in turn. */
    will: (...next: Outcome[]) => outcomes.push(...next),
    /** What the provider has when it is asked. */
    has: (candidates: readonly Candidate[] | 'unclear') => {
      seen = candidates;
    },
    /** What the provider has under the id of an attempt. */
    hasOwn: (attemptId: string, candidate: Candidate): void => void own.set(attemptId, candidate),
    pass: (ms: number): void => {
      now += ms;
    },
    now: () => now,
    take: async (id = 'm1', sendOptions?: SendOptions) => {
      const written: Promise<unknown>[] = [];
      const taken = newMessage(id, runIds[0] ?? '', sendOptions);
      const message = await sender.take(taken, signal, (promise) => written.push(promise));
      await Promise.all(written);
      return message;
    },
    carry: (message: Message) => sender.carry(message, signal),
    /** Moves the clock to when the message is due, and carries it on; again and again, until it rests. */
    carryToEnd: async (message: Message): Promise<Message> => {
      let current = message;
      for (let steps = 0; current.dueAt !== undefined && steps < 100; steps++) {
        now = Math.max(now, current.dueAt);
        current = await sender.carry(current, signal);
      }
      return current;
    },
  };
}

function newMessage(id: string, runId: string, options?: SendOptions): NewMessage {
  return {
    id,
    runId,
    op: 'sms_send',
    channel: 'sms',
    resource: 'phone',
    to: '+12025550123',
    from: '+12025550100',
    content: { kind: 'text', text: 'hello' },
    ...(options && { options }),
  };
}
