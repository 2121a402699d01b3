import type { RunState } from '../../run/run.ts';
import type { Clock } from '../../time/time.ts';
import type { Journal, RunWithEvent, Story } from '../journal.ts';
import { integer, integerOrNothing, type Row } from '../row.ts';
import type { Database } from './database.ts';
import { toEvent } from './event.ts';
import { toMessage, toStateChanges } from './message.ts';
import { toRun, toStep } from './run.ts';

/** What people read: events with all that came of them, and runs. */
export function storyVerbs(database: Database, clock: Clock): Pick<Journal, 'story' | 'stories' | 'runs' | 'run'> {
  const table = prepare(database);
  const some = prepareRuns(database);
  const toRunNow = (row: Row): RunWithEvent => toRunWithEvent(row, clock.now());
  return {
    story: (eventId) =>
      database.view(() => {
        const row = table.event.get(eventId);
        return row && toStory(table, row);
      }),
    stories: (limit) => database.view(() => table.newestEvents.all(limit).map((row) => toStory(table, row))),
    runs: (limit, states) =>
      database.view(() => {
        const rows = states ? [...new Set(states)].flatMap((state) => some[state].all(limit)) : some.all.all(limit);
        return rows.toSorted(newestFirst).slice(0, limit).map(toRunNow);
      }),
    run: (id) =>
      database.read(() => {
        const row = some.one.get(id);
        return row && toRunNow(row);
      }),
  };
}

type Table = ReturnType<typeof prepare>;

function prepare(database: Database) {
  return {
    event: database.prepare('SELECT * FROM event WHERE number = ?'),
    newestEvents: database.prepare('SELECT * FROM event ORDER BY number DESC LIMIT ?'),
    runs: database.prepare('SELECT *, id AS run_id FROM run WHERE event_number = ? ORDER BY place'),
    steps: database.prepare('SELECT * FROM step WHERE run_id = ? ORDER BY number'),
    messages: database.prepare('SELECT * FROM message WHERE run_id = ? ORDER BY number'),
  };
}

/** One statement a state, each with the index that knows it. */
function prepareRuns(database: Database) {
  const select = `SELECT run.id AS run_id, event_number, place, rule, plan_hash, state, error, due_at,
            event.id, source, type, subject, time, data
     FROM run CROSS JOIN event ON event.number = event_number`;
  const newest = 'ORDER BY event_number DESC, place DESC LIMIT ?';
  const ofState = (state: RunState) => database.prepare(`${select} WHERE state = '${state}' ${newest}`);
  return {
    one: database.prepare(`${select} WHERE run.id = ?`),
    all: database.prepare(`${select} ${newest}`),
    pending: ofState('pending'),
    done: ofState('done'),
    failed: ofState('failed'),
    dead: ofState('dead'),
  };
}

function newestFirst(left: Row, right: Row): number {
  return (
    integer(right, 'event_number') - integer(left, 'event_number') || integer(right, 'place') - integer(left, 'place')
  );
}

function toRunWithEvent(row: Row, now: number): RunWithEvent {
  const dueAt = integerOrNothing(row, 'due_at');
  const run = toRun(row);
  return { ...run, event: toEvent(row), ...(dueAt !== undefined && dueAt > now && { dueAt }) };
}

function toStory(table: Table, row: Row): Story {
  const eventId = integer(row, 'number');
  const runs = table.runs.all(eventId).map(toRun);
  return {
    eventId,
    event: toEvent(row),
    runs: runs.map((run) => ({
      ...run,
      steps: table.steps.all(run.id).map(toStep),
      messages: table.messages
        .all(run.id)
        .map((message) => ({ ...toMessage(message), states: toStateChanges(message) })),
    })),
  };
}
