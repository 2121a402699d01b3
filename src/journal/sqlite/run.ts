import type { StatementSync } from 'node:sqlite';
import type { Event } from '../../event/event.ts';
import type { Plan } from '../../rulebook/rulebook.ts';
import type { Run, RunState, StepResult } from '../../run/run.ts';
import type { Clock } from '../../time/time.ts';
import type { AppendedEvent, Journal, NewRun, PendingRun } from '../journal.ts';
import type { Database } from './database.ts';
import { integer, oneOf, type Row, text } from './row.ts';

type RunVerbs = Pick<
  Journal,
  'keepPlan' | 'plan' | 'appendEvent' | 'pendingRuns' | 'deferRun' | 'nextDue' | 'steps' | 'recordStep' | 'finishRun'
>;

/** Plans, events, and the runs that events start. */
export function runVerbs(database: Database, clock: Clock): RunVerbs {
  const table = prepare(database);
  return {
    keepPlan: (plan) =>
      database.write(() => {
        table.keepPlan.run(plan.hash, JSON.stringify(plan));
      }),
    plan: (hash) =>
      database.read(() => {
        const row = table.plan.get(hash);
        if (!row) return undefined;
        const plan: Plan = JSON.parse(text(row, 'body'));
        return plan;
      }),
    appendEvent: (event, runs) => database.write(() => append(table, event, runs, clock.now())),
    pendingRuns: (limit, after) => database.read(() => pendingAfter(table, limit, clock.now(), after)),
    deferRun: (runId, until) =>
      database.write(() => {
        table.deferRun.run(until, runId);
      }),
    nextDue: () => database.read(() => integerOrNothing(table.nextDue.get() ?? {}, 'due_at')),
    steps: (runId) => database.read(() => table.steps.all(runId).map(toStep)),
    recordStep: (runId, { path, op, result }) =>
      database.write(() => {
        table.recordStep.run(runId, path, op, JSON.stringify(result), clock.now());
      }),
    finishRun: (runId, end) =>
      database.write(() => {
        table.finishRun.run(end.state, end.state === 'failed' ? end.error : null, clock.now(), runId);
      }),
  };
}

type Table = ReturnType<typeof prepare>;

function prepare(database: Database) {
  return {
    keepPlan: database.prepare('INSERT INTO plan (hash, body) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    plan: database.prepare('SELECT body FROM plan WHERE hash = ?'),
    addEvent: database.prepare(
      `INSERT INTO event (source, id, type, subject, time, data, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source, id) DO NOTHING RETURNING number`,
    ),
    eventNumber: database.prepare('SELECT number FROM event WHERE source = ? AND id = ?'),
    addRun: database.prepare(
      "INSERT INTO run (id, event_number, place, rule, plan_hash, state) VALUES (?, ?, ?, ?, ?, 'pending')",
    ),
    runIds: database.prepare('SELECT id FROM run WHERE event_number = ? ORDER BY place'),
    pendingRuns: database.prepare(
      `SELECT run.id AS run_id, event_number, rule, plan_hash, state, error,
              event.id, source, type, subject, time, data
       FROM run JOIN event ON event.number = event_number
       WHERE state = 'pending' AND (event_number, place) > (?, ?) AND (due_at IS NULL OR due_at <= ?)
       ORDER BY event_number, place LIMIT ?`,
    ),
    ...prepareSteps(database),
  };
}

function prepareSteps(
  database: Database,
): Record<'steps' | 'recordStep' | 'finishRun' | 'deferRun' | 'nextDue', StatementSync> {
  return {
    deferRun: database.prepare("UPDATE run SET due_at = ? WHERE id = ? AND state = 'pending'"),
    nextDue: database.prepare("SELECT min(due_at) AS due_at FROM run WHERE state = 'pending' AND due_at IS NOT NULL"),
    steps: database.prepare('SELECT path, op, result FROM step WHERE run_id = ? ORDER BY number'),
    recordStep: database.prepare(
      `INSERT INTO step (run_id, path, op, result, recorded_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (run_id, path) DO NOTHING`,
    ),
    finishRun: database.prepare(
      "UPDATE run SET state = ?, error = ?, finished_at = ? WHERE id = ? AND state = 'pending'",
    ),
  };
}

function append(table: Table, event: Event, runs: readonly NewRun[], now: number): AppendedEvent {
  const { source, id, type, subject, time, data } = event;
  const added = table.addEvent.get(source, id, type, subject ?? null, time, JSON.stringify(data), now);
  if (!added) return known(table, event);
  const eventId = integer(added, 'number');
  const runIds = runs.map(({ rule, planHash }, place) => {
    const runId = `${eventId}.${place}`;
    table.addRun.run(runId, eventId, place, rule, planHash);
    return runId;
  });
  return { eventId, runIds, duplicate: false };
}

function known(table: Table, event: Event): AppendedEvent {
  const eventId = integer(table.eventNumber.get(event.source, event.id) ?? {}, 'number');
  return { eventId, runIds: table.runIds.all(eventId).map((row) => text(row, 'id')), duplicate: true };
}

function pendingAfter(table: Table, limit: number, now: number, after = '0.0'): readonly PendingRun[] {
  const [event = 0, place = 0] = after.split('.').map(Number);
  return table.pendingRuns.all(event, place, now, limit).map((row) => ({ run: toRun(row), event: toEvent(row) }));
}

const RUN_STATES: Readonly<Record<RunState, true>> = { pending: true, done: true, failed: true };

function integerOrNothing(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}

/** A run from a row with its id as `run_id`. */
export function toRun(row: Row): Run {
  return {
    id: text(row, 'run_id'),
    eventId: integer(row, 'event_number'),
    rule: text(row, 'rule'),
    planHash: text(row, 'plan_hash'),
    state: oneOf(row, 'state', RUN_STATES),
    ...(row.error !== null && { error: text(row, 'error') }),
  };
}

/** An event from a row with the columns of the table. */
export function toEvent(row: Row): Event {
  return {
    id: text(row, 'id'),
    source: text(row, 'source'),
    type: text(row, 'type'),
    ...(row.subject !== null && { subject: text(row, 'subject') }),
    time: text(row, 'time'),
    data: JSON.parse(text(row, 'data')),
  };
}

/** What a step came to, from a row of its table. */
export function toStep(row: Row): StepResult {
  return { path: text(row, 'path'), op: text(row, 'op'), result: JSON.parse(text(row, 'result')) };
}
