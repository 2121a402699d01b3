import type { Admission, Journal, Limit } from '../journal.ts';
import { integer, integerOrNothing, text } from '../row.ts';
import { LEAVE_MS } from '../settle.ts';
import type { Database } from './database.ts';
import type { Messages } from './message.ts';

const DAY_MS = 86_400_000;

type Rate = Extract<Limit, { kind: 'rate' }>;
type Cap = Extract<Limit, { kind: 'cap' }>;

/** Limits on what may be sent: buckets that let one through every so often, and counts of a day. */
export function admitVerbs(database: Database, messages: Messages): Pick<Journal, 'admit'> {
  const table = prepare(database);
  return {
    admit: (messageId, limits, resource) => database.write(() => admit(table, messages, messageId, limits, resource)),
  };
}

type Table = ReturnType<typeof prepare>;

function prepare(database: Database) {
  return {
    message: database.prepare('SELECT id, state, admitted_at, admitted_for, is_counted FROM message WHERE id = ?'),
    nextAt: database.prepare('SELECT next_at FROM bucket WHERE key = ?'),
    setNextAt: database.prepare(
      'INSERT INTO bucket (key, next_at) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET next_at = excluded.next_at',
    ),
    count: database.prepare('SELECT count FROM sent_count WHERE day = ? AND key = ?'),
    addCount: database.prepare(
      `INSERT INTO sent_count (day, key, count) VALUES (?, ?, 1)
       ON CONFLICT (day, key) DO UPDATE SET count = count + 1`,
    ),
    take: database.prepare(
      `UPDATE message SET admitted_at = :at, admitted_for = :resource, is_counted = 1, due_at = max(:at, :now)
       WHERE id = :id`,
    ),
  };
}

function admit(
  table: Table,
  messages: Messages,
  messageId: string,
  limits: readonly Limit[],
  resource: string,
): Admission {
  const message = table.message.get(messageId);
  if (!message) throw new Error(`there is no message ${messageId}`);
  const state = text(message, 'state');
  if (state !== 'waiting' && state !== 'retrying')
    throw new Error(`message ${messageId} is ${state}: it is not to be sent`);
  const now = messages.now();
  const isForIt = message['admitted_for'] === resource;
  const given = isForIt ? integerOrNothing(message, 'admitted_at') : undefined;
  if (given !== undefined && now < given + LEAVE_MS) return admission(given, now);
  const isCounted = isForIt && message['is_counted'] === 1;
  return takePlaces(table, { id: messageId, resource, isCounted }, limits, now);
}

/** The caps first: where one of them is exhausted, no bucket moves. */
function takePlaces(
  table: Table,
  { id, resource, isCounted }: { readonly id: string; readonly resource: string; readonly isCounted: boolean },
  limits: readonly Limit[],
  now: number,
): Admission {
  const rates = limits.filter((limit): limit is Rate => limit.kind === 'rate');
  const caps = limits.filter((limit): limit is Cap => limit.kind === 'cap');
  const at = Math.max(now, ...rates.map(({ key }) => nextAtOf(table, key)));
  // A message counts once, however often it is tried; and on the day on which it is sent.
  if (!isCounted) {
    const day = Math.floor(at / DAY_MS);
    const exhausted = caps.find(({ key, max }) => countOf(table, day, key) >= max);
    if (exhausted) return { kind: 'refused', limit: exhausted };
    for (const { key } of caps) table.addCount.run(day, key);
  }
  for (const { key, intervalMs } of rates) table.setNextAt.run(key, at + intervalMs);
  const admittedAt = Math.ceil(at);
  table.take.run({ at: admittedAt, now, resource, id });
  return admission(admittedAt, now);
}

function admission(at: number, now: number): Admission {
  return at <= now ? { kind: 'now' } : { kind: 'later', at };
}

function nextAtOf(table: Table, key: string): number {
  const row = table.nextAt.get(key);
  return row ? integer(row, 'next_at') : 0;
}

function countOf(table: Table, day: number, key: string): number {
  const row = table.count.get(day, key);
  return row ? integer(row, 'count') : 0;
}
