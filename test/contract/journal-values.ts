/** Values that the contract of a journal is told with. */
import type { Event } from '../../src/event/event.ts';
import type { Journal, NewMessage, NewRun } from '../../src/journal/journal.ts';
import type { Plan } from '../../src/rulebook/rulebook.ts';
import type { Clock } from '../../src/time/time.ts';

export const PLAN: Plan = {
  hash: 'ab'.repeat(32),
  rules: [],
  defs: {},
  templates: { 'hello.xml': '<Response>ñ</Response>' },
};

export const RUN: NewRun = { rule: 'people/call', planHash: PLAN.hash };

/** Every reading is one millisecond later, so that the order of stamps shows. */
export function countingClock(): Clock {
  let now = Date.UTC(2026, 10, 21);
  return { now: () => now++, sleep: () => Promise.resolve() };
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
