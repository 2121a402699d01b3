import type { Message, Way } from '../../message/message.ts';
import type { Journal, NewMessage } from '../journal.ts';
import { labelsOf, urgencyOf } from '../label.ts';
import { integer, text } from '../row.ts';
import { ENDED_BADLY } from '../settle.ts';
import type { Database } from './database.ts';
import { beginOf, draftColumnsOf, type Messages, toMessage } from './message.ts';

/** Messages that are taken on: those of a run, and those that a person sends again. */
export function intendVerbs(database: Database, messages: Messages): Pick<Journal, 'intendMessage' | 'resendMessage'> {
  const table = prepare(database);
  return {
    intendMessage: (message, attemptId, way) => database.write(() => intend(table, messages, message, attemptId, way)),
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
       SET resource = ?, recipient = ?, sender = ?, content = ?, options = ?, priority = ?, created_at = ?7,
           attempts = 0, looks = 0, error = NULL, answer = NULL, provider_id = NULL, admitted_at = NULL,
           via = NULL, passed = NULL, is_counted = 0, is_void = 0, state = 'waiting', changed_at = ?7, due_at = ?7
       WHERE id = ?8 RETURNING *`,
    ),
    former: database.prepare(
      `SELECT message.* FROM label JOIN message ON message.number = label.message_number
       WHERE label.name = 'related' AND label.value = ?1 AND message.op = ?2
         AND message.state <> 'rejected' AND (?3 IS NULL OR EXISTS (
           SELECT 1 FROM label AS of WHERE of.name = 'template' AND of.value = ?3 AND of.message_number = message.number))
       ORDER BY message.number LIMIT 1`,
    ),
    resends: database.prepare('SELECT id, state FROM message WHERE resend_of = ? ORDER BY number'),
  };
}

function prepareAdding(database: Database) {
  return {
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
  way: Way | undefined,
): { readonly message: Message; readonly isNew: boolean } {
  const former = formerOf(table, message);
  if (former) return { message: former, isNew: false };
  const waiting = waitingOf(message, messages.now());
  const fresh = attemptId === undefined ? waiting : sendingOf(waiting, attemptId, way);
  const added = messages.add(fresh);
  if (added !== undefined) {
    label(table, fresh, added);
    return { message: fresh, isNew: true };
  }
  const known = table.known.get(message.id) ?? {};
  if (known['is_void'] !== 1) return { message: toMessage(known), isNew: false };
  const number = integer(known, 'number');
  table.removeLabels.run(number);
  const taken = toMessage(table.takeAnew.get(...draftColumnsOf(message), waiting.createdAt, message.id) ?? {});
  label(table, taken, number);
  messages.addState(taken.id, 'waiting');
  return { message: attemptId === undefined ? taken : beginAttempt(messages, taken, attemptId, way), isNew: true };
}

/** The message that says the same about the same, where there may be one only and this one is not taken on yet. */
function formerOf(table: Table, { id, op, options = {} }: NewMessage): Message | undefined {
  const { oncePerRelated, related = [], template = null } = options;
  if (!oncePerRelated || related.length === 0) return undefined;
  const known = table.known.get(id);
  if (known && known['is_void'] !== 1) return undefined;
  const rows = related.map((object) => table.former.get(object, op, template)).filter((row) => row !== undefined);
  const [first] = rows.toSorted((one, another) => integer(one, 'number') - integer(another, 'number'));
  return first && toMessage(first);
}

function waitingOf(
  { id, runId, op, channel, resource, to, from, content, options }: NewMessage,
  createdAt: number,
  resendOf?: string,
): Message {
  return {
    id,
    runId,
    op,
    channel,
    resource,
    to,
    from,
    content,
    ...(options !== undefined && { options }),
    state: 'waiting',
    createdAt,
    changedAt: createdAt,
    dueAt: createdAt,
    attempts: 0,
    looks: 0,
    possibleDuplicate: false,
    ...(resendOf !== undefined && { resendOf }),
  };
}

/** Its first attempt begins with it. */
function sendingOf(message: Message, attemptId: string, way: Way | undefined): Message {
  const { dueAt: _, ...waiting } = message;
  const lastAttempt = {
    id: attemptId,
    messageId: waiting.id,
    number: 1,
    beganAt: waiting.createdAt,
    ...(way && { way }),
  };
  return { ...waiting, state: 'sending', lastAttempt };
}

/** What a message brings along besides itself: labels, and the urgency of its run. */
function label(table: Table, { runId, options = {} }: Message, number: number): void {
  for (const [name, value] of labelsOf(options)) table.addLabel.run(name, value, number);
  if (options.priority === undefined) return;
  const priority = urgencyOf(options);
  table.hurryRun.run(priority, runId, priority);
}

/** A message whose next attempt begins. */
export function beginAttempt(messages: Messages, message: Message, attemptId: string, way: Way | undefined): Message {
  const lastAttempt = messages.addAttempt(message, attemptId, way);
  const fate = { state: 'sending', lastAttempt, dueAt: undefined, looks: 0 } as const;
  return messages.change(message, fate, beginOf(lastAttempt));
}

function resend(table: Table, messages: Messages, messageId: string): Message | undefined {
  const message = messages.find(messageId);
  const before = table.resends.all(messageId);
  // What is under way again, or has arrived, is not sent a third time because a button was pressed twice.
  const states: readonly string[] = [message.state, ...before.map((row) => text(row, 'state'))];
  if (states.some((state) => !ENDED_BADLY.some((bad) => bad === state))) return undefined;
  const id = `${messageId}+${before.length + 1}`;
  const waiting = waitingOf({ ...message, id }, messages.now(), messageId);
  const number = messages.add(waiting);
  if (number === undefined) throw new Error(`message ${id} is there already`);
  label(table, waiting, number);
  return waiting;
}
