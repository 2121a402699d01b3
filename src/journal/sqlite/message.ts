import { type Attempt, type Channel, type Message, STATES, type State } from '../../message/message.ts';
import type { Json, JsonObject } from '../../schema/schema.ts';
import type { Clock } from '../../time/time.ts';
import type { Database } from './database.ts';
import { integer, integerOrNothing, oneOf, type Row, text } from './row.ts';

/** Messages as the verbs write them, within a transaction that is under way. */
export interface Messages {
  now(): number;
  /** Rejects an id that is not there. */
  find(id: string): Message;
  /** Writes what changed in a message, and its state with `detail` where that is another. What is absent stays as it is. */
  change(message: Message, fate: Partial<Fate>, detail?: Json): Message;
  /** Writes an attempt down that is about to be made. */
  addAttempt(message: Pick<Message, 'id' | 'lastAttempt'>, attemptId: string): Attempt;
  addState(messageId: string, state: State, detail?: Json): void;
  /** The first states of a message whose row was just added, and its first attempt where it has one. */
  addBeginning(message: Message): void;
}

/** What changes in a message on its way. */
export interface Fate {
  readonly state: State;
  readonly providerId: string | undefined;
  readonly error: string | undefined;
  readonly answer: JsonObject | undefined;
  readonly dueAt: number | undefined;
  readonly attempts: number;
  readonly lastAttempt: Attempt;
  readonly looks: number;
  readonly possibleDuplicate: boolean;
}

/** Prepares what all verbs about messages are made of. */
export function newMessages(database: Database, clock: Clock): Messages {
  const table = prepare(database);
  const now = (): number => clock.now();
  const addState = (messageId: string, state: State, detail?: Json): void => {
    table.addState.run(messageId, state, now(), detail === undefined ? null : JSON.stringify(detail));
  };
  return {
    now,
    addState,
    addBeginning({ id, lastAttempt }) {
      addState(id, 'waiting');
      if (!lastAttempt) return;
      table.addAttempt.run(lastAttempt.id, id, lastAttempt.number, lastAttempt.beganAt);
      addState(id, 'sending', { attempt: lastAttempt.number });
    },
    find(id) {
      const row = table.message.get(id);
      if (!row) throw new Error(`there is no message ${id}`);
      return toMessage(row);
    },
    change(message, fate, detail) {
      const next = changed(message, fate, now);
      if (next.state !== message.state) addState(message.id, next.state, detail);
      keepFormerProviderId(table, message, next.providerId);
      table.change.run(columnsOf(next));
      return next;
    },
    addAttempt({ id: messageId, lastAttempt }, id) {
      const attempt = { id, messageId, number: (lastAttempt?.number ?? 0) + 1, beganAt: now() };
      table.addAttempt.run(id, messageId, attempt.number, attempt.beganAt);
      return attempt;
    },
  };
}

type Table = ReturnType<typeof prepare>;

function prepare(database: Database) {
  return {
    message: database.prepare('SELECT * FROM message WHERE id = ?'),
    change: database.prepare(
      `UPDATE message
       SET state = :state, provider_id = :providerId, error = :error, answer = :answer, due_at = :dueAt,
           admitted_at = iif(:state = 'sending', NULL, admitted_at), attempts = :attempts, attempt_id = :attemptId,
           attempt_number = :attemptNumber, attempt_began_at = :attemptBeganAt, looks = :looks,
           possible_duplicate = :possibleDuplicate, changed_at = :changedAt
       WHERE id = :id`,
    ),
    addAttempt: database.prepare('INSERT INTO attempt (id, message_id, number, began_at) VALUES (?, ?, ?, ?)'),
    addState: database.prepare('INSERT INTO message_state (message_id, state, at, detail) VALUES (?, ?, ?, ?)'),
    addFormerProviderId: database.prepare(
      'INSERT INTO former_provider_id (resource, provider_id, message_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
  };
}

/** Not read back from the file: a row of so many columns costs more to read than to write. */
function changed(message: Message, fate: Partial<Fate>, now: () => number): Message {
  const { providerId, error, answer, dueAt, ...rest } = { ...message, ...fate };
  return {
    ...rest,
    changedAt: rest.state === message.state ? message.changedAt : now(),
    ...(providerId !== undefined && { providerId }),
    ...(error !== undefined && { error }),
    ...(answer !== undefined && { answer }),
    // Columns take whole milliseconds.
    ...(dueAt !== undefined && { dueAt: Math.ceil(dueAt) }),
  };
}

/** A message that was sent twice has two ids at its provider: neither may be taken for another message's. */
function keepFormerProviderId(table: Table, message: Message, providerId: string | undefined): void {
  if (message.providerId === undefined || message.providerId === providerId) return;
  table.addFormerProviderId.run(message.resource, message.providerId, message.id);
}

function columnsOf(message: Message) {
  const { id, state, providerId, error, answer, dueAt, attempts, lastAttempt, looks, changedAt } = message;
  return {
    id,
    state,
    providerId: providerId ?? null,
    error: error ?? null,
    answer: answer === undefined ? null : JSON.stringify(answer),
    dueAt: dueAt ?? null,
    attempts,
    attemptId: lastAttempt?.id ?? null,
    attemptNumber: lastAttempt?.number ?? null,
    attemptBeganAt: lastAttempt?.beganAt ?? null,
    looks,
    possibleDuplicate: message.possibleDuplicate ? 1 : 0,
    changedAt,
  };
}

const CHANNELS: Readonly<Record<Channel, true>> = { sms: true, call: true };

/** A message from a row of its table. */
export function toMessage(row: Row): Message {
  const dueAt = integerOrNothing(row, 'due_at');
  return {
    id: text(row, 'id'),
    runId: text(row, 'run_id'),
    op: text(row, 'op'),
    channel: oneOf(row, 'channel', CHANNELS),
    resource: text(row, 'resource'),
    to: text(row, 'recipient'),
    from: text(row, 'sender'),
    content: JSON.parse(text(row, 'content')),
    ...(row['options'] !== null && { options: JSON.parse(text(row, 'options')) }),
    state: oneOf(row, 'state', STATES),
    ...(row['provider_id'] !== null && { providerId: text(row, 'provider_id') }),
    ...(row['error'] !== null && { error: text(row, 'error') }),
    ...(row['answer'] !== null && { answer: JSON.parse(text(row, 'answer')) }),
    createdAt: integer(row, 'created_at'),
    changedAt: integer(row, 'changed_at'),
    ...(dueAt !== undefined && { dueAt }),
    attempts: integer(row, 'attempts'),
    ...(row['attempt_id'] !== null && { lastAttempt: lastAttemptOf(row) }),
    looks: integer(row, 'looks'),
    possibleDuplicate: row['possible_duplicate'] === 1,
    ...(row['resend_of'] !== null && { resendOf: text(row, 'resend_of') }),
  };
}

function lastAttemptOf(row: Row): Attempt {
  return {
    id: text(row, 'attempt_id'),
    messageId: text(row, 'id'),
    number: integer(row, 'attempt_number'),
    beganAt: integer(row, 'attempt_began_at'),
  };
}
