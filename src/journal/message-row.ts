/** Messages and attempts from rows, whose columns have the same names in all databases. `text` reads one that holds a text. */
import { type Attempt, type Channel, type Message, type Outcome, STATES, type Way } from '../message/message.ts';
import type { SettledAttempt, StateChange } from './journal.ts';
import { integer, integerOrNothing, oneOf, type Row } from './row.ts';

type ReadText = (row: Row, column: string) => string;

const CHANNELS: Readonly<Record<Channel, true>> = { sms: true, call: true };

export function messageIn(row: Row, text: ReadText): Message {
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
    ...(row['attempt_id'] !== null && { lastAttempt: lastAttemptIn(row, text) }),
    looks: integer(row, 'looks'),
    possibleDuplicate: Boolean(row['possible_duplicate']),
    ...(row['resend_of'] !== null && { resendOf: text(row, 'resend_of') }),
  };
}

function lastAttemptIn(row: Row, text: ReadText): Attempt {
  return {
    id: text(row, 'attempt_id'),
    messageId: text(row, 'id'),
    number: integer(row, 'attempt_number'),
    beganAt: integer(row, 'attempt_began_at'),
    ...(row['attempt_way'] !== null && { way: JSON.parse(text(row, 'attempt_way')) }),
  };
}

const OUTCOMES: Readonly<Record<Outcome['kind'], true>> = { accepted: true, rejected: true, unknown: true };

export function attemptIn(row: Row, text: ReadText, way: Way | undefined): SettledAttempt {
  const settledAt = integerOrNothing(row, 'settled_at');
  return {
    id: text(row, 'id'),
    messageId: text(row, 'message_id'),
    number: integer(row, 'number'),
    beganAt: integer(row, 'began_at'),
    ...(way && { way }),
    ...(row['outcome'] !== null && { outcome: oneOf(row, 'outcome', OUTCOMES) }),
    ...(settledAt !== undefined && { settledAt }),
  };
}

/** Every step of a message's way, a line of JSON each. */
export function stateChangesIn(states: string): readonly StateChange[] {
  const lines = states.split('\n').slice(0, -1);
  return lines.map((line) => {
    const change: StateChange = JSON.parse(line);
    return change;
  });
}
