import { DatabaseSync } from 'node:sqlite';
import { JournalInUse } from '../journal.ts';

/** SQLITE_BUSY (https://sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5;

/**
 * Makes this process the one writing host of the journal at `path`, or throws `JournalInUse`. The lock is SQLite's own, on
 * a file of its own beside the journal: the system lets it go with the process however that ends, and readers of the
 * journal do not meet it. Returns what lets it go.
 */
export function lockJournal(path: string): () => void {
  const file = new DatabaseSync(`${path}-lock`, { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
      ? new JournalInUse(path, error)
      : error;
  }
  return () => file.close();
}
