import { STATES } from '../../message/message.ts';
import type { Journal, StateChange, Story } from '../journal.ts';
import type { Database } from './database.ts';
import { toMessage } from './message.ts';
import { integer, oneOf, type Row, text } from './row.ts';
import { toEvent, toRun, toStep } from './run.ts';

/** What people read: messages, and events with all that came of them. */
export function storyVerbs(database: Database): Pick<Journal, 'messages' | 'story' | 'stories'> {
  const table = prepare(database);
  return {
    messages: (limit) => database.read(() => table.newestMessages.all(limit).map(toMessage)),
    story: (eventId) =>
      database.read(() => {
        const row = table.event.get(eventId);
        return row && toStory(table, row);
      }),
    stories: (limit) => database.read(() => table.newestEvents.all(limit).map((row) => toStory(table, row))),
  };
}

type Table = ReturnType<typeof prepare>;

function prepare(database: Database) {
  return {
    newestMessages: database.prepare('SELECT * FROM message ORDER BY number DESC LIMIT ?'),
    event: database.prepare('SELECT * FROM event WHERE number = ?'),
    newestEvents: database.prepare('SELECT * FROM event ORDER BY number DESC LIMIT ?'),
    runs: database.prepare('SELECT *, id AS run_id FROM run WHERE event_number = ? ORDER BY place'),
    steps: database.prepare('SELECT * FROM step WHERE run_id = ? ORDER BY number'),
    messages: database.prepare('SELECT * FROM message WHERE run_id = ? ORDER BY number'),
    states: database.prepare('SELECT * FROM message_state WHERE message_id = ? ORDER BY number'),
  };
}

function toStory(table: Table, row: Row): Story {
  const eventId = integer(row, 'number');
  const runs = table.runs.all(eventId).map(toRun);
  return {
    eventId,
    event: toEvent(row),
    runs: runs.map((run) => ({
      ...run,
      steps: table.steps.all(run.id).map(toStep),
      messages: table.messages
        .all(run.id)
        .map(toMessage)
        .map((message) => ({ ...message, states: table.states.all(message.id).map(toStateChange) })),
    })),
  };
}

function toStateChange(row: Row): StateChange {
  return {
    state: oneOf(row, 'state', STATES),
    at: integer(row, 'at'),
    ...(row.detail !== null && { detail: JSON.parse(text(row, 'detail')) }),
  };
}
