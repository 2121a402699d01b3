import type { Event } from '../../event/event.ts';
import type { Plan } from '../../rulebook/rulebook.ts';
import type { Clock } from '../../time/time.ts';
import type { AppendedEvent, Journal, NewRun } from '../journal.ts';
import type { Database } from './database.ts';
import { integer, type Row, text } from './row.ts';

/** Appends an event within a transaction that is under way. */
export type Append = (event: Event, runs: readonly NewRun[]) => AppendedEvent;

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
    appendEvent: (event, runs) => database.write(() => append(event, runs)),
  };
}

/** Prepares the append of events. */
export function newAppend(database: Database, clock: Clock): Append {
  const table = prepare(database);
  return (event, runs) => {
    const { source, id, type, subject, time, data } = event;
    const added = table.addEvent.get(source, id, type, subject ?? null, time, JSON.stringify(data), clock.now());
    if (!added) return known(table, event);
    const eventId = integer(added, 'number');
    const runIds = runs.map(({ rule, planHash, orderKey = null }, place) => {
      const runId = `${eventId}.${place}`;
      // Events are appended one after the other: whatever has the key and is pending is older.
      const isBlocked = orderKey !== null && table.pendingInOrder.get(orderKey) !== undefined ? 1 : 0;
      table.addRun.run({ runId, eventId, place, rule, planHash, orderKey, isBlocked });
      return runId;
    });
    return { eventId, runIds, duplicate: false };
  };
}

type Table = ReturnType<typeof prepare>;

function prepare(database: Database) {
  return {
    addEvent: database.prepare(
      `INSERT INTO event (source, id, type, subject, time, data, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source, id) DO NOTHING RETURNING number`,
    ),
    eventNumber: database.prepare('SELECT number FROM event WHERE source = ? AND id = ?'),
    addRun: database.prepare(
      `INSERT INTO run (id, event_number, place, rule, plan_hash, state, order_key, is_blocked)
       VALUES (:runId, :eventId, :place, :rule, :planHash, 'pending', :orderKey, :isBlocked)`,
    ),
    pendingInOrder: database.prepare("SELECT 1 FROM run WHERE order_key = ? AND state = 'pending' LIMIT 1"),
    runIds: database.prepare('SELECT id FROM run WHERE event_number = ? ORDER BY place'),
  };
}

function known(table: Table, event: Event): AppendedEvent {
  const eventId = integer(table.eventNumber.get(event.source, event.id) ?? {}, 'number');
  return { eventId, runIds: table.runIds.all(eventId).map((row) => text(row, 'id')), duplicate: true };
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
