import type { Message, Way } from '../../message/message.ts';
import type { SettledAttempt, StateChange } from '../journal.ts';
import { attemptIn, messageIn, stateChangesIn } from '../message-row.ts';
import { type Row, text } from './row.ts';

/** A message from a row of its table. */
export function toMessage(row: Row): Message {
  return messageIn(row, text);
}

/** An attempt from a row of its table. */
export function toAttempt(row: Row): SettledAttempt {
  return attemptIn(row, text, row['way_to'] === null ? undefined : wayOf(row));
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
  return stateChangesIn(text(row, 'states'));
}
