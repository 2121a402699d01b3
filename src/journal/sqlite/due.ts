import type { Journal } from '../journal.ts';
import { integer, integerOrNothing, type Row } from '../row.ts';
import type { Database } from './database.ts';
import { type Messages, toMessage } from './message.ts';
import { newTurns } from './turn.ts';

/** The condition of the index `message_open`, which is only used where it stands in the query. */
export const OPEN = "state IN ('waiting', 'retrying', 'sending', 'unknown')";
/** Urgencies of messages, the most urgent first. */
const PRIORITIES = [1, 2, 3, 4, 5] as const;

/** So often a host has died with a run: it may be what kills them, and not one of those that were under way beside it. */
const SUSPECT_TRIES = 2;
/** Between two of those, at the next start: the one that is to blame dies with few others, which are not set aside with it. */
const ASIDE_MS = 250;

/** What is to be done next, and what a host that died left behind. */
export function dueVerbs(
  database: Database,
  messages: Messages,
): Pick<Journal, 'dueMessages' | 'nextMessageDue' | 'takeOver'> {
  const due = database.prepare(
    `SELECT * FROM message WHERE priority = ? AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, number LIMIT ?`,
  );
  const nextDue = database.prepare(
    `SELECT min((SELECT min(due_at) FROM message WHERE priority = urgency.value AND due_at IS NOT NULL)) AS due_at
     FROM json_each(?) AS urgency`,
  );
  return {
    dueMessages: (limit) =>
      database.view(() => {
        const now = messages.now();
        const rows: Row[] = [];
        // Index after index: what is not due yet is not read, however much of it there is.
        for (const priority of PRIORITIES)
          if (rows.length < limit) rows.push(...due.all(priority, now, limit - rows.length));
        return rows.map(toMessage);
      }),
    nextMessageDue: () =>
      database.read(() => integerOrNothing(nextDue.get(JSON.stringify(PRIORITIES)) ?? {}, 'due_at')),
    takeOver: newTakeOver(database, messages),
  };
}

function newTakeOver(database: Database, messages: Messages): Journal['takeOver'] {
  const claimed = database.prepare(
    `SELECT rowid AS row, order_key, tries FROM run
     WHERE state = 'pending' AND is_claimed = 1 ORDER BY event_number, place`,
  );
  const unclaim = database.prepare('UPDATE run SET is_claimed = 0, is_woken = 0, due_at = ? WHERE rowid = ?');
  const sending = database.prepare(`SELECT * FROM message WHERE ${OPEN} AND state = 'sending'`);
  const doubt = database.prepare("UPDATE attempt SET outcome = 'unknown', settled_at = ? WHERE id = ?");
  const takeTurns = newTurns(database);
  const reason = 'the host stopped while it was being sent';
  return () =>
    database.write(() => {
      const runs = claimed.all();
      let suspects = 0;
      for (const row of runs) {
        const isSuspect = integer(row, 'tries') >= SUSPECT_TRIES;
        unclaim.run(isSuspect ? messages.now() + ++suspects * ASIDE_MS : null, integer(row, 'row'));
      }
      for (const row of runs) takeTurns(row);
      const interrupted = sending.all().map(toMessage);
      for (const message of interrupted) {
        const dueAt = messages.now();
        if (message.lastAttempt) doubt.run(dueAt, message.lastAttempt.id);
        const fate = { state: 'unknown', error: reason, attempts: message.attempts + 1, dueAt } as const;
        messages.change(message, fate, { reason });
      }
      return interrupted.length;
    });
}
