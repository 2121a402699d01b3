import type { StatementSync } from 'node:sqlite';
import type { Run, RunState, StepResult } from '../../run/run.ts';
import type { Clock } from '../../time/time.ts';
import type { Journal, PendingRun } from '../journal.ts';
import { integer, integerOrNothing, oneOf, type Row, text } from '../row.ts';
import type { Database } from './database.ts';
import { toEvent } from './event.ts';
import { LATER, READY, SOME_READY } from './ready.ts';
import { newTurns } from './turn.ts';

type RunVerbs = Pick<
  Journal,
  | 'claimRuns'
  | 'deferRun'
  | 'releaseRun'
  | 'wakeRun'
  | 'nextRunDue'
  | 'steps'
  | 'recordStep'
  | 'finishRun'
  | 'resumeRun'
>;

/** Runs that were put off and are due by now, brought back at one claim: what is more comes with the next. */
const MOST_BROUGHT_BACK = 1_000;

/** Runs on their way, and the steps that they took. */
export function runVerbs(database: Database, clock: Clock): RunVerbs {
  const table: Table = { ...prepareClaims(database), ...prepareWay(database), ...prepareSteps(database) };
  const takeTurns = newTurns(database);
  const giveBack = (until: number, give: (due: number | null) => Row | undefined): Promise<void> =>
    database.write(() => takeTurns(give(until <= clock.now() ? null : Math.ceil(until))));
  return {
    claimRuns: async (limit) => {
      // Nothing is written, and no disk is waited for, where nothing can be claimed.
      if (!table.someReady.get() && !table.someLaterDue.get(clock.now())) return [];
      return await database.write(() => claim(table, limit, clock.now()));
    },
    deferRun: (runId, until) => giveBack(until, (due) => table.defer.get({ due, runId })),
    releaseRun: (runId, until, error) => giveBack(until, (due) => table.release.get({ due, error, runId })),
    wakeRun: (runId) =>
      database.write(() => {
        table.wake.run(runId);
      }),
    nextRunDue: () =>
      database.read(() => (table.someReady.get() ? 0 : integerOrNothing(table.nextLater.get() ?? {}, 'due_at'))),
    steps: (runId) => database.read(() => table.steps.all(runId).map(toStep)),
    recordStep: (runId, { path, op, result }) =>
      database.write(() => {
        table.recordStep.run(runId, path, op, JSON.stringify(result), clock.now());
      }),
    finishRun: (runId, end) =>
      database.write(() => {
        takeTurns(table.finish.get(end.state, end.state === 'done' ? null : end.error, clock.now(), runId));
      }),
    resumeRun: (runId) =>
      database.write(() => {
        const resumed = table.resume.get(runId);
        if (resumed) table.voidRejected.run(runId);
        takeTurns(resumed);
        return resumed !== undefined;
      }),
  };
}

/** SQL that makes a pending run due, to be run with its id. */
export const WAKE = `UPDATE run SET due_at = NULL, is_woken = is_claimed WHERE id = ? AND state = 'pending'`;

interface Table
  extends ReturnType<typeof prepareClaims>,
    ReturnType<typeof prepareWay>,
    ReturnType<typeof prepareSteps> {}

function prepareClaims(
  database: Database,
): Record<'someReady' | 'someLaterDue' | 'nextLater' | 'bringBack' | 'ready' | 'claim', StatementSync> {
  return {
    someReady: database.prepare(SOME_READY),
    someLaterDue: database.prepare(`SELECT 1 FROM run WHERE ${LATER} AND due_at <= ? LIMIT 1`),
    nextLater: database.prepare(`SELECT min(due_at) AS due_at FROM run WHERE ${LATER}`),
    bringBack: database.prepare(
      `UPDATE run SET due_at = NULL
       WHERE rowid IN (SELECT rowid FROM run WHERE ${LATER} AND due_at <= ? ORDER BY due_at LIMIT ?)`,
    ),
    ready: database.prepare(
      `SELECT run.rowid AS row, run.id AS run_id, event_number, rule, plan_hash, state, error, tries, is_begun,
              event.id, source, type, subject, time, data
       FROM run CROSS JOIN event ON event.number = event_number
       WHERE ${READY} ORDER BY priority, event_number, place LIMIT ?`,
    ),
    claim: database.prepare(
      'UPDATE run SET is_claimed = 1, is_woken = 0, is_begun = 1, tries = tries + 1 WHERE rowid = ?',
    ),
  };
}

function prepareWay(
  database: Database,
): Record<'defer' | 'release' | 'wake' | 'finish' | 'resume' | 'voidRejected', StatementSync> {
  return {
    defer: database.prepare(
      `UPDATE run SET is_claimed = 0, is_woken = 0, tries = 0, error = NULL, due_at = iif(is_woken = 1, NULL, :due)
       WHERE id = :runId AND state = 'pending' AND is_claimed = 1 RETURNING order_key`,
    ),
    release: database.prepare(
      `UPDATE run SET is_claimed = 0, is_woken = 0, error = :error, due_at = :due
       WHERE id = :runId AND state = 'pending' AND is_claimed = 1 RETURNING order_key`,
    ),
    wake: database.prepare(WAKE),
    finish: database.prepare(
      `UPDATE run SET state = ?, error = ?, finished_at = ?, is_claimed = 0, is_blocked = 0, due_at = NULL
       WHERE id = ? AND state = 'pending' RETURNING order_key`,
    ),
    resume: database.prepare(
      `UPDATE run SET state = 'pending', error = NULL, finished_at = NULL, due_at = NULL, tries = 0
       WHERE id = ? AND state IN ('failed', 'dead') RETURNING order_key`,
    ),
    voidRejected: database.prepare("UPDATE message SET is_void = 1 WHERE run_id = ? AND state = 'rejected'"),
  };
}

function prepareSteps(database: Database): Record<'steps' | 'recordStep', StatementSync> {
  return {
    steps: database.prepare('SELECT path, op, result FROM step WHERE run_id = ? ORDER BY number'),
    recordStep: database.prepare(
      `INSERT INTO step (run_id, path, op, result, recorded_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (run_id, path) DO NOTHING`,
    ),
  };
}

function claim(table: Table, limit: number, now: number): readonly PendingRun[] {
  if (table.someLaterDue.get(now)) table.bringBack.run(now, Math.max(limit, MOST_BROUGHT_BACK));
  return table.ready.all(limit).map((row) => {
    table.claim.run(integer(row, 'row'));
    const tries = integer(row, 'tries') + 1;
    return { run: toRun(row), event: toEvent(row), tries, isFresh: row['is_begun'] === 0 };
  });
}

const RUN_STATES: Readonly<Record<RunState, true>> = { pending: true, done: true, failed: true, dead: true };

/** A run from a row with its id as `run_id`. */
export function toRun(row: Row): Run {
  return {
    id: text(row, 'run_id'),
    eventId: integer(row, 'event_number'),
    rule: text(row, 'rule'),
    planHash: text(row, 'plan_hash'),
    state: oneOf(row, 'state', RUN_STATES),
    ...(row['error'] !== null && { error: text(row, 'error') }),
  };
}

/** What a step came to, from a row of its table. */
export function toStep(row: Row): StepResult {
  return { path: text(row, 'path'), op: text(row, 'op'), result: JSON.parse(text(row, 'result')) };
}
