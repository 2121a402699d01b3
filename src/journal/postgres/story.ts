import type { Pool } from 'pg';
import type { RunState } from '../../run/run.ts';
import type { Clock } from '../../time/time.ts';
import type { Journal, RunWithEvent, Story } from '../journal.ts';
import { ask } from './connect.ts';
import { toEvent, toRun, toSteps } from './event.ts';
import { toMessage, toStateChanges } from './message.ts';
import { integer, integerOrNothing, type Row, rowOf, rowsOf } from './row.ts';
import { encodeText } from './text.ts';

/** What people read: events with all that came of them, and runs. */
export function storyVerbs(pool: Pool, clock: Clock): Pick<Journal, 'story' | 'stories' | 'runs' | 'run'> {
  const toRunNow = (row: Row): RunWithEvent => toRunWithEvent(row, clock.now());
  return {
    story: async (eventId) => {
      const [row] = await ask<Row>(pool, 'story', `${STORY} WHERE e.number = $1`, [eventId]);
      return row && toStory(row);
    },
    stories: async (limit) =>
      (await ask<Row>(pool, 'stories', `${STORY} ORDER BY e.number DESC LIMIT $1`, [limit])).map(toStory),
    runs: async (limit, states) => {
      const rows = states
        ? (await pool.query<Row>(runsOfStates(states), [limit])).rows
        : await ask<Row>(pool, 'runs', `${RUN} ${NEWEST} LIMIT $1`, [limit]);
      return rows.map(toRunNow);
    },
    run: async (id) => {
      const [row] = await ask<Row>(pool, 'run', `${RUN} WHERE r.id = $1`, [encodeText(id)]);
      return row && toRunNow(row);
    },
  };
}

/** One statement, and so one view of everything. */
const STORY = `
  SELECT e.*, (
    SELECT coalesce(json_agg(json_build_object(
      'run', to_json(r),
      'steps', (SELECT coalesce(json_agg(to_json(s) ORDER BY s.number), '[]') FROM ringbook.step AS s WHERE s.run_id = r.id),
      'messages', (
        SELECT coalesce(json_agg(to_json(m) ORDER BY m.number), '[]') FROM ringbook.message AS m WHERE m.run_id = r.id)
    ) ORDER BY r.place), '[]') FROM ringbook.run AS r WHERE r.event_number = e.number) AS runs
  FROM ringbook.event AS e`;

const RUN = `
  SELECT r.id AS run_id, event_number, place, rule, plan_hash, state, error, due_at, e.id, source, type, subject, time, data
  FROM ringbook.run AS r JOIN ringbook.event AS e ON e.number = event_number`;
const NEWEST = 'ORDER BY event_number DESC, place DESC';

/** The newest of each state by itself, named in the text: states that are rare have an index of their own. */
function runsOfStates(states: readonly RunState[]): string {
  const known = RUN_STATES.filter((state) => states.includes(state));
  const parts = known.map((state) => `(${RUN} WHERE ${inState(state)} ${NEWEST} LIMIT $1)`);
  return parts.length === 0 ? NOTHING : `SELECT * FROM (${parts.join(' UNION ALL ')}) AS found ${NEWEST} LIMIT $1`;
}

/** The index of pending runs is only used where its second condition stands in the query. */
function inState(state: RunState): string {
  return state === 'pending' ? `r.state = 'pending' AND r.epoch >= 0` : `r.state = '${state}'`;
}

const RUN_STATES: readonly RunState[] = ['pending', 'done', 'failed', 'dead'];
const NOTHING = `${RUN} WHERE false LIMIT $1`;

function toRunWithEvent(row: Row, now: number): RunWithEvent {
  const dueAt = integerOrNothing(row, 'due_at');
  return { ...toRun(row), event: toEvent(row), ...(dueAt !== undefined && dueAt > now && { dueAt }) };
}

function toStory(row: Row): Story {
  return {
    eventId: integer(row, 'number'),
    event: toEvent(row),
    runs: rowsOf(row['runs']).map((told) => {
      const run = rowOf(told['run']);
      return {
        ...toRun({ ...run, run_id: run['id'] }),
        steps: toSteps(rowsOf(told['steps']), run['last_steps']),
        messages: rowsOf(told['messages']).map((message) => ({
          ...toMessage(message),
          states: toStateChanges(message),
        })),
      };
    }),
  };
}
