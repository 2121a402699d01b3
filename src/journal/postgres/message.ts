import { type Attempt, type Channel, type Message, type Outcome, STATES, type Way } from '../../message/message.ts';
import type { SettledAttempt, StateChange } from '../journal.ts';
import { integer, integerOrNothing, oneOf, type Row, text } from './row.ts';

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
    ...(row['via'] !== null && { via: text(row, 'via') }),
    ...(row['passed'] !== null && { passed: JSON.parse(text(row, 'passed')) }),
    ...(row['error'] !== null && { error: text(row, 'error') }),
    ...(row['answer'] !== null && { answer: JSON.parse(text(row, 'answer')) }),
    createdAt: integer(row, 'created_at'),
    changedAt: integer(row, 'changed_at'),
    ...(dueAt !== undefined && { dueAt }),
    attempts: integer(row, 'attempts'),
    ...(row['attempt_id'] !== null && { lastAttempt: lastAttemptOf(row) }),
    looks: integer(row, 'looks'),
    possibleDuplicate: row['possible_duplicate'] === true,
    ...(row['resend_of'] !== null && { resendOf: text(row, 'resend_of') }),
  };
}

function lastAttemptOf(row: Row): Attempt {
  return {
    id: text(row, 'attempt_id'),
    messageId: text(row, 'id'),
    number: integer(row, 'attempt_number'),
    beganAt: integer(row, 'attempt_began_at'),
    ...(row['attempt_way'] !== null && { way: JSON.parse(text(row, 'attempt_way')) }),
  };
}

const OUTCOMES: Readonly<Record<Outcome['kind'], true>> = { accepted: true, rejected: true, unknown: true };

export function toAttempt(row: Row): SettledAttempt {
  const settledAt = integerOrNothing(row, 'settled_at');
  return {
    id: text(row, 'id'),
    messageId: text(row, 'message_id'),
    number: integer(row, 'number'),
    beganAt: integer(row, 'began_at'),
    ...(row['way_to'] !== null && { way: wayOf(row) }),
    ...(row['outcome'] !== null && { outcome: oneOf(row, 'outcome', OUTCOMES) }),
    ...(settledAt !== undefined && { settledAt }),
  };
}

function wayOf(row: Row): Way {
  return {
    resource: text(row, 'way_resource'),
    to: text(row, 'way_to'),
    from: text(row, 'way_from'),
    ...(row['way_content'] !== null && { content: JSON.parse(text(row, 'way_content')) }),
  };
}

/** Every step of a message's way, from its row. */
export function toStateChanges(row: Row): readonly StateChange[] {
  const lines = text(row, 'states').split('\n').slice(0, -1);
  return lines.map((line) => {
    const change: StateChange = JSON.parse(line);
    return change;
  });
}
