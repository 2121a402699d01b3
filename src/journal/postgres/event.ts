import type { Event } from '../../event/event.ts';
import type { Run, RunState, StepResult } from '../../run/run.ts';
import type { AppendedEvent, NewRun, PendingRun } from '../journal.ts';
import { integer, oneOf, type Row, rowOf, rowsOf, text } from './row.ts';

/** An event as a call has it. */
export function eventArgument({ data, ...event }: Event): Readonly<Record<string, unknown>> {
  return { ...event, data: JSON.stringify(data) };
}

export function runArguments(runs: readonly NewRun[]): readonly NewRun[] {
  return runs.map(({ rule, planHash, orderKey }) => ({ rule, planHash, ...(orderKey !== undefined && { orderKey }) }));
}

/** What `ringbook.append_event` came to; `claimed` has the ids of the runs that were claimed with it. */
export function toAppended(result: unknown): Omit<AppendedEvent, 'claimed'> & { readonly claimed: readonly string[] } {
  const row = rowOf(result);
  return {
    eventId: integer(row, 'eventId'),
    runIds: textsOf(row['runIds']),
    duplicate: row['duplicate'] === true,
    claimed: textsOf(row['claimed']),
  };
}

/** A new event of which nothing but its number is told: the runs that there is room for were claimed with it. */
export function newlyAppended(eventId: number, runs: number, room: number): ReturnType<typeof toAppended> {
  const runIds = Array.from({ length: runs }, (_, place) => `${eventId}.${place}`);
  return { eventId, runIds, duplicate: false, claimed: runIds.slice(0, room) };
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new TypeError('an event was appended without runs');
  return value.map(String);
}

/** A run that was claimed with its event, as it would be read back: a caller may have given more than JSON holds. */
export function claimedRun(id: string, eventId: number, run: NewRun, event: Event): PendingRun {
  const { rule, planHash } = run;
  return { run: { id, eventId, rule, planHash, state: 'pending' }, event, tries: 1, isFresh: true };
}

/** An event from a row with the columns of its table. */
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

/** A run as `ringbook.claim_runs` tells it, with its event. */
export function toPendingRun(row: Row): PendingRun {
  return { run: toRun(row), event: toEvent(row), tries: integer(row, 'tries'), isFresh: row['is_fresh'] === true };
}

/** What the steps of a run came to, in order: those of the table, then those that were recorded with its end. */
export function toSteps(rows: readonly Row[], last: unknown): readonly StepResult[] {
  const steps = rows.map(toStep);
  if (typeof last !== 'string') return steps;
  const known = new Set(steps.map(({ path }) => path));
  return [
    ...steps,
    ...rowsOf(JSON.parse(last))
      .map(toStep)
      .filter(({ path }) => !known.has(path)),
  ];
}

function toStep(row: Row): StepResult {
  return { path: text(row, 'path'), op: text(row, 'op'), result: JSON.parse(text(row, 'result')) };
}
