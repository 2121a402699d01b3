import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { JournalInUse, JournalMissing, JournalUnusable } from '../journal.ts';
import { lockJournal } from './lock.ts';
import { migrate, readPragma } from './migrate.ts';

/** An open journal file: what the verbs are written against. */
export interface Database {
  prepare(sql: string): StatementSync;
  /** Runs `work` on one unchanging view of the file, though another process may be writing to it. */
  read<T>(work: () => T): Promise<T>;
  /** Runs `work` as one transaction, durable when the promise resolves. All writing goes through here. */
  write<T>(work: () => T): Promise<T>;
  close(): void;
}

/** A path that SQLite takes for a database without a file. */
const IN_MEMORY = ':memory:';

/** Below this, a reset of the write-ahead log could lose commits ("WAL-reset bug", https://sqlite.org/wal.html). */
const OLDEST_SQLITE = [3, 51, 3] as const;
/** How long to wait for another process that holds the file for a moment, such as a backup or a checkpoint by a reader. */
const BUSY_TIMEOUT_MS = 5_000;
/** `PRAGMA synchronous` of FULL: an fsync at every commit. */
const SYNCHRONOUS_FULL = 2;

/** Opens a journal file, or makes it. Throws `JournalMissing`, `JournalInUse` or `JournalUnusable`. */
export function openDatabase(options: { readonly path: string; readonly readOnly: boolean }): Database {
  assertSqliteVersion(options.path);
  if (options.readOnly && !existsSync(options.path)) throw new JournalMissing(options.path);
  try {
    return options.readOnly || options.path === IN_MEMORY
      ? toDatabase(openHandle(options.path, options.readOnly), () => {})
      : openForWriting(options.path);
  } catch (error) {
    if (error instanceof JournalInUse || error instanceof JournalUnusable) throw error;
    throw new JournalUnusable(options.path, error instanceof Error ? error.message : String(error), error);
  }
}

/** Throws `JournalUnusable` for a version of SQLite that cannot be trusted with the journal at `path`. */
export function assertSqliteVersion(path: string, actual = process.versions.sqlite ?? '0'): void {
  const parts = actual.split('.').map(Number);
  const difference = OLDEST_SQLITE.map((part, index) => (parts[index] ?? 0) - part).find((found) => found !== 0);
  if (difference !== undefined && difference < 0) {
    const reason = `this Node brings SQLite ${actual}, which can lose commits; ${OLDEST_SQLITE.join('.')} or later is needed`;
    throw new JournalUnusable(path, reason);
  }
}

function openForWriting(path: string): Database {
  mkdirSync(dirname(path), { recursive: true });
  const isThere = existsSync(path);
  if (isThere && statSync(path).isDirectory()) throw new JournalUnusable(path, 'it is a folder; name a file in it');
  // Two names for one file, by a symbolic link, must meet at one lock.
  const real = isThere ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
  const unlock = lockJournal(real);
  try {
    return toDatabase(openHandle(real, false), unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function openHandle(path: string, readOnly: boolean): DatabaseSync {
  const handle = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
  try {
    migrate(handle, path, readOnly);
    if (!readOnly) assertDurable(handle, path);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** A file system that shares no memory, for one, leaves SQLite in another mode without an error. */
function assertDurable(handle: DatabaseSync, path: string): void {
  const mode = handle.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal' && path !== IN_MEMORY) {
    throw new JournalUnusable(path, 'its file system does not support a write-ahead log; put it on a local disk');
  }
  handle.exec('PRAGMA synchronous = FULL');
  if (readPragma(handle, 'synchronous') !== SYNCHRONOUS_FULL) {
    throw new JournalUnusable(path, 'SQLite does not take synchronous = FULL');
  }
}

function toDatabase(handle: DatabaseSync, unlock: () => void): Database {
  const within = (begin: StatementSync) => {
    const commit = handle.prepare('COMMIT');
    const rollback = handle.prepare('ROLLBACK');
    return async <T>(work: () => T): Promise<T> => {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // SQLite has rolled back by itself after some errors, such as a full disk.
        if (handle.isTransaction) rollback.run();
        throw error;
      }
    };
  };
  return {
    prepare: (sql) => handle.prepare(sql),
    read: within(handle.prepare('BEGIN')),
    write: within(handle.prepare('BEGIN IMMEDIATE')),
    close() {
      if (!handle.isOpen) return;
      handle.close();
      unlock();
    },
  };
}
