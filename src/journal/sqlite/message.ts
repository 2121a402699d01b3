import type { StatementSync } from 'node:sqlite';
import {
  type Attempt,
  advance,
  type Channel,
  type Message,
  type Outcome,
  STATES,
  type State,
} from '../../message/message.ts';
import type { Json, JsonObject } from '../../schema/schema.ts';
import type { Clock } from '../../time/time.ts';
import type { Journal, MoveResult, NewMessage } from '../journal.ts';
import { settledState } from '../settle.ts';
import type { Database } from './database.ts';
import { integer, oneOf, type Row, text } from './row.ts';

type MessageVerbs = Pick<
  Journal,
  'intendMessage' | 'beginAttempt' | 'settleAttempt' | 'reportState' | 'messageOfAttempt' | 'doubtInterruptedSends'
>;

/** Messages, the attempts to send them, and every state that they go through. */
export function messageVerbs(database: Database, clock: Clock): MessageVerbs {
  const table: Table = { ...prepareMessages(database), ...prepareAttempts(database), now: () => clock.now() };
  return {
    intendMessage: (message) => database.write(() => intend(table, message)),
    beginAttempt: (attempt) => database.write(() => begin(table, attempt)),
    settleAttempt: (attemptId, outcome, retry) => database.write(() => settle(table, attemptId, outcome, retry)),
    reportState: (messageId, report) => database.write(() => move(table, messageId, report)),
    messageOfAttempt: (attemptId) =>
      database.read(() => {
        const row = table.messageOfAttempt.get(attemptId);
        return row && toMessage(row);
      }),
    doubtInterruptedSends: () => database.write(() => doubt(table)),
  };
}

interface Table extends ReturnType<typeof prepareMessages>, ReturnType<typeof prepareAttempts> {
  now(): number;
}

function prepareMessages(database: Database) {
  return {
    add: database.prepare(
      `INSERT INTO message
         (id, run_id, op, channel, resource, recipient, sender, content, state, created_at, changed_at)
       VALUES (:id, :runId, :op, :channel, :resource, :to, :from, :content, 'waiting', :now, :now)
       ON CONFLICT (id) DO NOTHING RETURNING *`,
    ),
    message: database.prepare('SELECT * FROM message WHERE id = ?'),
    change: database.prepare(
      `UPDATE message
       SET state = :state, provider_id = :providerId, error = :error, answer = :answer, changed_at = :now
       WHERE id = :id RETURNING *`,
    ),
    addState: database.prepare('INSERT INTO message_state (message_id, state, at, detail) VALUES (?, ?, ?, ?)'),
    interrupted: database.prepare("SELECT * FROM message WHERE state = 'sending' ORDER BY number"),
  };
}

function prepareAttempts(
  database: Database,
): Record<'addAttempt' | 'attempt' | 'settle' | 'messageOfAttempt', StatementSync> {
  return {
    addAttempt: database.prepare('INSERT INTO attempt (id, message_id, number, began_at) VALUES (?, ?, ?, ?)'),
    attempt: database.prepare('SELECT message_id, outcome FROM attempt WHERE id = ?'),
    settle: database.prepare('UPDATE attempt SET outcome = ?, settled_at = ? WHERE id = ?'),
    messageOfAttempt: database.prepare(
      'SELECT message.* FROM attempt JOIN message ON message.id = attempt.message_id WHERE attempt.id = ?',
    ),
  };
}

function intend(table: Table, { id, runId, op, channel, resource, to, from, content }: NewMessage): Message {
  const now = table.now();
  const values = { id, runId, op, channel, resource, to, from, content: JSON.stringify(content), now };
  const added = table.add.get(values);
  if (!added) return find(table, id);
  table.addState.run(id, 'waiting', now, null);
  return toMessage(added);
}

function begin(table: Table, attempt: Attempt): void {
  const message = find(table, attempt.messageId);
  if (message.state !== 'waiting') throw new Error(`message ${message.id} is ${message.state}: it is not to be sent`);
  table.addAttempt.run(attempt.id, message.id, attempt.number, table.now());
  change(table, message, { ...message, state: 'sending' }, { attempt: attempt.number });
}

function settle(table: Table, attemptId: string, outcome: Outcome, retry: boolean): Message {
  const attempt = table.attempt.get(attemptId);
  if (!attempt) throw new Error('no such attempt was made');
  const message = find(table, text(attempt, 'message_id'));
  if (attempt.outcome === 'accepted' || attempt.outcome === 'rejected') return message;
  table.settle.run(outcome.kind, table.now(), attemptId);
  const state = settledState(message.state, outcome, retry);
  if (outcome.kind === 'accepted') {
    const { providerId, answer } = outcome;
    // An error that a callback brought belongs to the state that it moved to, and stays with it.
    const error = state === message.state ? message.error : undefined;
    return change(table, message, { state, providerId, answer, error }, { providerId });
  }
  if (state === message.state) return message;
  const { kind: _, ...detail } = outcome;
  return change(table, message, { ...message, state, error: outcome.reason }, detail);
}

function move(
  table: Table,
  messageId: string,
  report: { state: State; providerId?: string; error?: string },
): MoveResult {
  const message = find(table, messageId);
  const state = advance(message.state, report.state);
  if (state === message.state) return { message, moved: false };
  const { error, providerId = message.providerId } = report;
  const detail = error === undefined ? undefined : { error };
  return { message: change(table, message, { ...message, state, providerId, error }, detail), moved: true };
}

function doubt(table: Table): number {
  const interrupted = table.interrupted.all().map(toMessage);
  const error = 'the host stopped while it was being sent';
  for (const message of interrupted) change(table, message, { ...message, state: 'unknown', error }, { reason: error });
  return interrupted.length;
}

/** What changes in a message on its way. */
interface Fate {
  readonly state: State;
  readonly providerId?: string | undefined;
  readonly error?: string | undefined;
  readonly answer?: JsonObject | undefined;
}

/** Writes the fate of a message down, and its state where that is another. */
function change(table: Table, { id, state }: Message, fate: Fate, detail?: Json): Message {
  const now = table.now();
  if (fate.state !== state) {
    table.addState.run(id, fate.state, now, detail === undefined ? null : JSON.stringify(detail));
  }
  const row = table.change.get({
    id,
    state: fate.state,
    providerId: fate.providerId ?? null,
    error: fate.error ?? null,
    answer: fate.answer === undefined ? null : JSON.stringify(fate.answer),
    now,
  });
  return toMessage(row ?? {});
}

function find(table: Table, id: string): Message {
  const row = table.message.get(id);
  if (!row) throw new Error(`there is no message ${id}`);
  return toMessage(row);
}

const CHANNELS: Readonly<Record<Channel, true>> = { sms: true, call: true };

/** A message from a row of its table. */
export function toMessage(row: Row): Message {
  return {
    id: text(row, 'id'),
    runId: text(row, 'run_id'),
    op: text(row, 'op'),
    channel: oneOf(row, 'channel', CHANNELS),
    resource: text(row, 'resource'),
    to: text(row, 'recipient'),
    from: text(row, 'sender'),
    content: JSON.parse(text(row, 'content')),
    state: oneOf(row, 'state', STATES),
    ...(row.provider_id !== null && { providerId: text(row, 'provider_id') }),
    ...(row.error !== null && { error: text(row, 'error') }),
    ...(row.answer !== null && { answer: JSON.parse(text(row, 'answer')) }),
    createdAt: integer(row, 'created_at'),
    changedAt: integer(row, 'changed_at'),
  };
}
