import type { Row } from '../row.ts';
import type { Database } from './database.ts';

/**
 * Says anew whose turn it is of the pending runs with one order key, after one of them was given back, has ended, or goes on
 * again; `changed` is a row with the key, and where it is none, nothing is said. It is the oldest one's turn; a younger one
 * that is claimed is not interrupted by an older one that goes on again, which waits for it.
 */
export function newTurns(database: Database): (changed: Row | undefined) => void {
  const oldest = database.prepare(
    `SELECT rowid AS row FROM run WHERE order_key = ? AND state = 'pending' ORDER BY event_number, place LIMIT 1`,
  );
  const unblocked = database.prepare(
    "SELECT rowid AS row, is_claimed FROM run WHERE order_key = ? AND state = 'pending' AND is_blocked = 0",
  );
  const setBlocked = database.prepare('UPDATE run SET is_blocked = ? WHERE rowid = ?');
  return (changed) => {
    const key = changed?.['order_key'];
    if (typeof key !== 'string') return;
    const first = oldest.get(key)?.['row'];
    const turns = unblocked.all(key);
    const isBusy = turns.some((turn) => turn['is_claimed'] === 1);
    for (const { row = null, is_claimed: isClaimed } of turns) {
      if (isClaimed === 0 && (isBusy || row !== first)) setBlocked.run(1, row);
    }
    if (first !== undefined && !isBusy) setBlocked.run(0, first);
  };
}
