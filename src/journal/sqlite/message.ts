import type { SQLInputValue } from 'node:sqlite';
import { type Attempt, type Draft, type Message, type State, type Way } from '../../message/message.ts';
import type { Json, JsonObject } from '../../schema/schema.ts';
import type { Clock } from '../../time/time.ts';
import type { SettledAttempt, StateChange } from '../journal.ts';
import { urgencyOf } from '../label.ts';
import { attemptIn, messageIn, stateChangesIn } from '../message-row.ts';
import { type Row, text } from '../row.ts';
import type { Database } from './database.ts';

/** Messages as the verbs write them, within a transaction that is under way. */
export interface Messages {
  now(): number;
  /** Rejects an id that is not there. */
  find(id: string): Message;
  /** The message that this attempt is being made at, where it is one of those in memory. */
  sendingBy(attemptId: string): Message | undefined;
  /** Writes a new message down, with its first states and the attempt that it has. Its row number, or undefined where the id is taken. */
  add(message: Message): number | undefined;
  /** Writes what changed in a message, and its state with `detail` where that is another. What is absent stays as it is. */
  change(message: Message, fate: Partial<Fate>, detail?: Json): Message;
  /** Writes an attempt down that is about to be made. */
  addAttempt(message: Pick<Message, 'id' | 'lastAttempt'>, attemptId: string, way: Way | undefined): Attempt;
  addState(messageId: string, state: State, detail?: Json): void;
}

/** What changes in a message on its way. */
interface Fate {
  readonly state: State;
  readonly providerId: string | undefined;
  readonly via: string | undefined;
  readonly passed: readonly string[];
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
  const sending = newSendingCache(database);
  return {
    now,
    sendingBy: sending.byAttempt,
    add(message) {
      const { lastAttempt } = message;
      const states = lineOf('waiting', now()) + (lastAttempt ? lineOf('sending', now(), beginOf(lastAttempt)) : '');
      const { changes, lastInsertRowid } = table.add.run(...columnsOf(message, states));
      if (changes === 0) return undefined;
      if (lastAttempt) addAttempt(table, lastAttempt);
      sending.keep(message);
      return Number(lastInsertRowid);
    },
    addState: (messageId, state, detail) => void table.addState.run(lineOf(state, now(), detail), messageId),
    find(id) {
      const known = sending.byId(id);
      if (known) return known;
      const row = table.message.get(id);
      if (!row) throw new Error(`there is no message ${id}`);
      return toMessage(row);
    },
    change(message, fate, detail) {
      const next = changed(message, fate, now);
      keepFormerProviderId(table, message, next.providerId);
      const line = next.state === message.state ? '' : lineOf(next.state, now(), detail);
      table.change.run(...fateColumnsOf(next), line, next.id);
      sending.keep(next);
      return next;
    },
    addAttempt({ id: messageId, lastAttempt }, id, way) {
      const number = (lastAttempt?.number ?? 0) + 1;
      const attempt = { id, messageId, number, beganAt: now(), ...(way && { way }) };
      addAttempt(table, attempt);
      return attempt;
    },
  };
}

function addAttempt(table: Table, { id, messageId, number, beganAt, way }: Attempt): void {
  table.addAttempt.run(id, messageId, number, beganAt, jsonOrNull(way));
}

/** What is kept with the state of a message whose attempt begins. */
export function beginOf({ number }: Attempt): JsonObject {
  return { attempt: number };
}

/** A line of a message's history. */
function lineOf(state: State, at: number, detail?: Json): string {
  return `${JSON.stringify({ state, at, detail })}\n`;
}

/**
 * The messages that are being sent, as they stand in the file: this process alone writes it, and to read a row of so many
 * columns again when the provider has answered costs more than to write it. Nothing that was undone stays here.
 */
function newSendingCache(database: Database) {
  const byId = new Map<string, Message>();
  const byAttempt = new Map<string, string>();
  database.onUndo(() => {
    byId.clear();
    byAttempt.clear();
  });
  return {
    byId: (id: string) => byId.get(id),
    byAttempt: (attemptId: string) => byId.get(byAttempt.get(attemptId) ?? ''),
    keep(message: Message): void {
      const { id, state, lastAttempt } = message;
      if (!lastAttempt) return;
      if (state === 'sending') {
        byId.set(id, message);
        byAttempt.set(lastAttempt.id, id);
      } else {
        byId.delete(id);
        byAttempt.delete(lastAttempt.id);
      }
    },
  };
}

type Table = ReturnType<typeof prepare>;

/** Values are bound by their place: by name, each statement takes twice as long. */
function prepare(database: Database) {
  return {
    message: database.prepare('SELECT * FROM message WHERE id = ?'),
    add: database.prepare(
      `INSERT INTO message
         (id, run_id, op, channel, state, created_at, changed_at, due_at, resend_of, attempt_id, attempt_number,
          attempt_began_at, attempt_way, states, resource, recipient, sender, content, options, priority)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    ),
    change: database.prepare(
      `UPDATE message
       SET state = ?1, provider_id = ?, error = ?, answer = ?, due_at = ?, attempts = ?, attempt_id = ?,
           attempt_number = ?, attempt_began_at = ?, attempt_way = ?, via = ?, passed = ?, looks = ?, possible_duplicate = ?, changed_at = ?,
           states = states || ?, admitted_at = iif(?1 = 'sending', NULL, admitted_at)
       WHERE id = ?`,
    ),
    addAttempt: database.prepare('INSERT INTO attempt (id, message_id, number, began_at, way) VALUES (?, ?, ?, ?, ?)'),
    addState: database.prepare('UPDATE message SET states = states || ? WHERE id = ?'),
    addFormerProviderId: database.prepare(
      'INSERT INTO former_provider_id (resource, provider_id, message_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
  };
}

/** Not read back from the file: a row of so many columns costs more to read than to write. */
function changed(message: Message, fate: Partial<Fate>, now: () => number): Message {
  const { providerId, via, error, answer, dueAt, ...rest } = { ...message, ...fate };
  return {
    ...rest,
    changedAt: rest.state === message.state ? message.changedAt : now(),
    ...(providerId !== undefined && { providerId }),
    ...(via !== undefined && { via }),
    ...(error !== undefined && { error }),
    ...(answer !== undefined && { answer }),
    // Columns take whole milliseconds.
    ...(dueAt !== undefined && { dueAt: Math.ceil(dueAt) }),
  };
}

/** A message that was sent twice has two ids at its provider: neither may be taken for another message's. */
function keepFormerProviderId(table: Table, message: Message, providerId: string | undefined): void {
  if (message.providerId === undefined || message.providerId === providerId) return;
  table.addFormerProviderId.run(message.via ?? message.resource, message.providerId, message.id);
}

type Columns = readonly SQLInputValue[];

function columnsOf(message: Message, states: string): Columns {
  const { id, runId, op, channel, state, createdAt, dueAt = null, resendOf = null, lastAttempt } = message;
  const head = [id, runId, op, channel, state, createdAt, createdAt, dueAt, resendOf];
  return [...head, ...attemptColumnsOf(lastAttempt), states, ...draftColumnsOf(message)];
}

/** The draft of a message: resource, recipient, sender, content, options, priority. */
export function draftColumnsOf({ resource, to, from, content, options }: Draft): Columns {
  return [resource, to, from, JSON.stringify(content), jsonOrNull(options), urgencyOf(options)];
}

function attemptColumnsOf(attempt: Attempt | undefined): Columns {
  return attempt ? [attempt.id, attempt.number, attempt.beganAt, jsonOrNull(attempt.way)] : [null, null, null, null];
}

function jsonOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function fateColumnsOf(message: Message): Columns {
  const { state, providerId = null, error = null, answer, dueAt = null, attempts, lastAttempt } = message;
  const { via = null, passed } = message;
  return [
    state,
    providerId,
    error,
    jsonOrNull(answer),
    dueAt,
    attempts,
    ...attemptColumnsOf(lastAttempt),
    via,
    jsonOrNull(passed),
    message.looks,
    message.possibleDuplicate ? 1 : 0,
    message.changedAt,
  ];
}

/** A message from a row of its table. */
export function toMessage(row: Row): Message {
  return messageIn(row, text);
}

/** The states that a message went through, from a row of its table. */
export function toStateChanges(row: Row): readonly StateChange[] {
  return stateChangesIn(text(row, 'states'));
}

/** An attempt from a row of its table. */
export function toAttempt(row: Row): SettledAttempt {
  return attemptIn(row, text, row['way'] === null ? undefined : JSON.parse(text(row, 'way')));
}
