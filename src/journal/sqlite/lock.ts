import { closeSync, openSync } from 'node:fs';
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
  makePrivate(`${path}-lock`);
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

/** Makes an empty file that only its owner may read, where there is none: a journal holds phone numbers. */
export function makePrivate(path: string): void {
  // What SQLite puts beside a file (-wal, -shm) gets the file's own mode.
  closeSync(openSync(path, 'a', 0o600));
}
