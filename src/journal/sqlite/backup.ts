import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { BackupRefused, type Journal } from '../journal.ts';
import { type Database, IN_MEMORY } from './database.ts';
import { makePrivate } from './lock.ts';

/** Pages of 4 KiB that are copied at a time, between which progress is told: 4 MB. */
const PAGES_AT_A_TIME = 1_000;

/** Copies the journal while a host writes to it. The copy has its name when it is whole, and not before. */
export function backupVerb(database: Database): Journal['backup'] {
  return async (path, progress) => {
    if (existsSync(path)) throw new BackupRefused(path, 'there is a file of that name; name a new one');
    const unfinished = `${path}.unfinished-${process.pid}`;
    try {
      makePrivate(unfinished);
      await copy(database, unfinished, progress);
      renameSync(unfinished, path);
      syncFolder(dirname(path));
    } catch (failure) {
      const reason = failure instanceof Error ? failure.message : String(failure);
      throw new BackupRefused(path, reason, failure);
    } finally {
      for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true });
    }
  };
}

async function copy(database: Database, to: string, progress: ((share: number) => void) | undefined): Promise<void> {
  const source = database.path === IN_MEMORY ? database.handle : new DatabaseSync(database.path, { readOnly: true });
  try {
    // One view from the first page to the last: what the host writes meanwhile does not make the copy begin anew.
    if (source !== database.handle) source.exec('BEGIN; SELECT 1 FROM sqlite_schema');
    await backup(source, to, {
      rate: PAGES_AT_A_TIME,
      ...(progress && {
        progress: ({ totalPages, remainingPages }) => progress(1 - remainingPages / totalPages),
      }),
    });
  } finally {
    if (source !== database.handle) source.close();
  }
}

/** The new name outlives a power cut. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
