import type { SQLInputValue } from 'node:sqlite';
import { type Draft, type Message, type SendOptions, type State } from '../../message/message.ts';
import type { Journal, NewMessage } from '../journal.ts';
import type { Database } from './database.ts';
import { type Messages, toMessage } from './message.ts';
import { integer, type Row, text } from './row.ts';

/** Urgency of a message that says nothing of it; also in 0002.sql. */
const PRIORITY = 3;
const MOST_URGENT = 1;
const LEAST_URGENT = 5;

/** What ended so may be sent again on a person's word: nobody got it. */
const ENDED_BADLY: readonly State[] = ['rejected', 'undelivered', 'failed', 'busy', 'no-answer', 'canceled'];

/** Messages that are taken on: those of a run, and those that a person sends again. */
export function intendVerbs(database: Database, messages: Messages): Pick<Journal, 'intendMessage' | 'resendMessage'> {
  const table = prepare(database);
  return {
    intendMessage: (message, attemptId) => database.write(() => intend(table, messages, message, attemptId)),
    resendMessage: (messageId) => database.write(() => resend(table, messages, messageId)),
  };
}

type Table = ReturnType<typeof prepare>;

function prepare(database: Database) {
  return {
    ...prepareAdding(database),
    known: database.prepare('SELECT * FROM message WHERE id = ?'),
    takeAnew: database.prepare(
      `UPDATE message
       SET resource = :resource, recipient = :to, sender = :from, content = :content, options = :options,
           priority = :priority, created_at = :now, attempts = 0, looks = 0, error = NULL, answer = NULL,
           provider_id = NULL, admitted_at = NULL, is_counted = 0, is_void = 0, state = :state, changed_at = :now, due_at = :dueAt
       WHERE id = :id RETURNING *`,
    ),
    resends: database.prepare('SELECT id, state FROM message WHERE resend_of = ? ORDER BY number'),
  };
}

function prepareAdding(database: Database) {
  return {
    add: database.prepare(
      `INSERT INTO message
         (id, run_id, op, channel, resource, recipient, sender, content, options, priority, resend_of, state, due_at,
          created_at, changed_at)
       VALUES (:id, :runId, :op, :channel, :resource, :to, :from, :content, :options, :priority, :resendOf, :state, :dueAt,
          :now, :now)
       ON CONFLICT (id) DO NOTHING RETURNING *`,
    ),
    addLabel: database.prepare(
      'INSERT INTO label (name, value, message_number) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    removeLabels: database.prepare('DELETE FROM label WHERE message_number = ?'),
    hurryRun: database.prepare("UPDATE run SET priority = ? WHERE id = ? AND state = 'pending' AND priority <> ?"),
  };
}

function intend(
  table: Table,
  messages: Messages,
  message: NewMessage,
  attemptId: string | undefined,
): { readonly message: Message; readonly isNew: boolean } {
  const values = { ...columnsOf(messages, message, attemptId), runId: message.runId, op: message.op };
  const added = table.add.get({ ...values, channel: message.channel, resendOf: null });
  if (added) return { message: begun(table, messages, added, attemptId), isNew: true };
  const known = table.known.get(message.id) ?? {};
  if (known['is_void'] !== 1) return { message: toMessage(known), isNew: false };
  const { runId: _run, op: _op, ...anew } = values;
  table.removeLabels.run(integer(known, 'number'));
  return { message: begun(table, messages, table.takeAnew.get(anew) ?? {}, attemptId), isNew: true };
}

/** What a message that was just taken on brings along: labels, its first states and attempt, the urgency of its run. */
function begun(table: Table, messages: Messages, row: Row, attemptId: string | undefined): Message {
  const message = toMessage(row);
  const { options = {} } = message;
  for (const [name, value] of labelsOf(options)) table.addLabel.run(name, value, integer(row, 'number'));
  if (options.priority !== undefined) {
    const priority = urgencyOf(options);
    table.hurryRun.run(priority, message.runId, priority);
  }
  messages.addState(message.id, 'waiting');
  if (attemptId === undefined) return message;
  const sending = messages.addAttempt(message, attemptId);
  messages.addState(message.id, 'sending', { attempt: sending.lastAttempt?.number ?? 1 });
  return sending;
}

function columnsOf(
  messages: Messages,
  { id, resource, to, from, content, options }: Draft & { readonly id: string },
  attemptId: string | undefined,
): Record<string, SQLInputValue> {
  const now = messages.now();
  return {
    id,
    resource,
    to,
    from,
    content: JSON.stringify(content),
    options: options === undefined ? null : JSON.stringify(options),
    priority: urgencyOf(options),
    state: attemptId === undefined ? 'waiting' : 'sending',
    dueAt: attemptId === undefined ? now : null,
    now,
  };
}

function urgencyOf({ priority = PRIORITY }: SendOptions = {}): number {
  return Math.min(LEAST_URGENT, Math.max(MOST_URGENT, Math.round(priority)));
}

/** What a message is found by, as rows of `label`. Of the author's own data, what has a text: no lists, no maps. */
function labelsOf({ tags = [], related = [], extra = {} }: SendOptions): readonly (readonly [string, string])[] {
  return [
    ...tags.map((tag) => ['tag', tag] as const),
    ...related.map((object) => ['related', object] as const),
    ...Object.entries(extra).flatMap(([key, value]) =>
      value === null || typeof value === 'object' ? [] : [[extraLabel(key), String(value)] as const],
    ),
  ];
}

/** The name of the label of one key of a message's `extra`. */
export function extraLabel(key: string): string {
  return `extra.${key}`;
}

function resend(table: Table, messages: Messages, messageId: string): Message | undefined {
  const message = messages.find(messageId);
  const before = table.resends.all(messageId);
  // What is under way again, or has arrived, is not sent a third time because a button was pressed twice.
  const states: readonly string[] = [message.state, ...before.map((row) => text(row, 'state'))];
  if (states.some((state) => !ENDED_BADLY.some((bad) => bad === state))) return undefined;
  const added = table.add.get({
    ...columnsOf(messages, { ...message, id: `${messageId}+${before.length + 1}` }, undefined),
    runId: message.runId,
    op: message.op,
    channel: message.channel,
    resendOf: messageId,
  });
  return begun(table, messages, added ?? {}, undefined);
}
