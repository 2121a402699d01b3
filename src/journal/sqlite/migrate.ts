import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { JournalUnusable } from '../journal.ts';
import { integer } from '../row.ts';

/** The id that 0001.sql gives to a journal. */
const APPLICATION_ID = 1380076081;
/** 'RBJM' in ASCII: the id of a journal that was moved into a database. It can be read, and no host works on it any more. */
export const MOVED_ID = 1380076109;

/**
 * Brings the file up to this Ringbook's form, one migration a transaction, never back. A file that is no journal, or one
 * of a newer Ringbook, is refused untouched; so is an older one where it may only be read.
 */
export function migrate(handle: DatabaseSync, path: string, readOnly: boolean): void {
  const migrations = readMigrations();
  const version = readVersion(handle, path, readOnly);
  if (version > migrations.length) {
    const reason = `a newer Ringbook wrote it (form ${version}, known here: ${migrations.length}); use that one or a newer`;
    throw new JournalUnusable(path, reason);
  }
  if (readOnly && version < migrations.length) {
    throw new JournalUnusable(path, 'an older Ringbook wrote it; start the host once, which brings it up to date');
  }
  for (let next = version; next < migrations.length; next++) apply(handle, migrations[next] ?? '', next + 1);
}

/** The texts of migrations/0001.sql and on; the number of a file is the version that it leads to. */
function readMigrations(): readonly string[] {
  const folder = new URL('migrations/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.toSorted().map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

function readVersion(handle: DatabaseSync, path: string, readOnly: boolean): number {
  const version = readPragma(handle, 'user_version');
  const isNew = version === 0 && handle.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  const id = readPragma(handle, 'application_id');
  if (id === MOVED_ID && !readOnly) {
    throw new JournalUnusable(path, 'it was moved into a database; start hosts on that');
  }
  if (!isNew && id !== APPLICATION_ID && id !== MOVED_ID) {
    throw new JournalUnusable(path, 'it is a database of another program; name another file');
  }
  return version;
}

function apply(handle: DatabaseSync, migration: string, version: number): void {
  handle.exec('BEGIN IMMEDIATE');
  try {
    handle.exec(migration);
    handle.exec(`PRAGMA user_version = ${version}`);
    handle.exec('COMMIT');
  } catch (error) {
    if (handle.isTransaction) handle.exec('ROLLBACK');
    throw error;
  }
}

/** A pragma whose value is a number. */
export function readPragma(handle: DatabaseSync, name: 'user_version' | 'application_id' | 'synchronous'): number {
  return integer(handle.prepare(`PRAGMA ${name}`).get() ?? {}, name);
}
