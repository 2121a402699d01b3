import type { Pool } from 'pg';
import { isOpen, type Message, STATES, type State } from '../../message/message.ts';
import type { Clock } from '../../time/time.ts';
import type { Journal, MessageFilter } from '../journal.ts';
import { extraLabel } from '../label.ts';
import { ask } from './connect.ts';
import { toSteps } from './event.ts';
import { toAttempt, toMessage, toStateChanges } from './message.ts';
import { integerOrNothing, type Row, rowsOf, text } from './row.ts';
import { encodeText } from './text.ts';

type FindVerbs = Pick<
  Journal,
  | 'plan'
  | 'steps'
  | 'message'
  | 'messageOfAttempt'
  | 'attempts'
  | 'stateChanges'
  | 'messages'
  | 'nextRunDue'
  | 'dueMessages'
  | 'nextMessageDue'
>;

/** The conditions of the indexes `message_open` and `message_due`, which are only used where these stand in the query. */
const OPEN = "state IN ('waiting', 'retrying', 'sending', 'unknown') AND attempts >= 0";
const HAS_DUE = 'due_at IS NOT NULL AND attempts >= 0';

/** Plans, steps and messages, as they are looked up and looked for. */
export function findVerbs(pool: Pool, clock: Clock): FindVerbs {
  const one = async (name: string, sql: string, id: string): Promise<Row | undefined> =>
    (await ask<Row>(pool, name, sql, [encodeText(id)]))[0];
  const all = (name: string, sql: string, id: string): Promise<readonly Row[]> =>
    ask<Row>(pool, name, sql, [encodeText(id)]);
  return {
    plan: async (hash) => {
      const row = await one('plan', 'SELECT body FROM ringbook.plan WHERE hash = $1', hash);
      return row && JSON.parse(text(row, 'body'));
    },
    steps: async (runId) => {
      const [row] = await all('steps', STEPS, runId);
      return row ? toSteps(rowsOf(row['steps']), row['last_steps']) : [];
    },
    message: async (id) => toMessageIfAny(await one('message', 'SELECT * FROM ringbook.message WHERE id = $1', id)),
    messageOfAttempt: async (id) => {
      const tried = await one('attempt', 'SELECT * FROM ringbook.attempt WHERE id = $1', id);
      const row = tried && (await one('message of attempt', MESSAGE_OF_ATTEMPT, id));
      return row && { message: toMessage(row), attempt: toAttempt(tried) };
    },
    attempts: async (id) => (await all('attempts', ATTEMPTS, id)).map(toAttempt),
    stateChanges: async (id) => (await all('states', STATE_CHANGES, id)).flatMap(toStateChanges),
    messages: async (limit, filter = {}, before) => {
      const { sql, values } = queryOf(filter, before, limit);
      return (await pool.query<Row>(sql, [...values])).rows.map(toMessage);
    },
    dueMessages: async (limit) => (await ask<Row>(pool, 'due', DUE, [clock.now(), limit])).map(toMessage),
    nextRunDue: async () => dueIn(await ask<Row>(pool, 'next run', NEXT_RUN, [clock.now()])),
    nextMessageDue: async () => dueIn(await ask<Row>(pool, 'next message', NEXT_MESSAGE, [])),
  };
}

const MESSAGE_OF_ATTEMPT = `SELECT m.* FROM ringbook.attempt AS a JOIN ringbook.message AS m ON m.id = a.message_id
  WHERE a.id = $1`;
const ATTEMPTS = 'SELECT * FROM ringbook.attempt WHERE message_id = $1 ORDER BY number';
/** One statement: a run that ends or goes on meanwhile has its last steps in the one place or the other. */
const STEPS = `SELECT last_steps, (
    SELECT coalesce(json_agg(to_json(s) ORDER BY number), '[]') FROM ringbook.step AS s WHERE run_id = r.id) AS steps
  FROM ringbook.run AS r WHERE id = $1`;
const STATE_CHANGES = 'SELECT states FROM ringbook.message WHERE id = $1';
const DUE = `SELECT * FROM ringbook.message WHERE ${HAS_DUE} AND due_at <= $1
  ORDER BY priority, due_at, number LIMIT $2`;
/** What is ready is due already. */
const FREE = "state = 'pending' AND claimed_by IS NULL AND NOT is_blocked";
const NEXT_RUN = `SELECT CASE
    WHEN EXISTS (SELECT FROM ringbook.run WHERE ${FREE} AND due_at IS NULL AND epoch >= 0) OR due_at <= $1 THEN 0
    ELSE due_at END AS due_at
  FROM (SELECT min(due_at) AS due_at FROM ringbook.run WHERE ${FREE} AND due_at IS NOT NULL) AS later`;
/** Of each priority (1 to 5) the first is found by the index. */
const NEXT_MESSAGE = `SELECT min(first.due_at) AS due_at FROM generate_series(1, 5) AS of (priority) CROSS JOIN LATERAL (
    SELECT due_at FROM ringbook.message AS m WHERE m.priority = of.priority AND ${HAS_DUE} ORDER BY due_at LIMIT 1) AS first`;

function dueIn(rows: readonly Row[]): number | undefined {
  return integerOrNothing(rows[0] ?? {}, 'due_at');
}

function toMessageIfAny(row: Row | undefined): Message | undefined {
  return row && toMessage(row);
}

/** The query of a filter. Each of its parts is an index where it finds few of many: labels, recipients, open states. */
function queryOf(
  { states, to, resource, tag, template, related, extra, since, until }: MessageFilter,
  before: string | undefined,
  limit: number,
): { readonly sql: string; readonly values: readonly (string | number)[] } {
  const values: (string | number)[] = [];
  const value = (given: string | number): string =>
    `$${values.push(typeof given === 'string' ? encodeText(given) : given)}`;
  const labelled = (name: string, given: string): string =>
    `number IN (SELECT message_number FROM ringbook.label WHERE name = ${value(name)} AND value = ${value(given)})`;
  const conditions: string[] = [];
  if (before !== undefined)
    conditions.push(`number < (SELECT number FROM ringbook.message WHERE id = ${value(before)})`);
  if (states) conditions.push(inStates(states));
  if (to !== undefined) conditions.push(reached(value(to)));
  if (resource !== undefined) conditions.push(`(resource = ${value(resource)} OR ${wentOutThrough(value(resource))})`);
  if (tag !== undefined) conditions.push(labelled('tag', tag));
  if (template !== undefined) conditions.push(labelled('template', template));
  if (related !== undefined) conditions.push(labelled('related', related));
  if (extra) conditions.push(labelled(extraLabel(extra.key), extra.value));
  if (since !== undefined) conditions.push(`created_at >= ${value(since)}`);
  if (until !== undefined) conditions.push(`created_at < ${value(until)}`);
  const where = conditions.map((sql) => ` AND ${sql}`).join('');
  return {
    sql: `SELECT * FROM ringbook.message WHERE true${where} ORDER BY number DESC LIMIT ${value(limit)}`,
    values,
  };
}

/** Found first, by two indexes, and then sorted: with an OR, PostgreSQL walks through all messages from the newest on. */
function reached(to: string): string {
  return `number = ANY (ARRAY(
    SELECT number FROM ringbook.message WHERE recipient = ${to}
    UNION SELECT m.number FROM ringbook.attempt JOIN ringbook.message AS m ON m.id = message_id WHERE way_to = ${to}))`;
}

/** Messages of which an attempt went out otherwise than they say. */
function wentOutThrough(resource: string): string {
  return `id IN (SELECT message_id FROM ringbook.attempt WHERE way_resource = ${resource})`;
}

/** Open states are found by their index. */
function inStates(states: readonly State[]): string {
  const names = Object.keys(STATES).filter((name) => states.some((state) => state === name));
  if (names.length === 0) return 'false';
  const indexed = states.every(isOpen) ? `${OPEN} AND ` : '';
  return `${indexed}state IN (${names.map((name) => `'${name}'`).join(', ')})`;
}
