import { resolve } from 'node:path';
import { type Journal, JournalMissing, JournalUnusable } from '../journal/journal.ts';
import { openSqliteJournal } from '../journal/sqlite/sqlite.ts';
import { error, ProblemsFound } from '../problem/problem.ts';
import { readSettings } from '../project.ts';
import { safetyNotice } from '../safety.ts';
import { realClock } from '../time/real.ts';
import type { Clock } from '../time/time.ts';
import { type Options, type Terminal, textOf } from './command.ts';

/** `${env.NAME}` in the address of a journal: a password is no thing to write into a file. */
const FROM_ENVIRONMENT = /\$\{\s*env\.([A-Za-z_][A-Za-z0-9_]*)\s*\}/g;

/**
 * Where a journal is, by `--journal` or the setting: a file, from the working folder, or the address of a database. Throws
 * `ProblemsFound` where it names a variable that is not set.
 */
export function journalPlace(given: string, { folder, environment }: Pick<Terminal, 'folder' | 'environment'>): string {
  const place = given.replaceAll(FROM_ENVIRONMENT, (_, name: string) => {
    const value = environment[name];
    if (value !== undefined) return value;
    const help = `set ${name}, or name the journal with --journal`;
    throw new ProblemsFound([
      error('RB0703', `the journal is named by \${env.${name}}, which is not set`, undefined, help),
    ]);
  });
  return isDatabase(place) ? place : resolve(folder, place);
}

/** Whether a journal is in PostgreSQL, and may be open in many hosts. */
export function isDatabase(place: string): boolean {
  return /^postgres(ql)?:/.test(place);
}

/** A place as it may be shown: without the password. */
export function shownPlace(place: string): string {
  if (!isDatabase(place)) return place;
  const url = URL.canParse(place) ? new URL(place) : undefined;
  return url ? `postgres://${url.username === '' ? '' : `${url.username}@`}${url.host}${url.pathname}` : 'postgres://…';
}

/** Opens a journal of either kind. Rejects with `JournalMissing`, `JournalInUse` or `JournalUnusable`. */
export async function openJournal(options: {
  readonly place: string;
  readonly clock: Clock;
  readonly readOnly?: boolean;
  readonly trouble?: (what: string, cause: unknown) => void;
}): Promise<Journal> {
  const { place, ...rest } = options;
  if (!isDatabase(place)) return openSqliteJournal({ path: place, ...rest });
  const { openPostgresJournal } = await import('../journal/postgres/postgres.ts');
  return await openPostgresJournal({ url: place, ...rest });
}

/** Calls `use` with the journal of a project or of `--journal`, to be read only, and what a list of it has to say first. */
export async function withJournal<Result>(
  options: Options,
  terminal: Terminal,
  use: (journal: Journal, notice: string | undefined) => Promise<Result>,
): Promise<Result> {
  const config = readSettings(resolve(terminal.folder, textOf(options, 'project') ?? '.'));
  const journal = await openForReading(journalPlace(textOf(options, 'journal') ?? config.journal, terminal));
  try {
    return await use(journal, safetyNotice(config, terminal.environment));
  } finally {
    await journal.close();
  }
}

/** Opens a journal that is there, whether a host writes to it or not. Rejects with `ProblemsFound`. */
export async function openForReading(place: string): Promise<Journal> {
  try {
    return await openJournal({ place, clock: realClock, readOnly: true });
  } catch (failure) {
    if (!(failure instanceof JournalMissing || failure instanceof JournalUnusable)) throw failure;
    throw new ProblemsFound([
      error('RB0703', failure.message, undefined, 'start a host first, or name its journal with --journal'),
    ]);
  }
}
