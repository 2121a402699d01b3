import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { JournalInUse, JournalMissing, JournalUnusable } from '../journal.ts';
import { type BeforeCommit, newCommitter } from './commit.ts';
import { lockJournal, makePrivate } from './lock.ts';
import { migrate, readPragma } from './migrate.ts';

/** An open journal file: what the verbs are written against. */
export interface Database {
  /** Where it stands; `:memory:` for one without a file. */
  readonly path: string;
  readonly handle: DatabaseSync;
  prepare(sql: string): StatementSync;
  /** Runs `work`, which is one statement: a view of the file by itself. */
  read<T>(work: () => T): Promise<T>;
  /** Runs `work`, which is several statements, on one unchanging view of the file, though another process may be writing to it. */
  view<T>(work: () => T): Promise<T>;
  /** Runs `work` all or nothing, durable when the promise resolves. All writing goes through here. */
  write<T>(work: () => T): Promise<T>;
  /** Calls `listener` whenever something that was written is undone, before anything else is read or written. */
  onUndo(listener: () => void): void;
  close(): void;
}

/** How a journal file is opened. */
export interface OpenOptions {
  readonly path: string;
  readonly readOnly: boolean;
  readonly beforeCommit?: BeforeCommit;
  readonly maxPages?: number;
}

/** A path that SQLite takes for a database without a file. */
export const IN_MEMORY = ':memory:';

/** Below this, a reset of the write-ahead log could lose commits ("WAL-reset bug", https://sqlite.org/wal.html). */
const OLDEST_SQLITE = [3, 51, 3] as const;
/** How long to wait for another process that holds the file for a moment, such as a backup or a checkpoint by a reader. */
const BUSY_TIMEOUT_MS = 5_000;
/** `PRAGMA synchronous` of FULL: an fsync at every commit. */
const SYNCHRONOUS_FULL = 2;

/**
 * After so many pages of 4 kB (32 MB) the log is brought into the file. Most of its pages are written again and again, such as the
 * ends of indexes: at SQLite's own 1,000 each of them is brought in eight times, with an fsync each time.
 */
const CHECKPOINT_PAGES = 8_000;

/** Opens a journal file, or makes it. Throws `JournalMissing`, `JournalInUse` or `JournalUnusable`. */
export function openDatabase(options: OpenOptions): Database {
  assertSqliteVersion(options.path);
  if (options.readOnly && !existsSync(options.path)) throw new JournalMissing(options.path);
  try {
    return options.readOnly || options.path === IN_MEMORY
      ? toDatabase(openHandle(options), options, () => {})
      : openForWriting(options);
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

function openForWriting(options: OpenOptions): Database {
  const { path } = options;
  mkdirSync(dirname(path), { recursive: true });
  const isThere = existsSync(path);
  if (isThere && statSync(path).isDirectory()) throw new JournalUnusable(path, 'it is a folder; name a file in it');
  // Two names for one file, by a symbolic link, must meet at one lock.
  const real = isThere ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
  const unlock = lockJournal(real);
  try {
    makePrivate(real);
    return toDatabase(openHandle({ ...options, path: real }), { ...options, path: real }, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function openHandle({ path, readOnly, maxPages }: OpenOptions): DatabaseSync {
  const handle = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
  try {
    if (path === IN_MEMORY) makeInMemory(handle);
    else migrate(handle, path, readOnly);
    if (!readOnly) assertDurable(handle, path);
    if (maxPages !== undefined) handle.exec(`PRAGMA max_page_count = ${maxPages}`);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** A journal without a file as it is when it was just made: the migrations take longer than most scenarios, which open one each. */
let justMade: Uint8Array | undefined;

function makeInMemory(handle: DatabaseSync): void {
  if (justMade) {
    handle.deserialize(justMade);
    return;
  }
  migrate(handle, IN_MEMORY, false);
  justMade = handle.serialize();
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
  handle.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  // Makes the log, which is otherwise made at the first write.
  handle.exec('BEGIN IMMEDIATE; COMMIT');
}

function toDatabase(handle: DatabaseSync, options: OpenOptions, unlock: () => void): Database {
  const { path, readOnly, beforeCommit } = options;
  const begin = handle.prepare('BEGIN');
  const end = handle.prepare('ROLLBACK');
  const committer = newCommitter(handle, readOnly || path === IN_MEMORY ? () => {} : inPlace(path), beforeCommit);
  return {
    path,
    handle,
    prepare: (sql) => handle.prepare(sql),
    read: async (work) => work(),
    view: async (work) => {
      begin.run();
      try {
        return work();
      } finally {
        end.run();
      }
    },
    write: (work) => committer.write(work),
    onUndo: (listener) => committer.onUndo(listener),
    close() {
      if (!handle.isOpen) return;
      committer.flush();
      handle.close();
      unlock();
    },
  };
}

/**
 * What throws where the file at `path` is not the one any more that was opened: SQLite would go on writing to a file that
 * nobody can find, and call that a success.
 */
function inPlace(path: string): () => void {
  const inodes = [path, `${path}-wal`].map((name) => [name, inodeOf(name)] as const);
  return () => {
    for (const [name, inode] of inodes) {
      if (inodeOf(name) !== inode)
        throw new Error(`the file ${name} was removed or replaced while the journal was open`);
    }
  };
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
