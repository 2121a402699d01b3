import type { Event } from '../../event/event.ts';
import type { Plan } from '../../rulebook/rulebook.ts';
import type { Clock } from '../../time/time.ts';
import type { AppendedEvent, Journal, NewRun, PendingRun } from '../journal.ts';
import { integer, type Row, text } from '../row.ts';
import type { Database } from './database.ts';
import { SOME_READY } from './ready.ts';

/** Appends an event within a transaction that is under way. */
export type Append = (event: Event, runs: readonly NewRun[], room?: number) => AppendedEvent;

/** Plans, and events with the runs that they start. */
export function eventVerbs(
  database: Database,
  append: Append,
  keptPlans: Set<string>,
): Pick<Journal, 'keepPlan' | 'plan' | 'appendEvent'> {
  const keepPlan = database.prepare('INSERT INTO plan (hash, body) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const plan = database.prepare('SELECT body FROM plan WHERE hash = ?');
  return {
    keepPlan: (kept) =>
      database.write(() => {
        keepPlan.run(kept.hash, JSON.stringify(kept));
        keptPlans.add(kept.hash);
      }),
    plan: (hash) =>
      database.read(() => {
        const row = plan.get(hash);
        if (!row) return undefined;
        const found: Plan = JSON.parse(text(row, 'body'));
        return found;
      }),
    appendEvent: (event, runs, room) => database.write(() => append(event, runs, room)),
  };
}

/** Prepares the append of events. */
export function newAppend(database: Database, clock: Clock): Append {
  const table = prepare(database);
  return (event, runs, room = 0) => {
    const { source, id, type, subject, time, data } = event;
    const body = JSON.stringify(data);
    const added = table.addEvent.run(source, id, type, subject ?? null, time, body, clock.now());
    if (added.changes === 0) return known(table, event);
    const eventId = Number(added.lastInsertRowid);
    const claimed: PendingRun[] = [];
    // What is due already was there first.
    let free = room > 0 && !table.someReady.get() ? room : 0;
    const runIds = runs.map((run, place) => {
      const { rule, planHash, orderKey = null } = run;
      const runId = `${eventId}.${place}`;
      // Events are appended one after the other: whatever has the key and is pending is older.
      const isBlocked = orderKey !== null && table.pendingInOrder.get(orderKey) !== undefined ? 1 : 0;
      const isClaimed = free > 0 && isBlocked === 0 ? 1 : 0;
      table.addRun.run(runId, eventId, place, rule, planHash, orderKey, isBlocked, isClaimed);
      if (isClaimed === 1) {
        free--;
        // As it is read back from the file: a caller may have given more than JSON holds.
        claimed.push(claimedRun(runId, eventId, run, { ...event, data: JSON.parse(body) }));
      }
      return runId;
    });
    return { eventId, runIds, duplicate: false, claimed };
  };
}

function claimedRun(id: string, eventId: number, { rule, planHash }: NewRun, event: Event): PendingRun {
  return { run: { id, eventId, rule, planHash, state: 'pending' }, event, tries: 1, isFresh: true };
}

type Table = ReturnType<typeof prepare>;

function prepare(database: Database) {
  return {
    addEvent: database.prepare(
      `INSERT INTO event (source, id, type, subject, time, data, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source, id) DO NOTHING`,
    ),
    eventNumber: database.prepare('SELECT number FROM event WHERE source = ? AND id = ?'),
    addRun: database.prepare(
      `INSERT INTO run
         (id, event_number, place, rule, plan_hash, state, order_key, is_blocked, is_claimed, is_begun, tries)
       VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?8, ?8, ?8)`,
    ),
    someReady: database.prepare(SOME_READY),
    pendingInOrder: database.prepare("SELECT 1 FROM run WHERE order_key = ? AND state = 'pending' LIMIT 1"),
    runIds: database.prepare('SELECT id FROM run WHERE event_number = ? ORDER BY place'),
  };
}

function known(table: Table, event: Event): AppendedEvent {
  const eventId = integer(table.eventNumber.get(event.source, event.id) ?? {}, 'number');
  return { eventId, runIds: table.runIds.all(eventId).map((row) => text(row, 'id')), duplicate: true, claimed: [] };
}

/** An event from a row with the columns of the table. */
export function toEvent(row: Row): Event {
  return {
    id: text(row, 'id'),
    source: text(row, 'source'),
    type: text(row, 'type'),
    ...(row['subject'] !== null && { subject: text(row, 'subject') }),
    time: text(row, 'time'),
    data: JSON.parse(text(row, 'data')),
  };
}
