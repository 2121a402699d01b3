/** Values that the contract of a journal is told with. */
import type { Event } from '../event/event.ts';
import type { Journal, NewMessage, NewRun } from '../journal/journal.ts';
import type { Message, Outcome } from '../message/message.ts';
import type { Plan } from '../rulebook/rulebook.ts';
import type { Clock } from '../time/time.ts';

export const PLAN: Plan = {
  hash: 'ab'.repeat(32),
  rules: [],
  defs: {},
  templates: { 'hello.xml': '<Response>ñ</Response>' },
};

export const RUN: NewRun = { rule: 'people/call', planHash: PLAN.hash };

/** A clock that a test sets. */
export interface TestClock extends Clock {
  /** How much later each reading is than the one before: 1 ms unless set, so that the order of stamps shows. */
  stepMs: number;
  advance(ms: number): void;
}

export function countingClock(): TestClock {
  let now = Date.UTC(2026, 10, 21);
  return {
    stepMs: 1,
    now() {
      now += this.stepMs;
      return now;
    },
    advance(ms) {
      now += ms;
    },
    sleep: () => Promise.resolve(),
  };
}

export function anEvent(changes: Partial<Event> = {}): Event {
  const data = { phone: '+34666555444' };
  return { id: 'e1', source: '/a', type: 'new-user', time: '2026-11-21T00:00:00Z', data, ...changes };
}

export async function appendOne(journal: Journal): Promise<{ eventId: number; runId: string }> {
  const { eventId, runIds } = await journal.appendEvent(anEvent(), [RUN]);
  return { eventId, runId: runIds[0] ?? '' };
}

export function draftOf(runId: string): NewMessage {
  const content = { kind: 'text', text: 'Hello 🔥' } as const;
  const numbers = { to: '+34666555444', from: '+34911222333' };
  return { id: `${runId}/0`, runId, op: 'sms_send', channel: 'sms', resource: 'phone', ...numbers, content };
}

export const ACCEPTED: Outcome = { kind: 'accepted', providerId: 'SM1', answer: { sid: 'SM1', status: 'queued' } };
export const REJECTED: Outcome = { kind: 'rejected', reason: 'not a mobile number', code: '21614' };
export const BUSY: Outcome = {
  kind: 'rejected',
  reason: 'too many requests',
  code: '20429',
  retry: { afterMs: 1_000 },
};
export const UNREACHED: Outcome = { kind: 'rejected', reason: 'no connection', retry: { unreached: true } };
export const UNKNOWN: Outcome = { kind: 'unknown', reason: 'the connection was reset' };

export async function waiting(journal: Journal): Promise<Message> {
  const { runId } = await appendOne(journal);
  return (await journal.intendMessage(draftOf(runId))).message;
}

/** A message with the attempt `a1` under way. */
export async function sending(journal: Journal): Promise<Message> {
  const { id } = await waiting(journal);
  return await journal.beginAttempt(id, 'a1');
}
