import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { isOpen, type Message, STATES, type State } from '../../message/message.ts';
import type { Journal, MessageFilter } from '../journal.ts';
import { extraLabel } from '../label.ts';
import type { Row } from '../row.ts';
import type { Database } from './database.ts';
import { OPEN } from './due.ts';
import { toAttempt, toMessage, toStateChanges } from './message.ts';

type FindVerbs = Pick<Journal, 'message' | 'messageOfAttempt' | 'attempts' | 'stateChanges' | 'messages'>;

/** Messages, as they are looked up and looked for. */
export function findVerbs(database: Database): FindVerbs {
  const message = database.prepare('SELECT * FROM message WHERE id = ?');
  const attempt = database.prepare('SELECT * FROM attempt WHERE id = ?');
  const attempts = database.prepare('SELECT * FROM attempt WHERE message_id = ? ORDER BY number');
  const states = database.prepare('SELECT states FROM message WHERE id = ?');
  const prepared = new Map<string, StatementSync>();
  return {
    message: (id) => database.read(() => toMessageIfAny(message.get(id))),
    messageOfAttempt: (attemptId) =>
      database.read(() => {
        const found = attempt.get(attemptId);
        const tried = found && toAttempt(found);
        const of = tried && toMessageIfAny(message.get(tried.messageId));
        return of && { message: of, attempt: tried };
      }),
    attempts: (messageId) => database.read(() => attempts.all(messageId).map(toAttempt)),
    stateChanges: (messageId) => database.read(() => states.all(messageId).flatMap(toStateChanges)),
    messages: (limit, filter = {}, before) =>
      database.read(() => {
        const { sql, values } = queryOf(filter, before);
        const statement = prepared.get(sql) ?? database.prepare(sql);
        // As many as there are combinations of what can be filtered by; states are parts of the text.
        if (prepared.size < MOST_PREPARED) prepared.set(sql, statement);
        return statement.all(...values, limit).map(toMessage);
      }),
  };
}

/** More kinds of question than a host is asked in practice. */
const MOST_PREPARED = 100;

function toMessageIfAny(row: Row | undefined): Message | undefined {
  return row && toMessage(row);
}

/** The query of a filter. Each of its parts is an index where it finds few of many: labels, recipients, open states. */
function queryOf(
  { states, to, resource, tag, template, related, extra, since, until }: MessageFilter,
  before: string | undefined,
): { readonly sql: string; readonly values: readonly SQLInputValue[] } {
  const conditions: (readonly [sql: string, ...values: SQLInputValue[]])[] = [];
  const labelled = 'number IN (SELECT message_number FROM label WHERE name = ? AND value = ?)';
  if (before !== undefined) conditions.push(['number < (SELECT number FROM message WHERE id = ?)', before]);
  if (states) conditions.push([inStates(states)]);
  if (to !== undefined) conditions.push([`(recipient = ? OR ${wentOut('to')})`, to, to]);
  if (resource !== undefined) conditions.push([`(resource = ? OR ${wentOut('resource')})`, resource, resource]);
  if (tag !== undefined) conditions.push([labelled, 'tag', tag]);
  if (template !== undefined) conditions.push([labelled, 'template', template]);
  if (related !== undefined) conditions.push([labelled, 'related', related]);
  if (extra) conditions.push([labelled, extraLabel(extra.key), extra.value]);
  if (since !== undefined) conditions.push(['created_at >= ?', since]);
  if (until !== undefined) conditions.push(['created_at < ?', until]);
  const where = conditions.map(([sql]) => ` AND ${sql}`).join('');
  return {
    sql: `SELECT * FROM message WHERE true${where} ORDER BY number DESC LIMIT ?`,
    values: conditions.flatMap(([, ...values]) => values),
  };
}

/** Messages of which an attempt went out otherwise than they say. */
function wentOut(part: 'to' | 'resource'): string {
  return `id IN (SELECT message_id FROM attempt WHERE way IS NOT NULL AND way ->> '$.${part}' = ?)`;
}

/** Open states are found by their index. */
function inStates(states: readonly State[]): string {
  const names = Object.keys(STATES).filter((name) => states.some((state) => state === name));
  const indexed = states.every(isOpen) ? `${OPEN} AND ` : '';
  return `${indexed}state IN (${names.map((name) => `'${name}'`).join(', ')})`;
}
