import { resolve } from 'node:path';
import { type Journal, JournalMissing, JournalUnusable } from '../journal/journal.ts';
import { openSqliteJournal } from '../journal/sqlite/sqlite.ts';
import { error, ProblemsFound } from '../problem/problem.ts';
import { readSettings } from '../project.ts';
import { realClock } from '../time/real.ts';
import { type Options, type Terminal, textOf } from './command.ts';

/** Calls `use` with the journal of a project or of `--journal`, to be read only, and closes it. */
export async function withJournal<Result>(
  options: Options,
  terminal: Terminal,
  use: (journal: Journal) => Promise<Result>,
): Promise<Result> {
  const config = readSettings(resolve(terminal.folder, textOf(options, 'project') ?? '.'));
  const journal = openForReading(resolve(terminal.folder, textOf(options, 'journal') ?? config.journal));
  try {
    return await use(journal);
  } finally {
    await journal.close();
  }
}

/** Opens a journal that is there, whether a host writes to it or not. Throws `ProblemsFound`. */
export function openForReading(path: string): Journal {
  try {
    return openSqliteJournal({ path, clock: realClock, readOnly: true });
  } catch (failure) {
    if (!(failure instanceof JournalMissing || failure instanceof JournalUnusable)) throw failure;
    throw new ProblemsFound([
      error('RB0703', failure.message, undefined, 'start a host first, or name its journal with --journal'),
    ]);
  }
}
