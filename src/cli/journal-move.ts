import { existsSync } from 'node:fs';
import { JournalInUse, JournalMissing, JournalUnusable } from '../journal/journal.ts';
import { type MoveSource, type MoveTarget, moveJournal, TABLE_NAMES } from '../journal/move.ts';
import { error, ProblemsFound } from '../problem/problem.ts';
import { realClock } from '../time/real.ts';
import { type Options, type Terminal, WrongUsage } from './command.ts';
import { isDatabase, journalPlace, shownPlace } from './open-journal.ts';
import { plural } from './plural.ts';

/** Of the bar that shows how far it is, in characters. */
const BAR_LENGTH = 24;

/** Moves a journal from a file into a database. Rejects with `WrongUsage` or `ProblemsFound`. */
export async function move(
  from: string | undefined,
  [to, ...more]: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<number> {
  if (from === undefined || to === undefined || more.length > 0)
    throw new WrongUsage('move takes the journal, which is a file, and postgres://...');
  const path = journalPlace(from, terminal);
  const url = journalPlace(to, terminal);
  if (isDatabase(path) || !isDatabase(url)) throw new WrongUsage('move goes from a file to postgres://...');
  try {
    return await withBoth(path, url, (source, target) => moveOver(source, target, { path, url }, options, terminal));
  } catch (failure) {
    throw asProblem(failure);
  }
}

async function withBoth<Result>(
  path: string,
  url: string,
  use: (source: MoveSource, target: MoveTarget) => Promise<Result>,
): Promise<Result> {
  if (!existsSync(path)) throw new JournalMissing(path);
  const { openSource } = await import('../journal/sqlite/leave.ts');
  const { openTarget } = await import('../journal/postgres/arrive.ts');
  const source = await openSource(path, realClock);
  try {
    const target = await openTarget(url, realClock);
    try {
      return await use(source, target);
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

async function moveOver(
  source: MoveSource,
  target: MoveTarget,
  { path, url }: { readonly path: string; readonly url: string },
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const all = TABLE_NAMES.reduce((sum, table) => sum + source.counts[table], 0);
  const isWhole = await moveJournal(source, target, terminal.signal, (rows, table) =>
    terminal.progress(`${barOf(rows / all)} ${table}`),
  );
  terminal.progress('');
  if (!isWhole) {
    terminal.err('stopped: the same command goes on from here');
    return 1;
  }
  const { event: events, run: runs, message: messages } = source.counts;
  if (options['json'] === true)
    terminal.out(JSON.stringify({ from: path, to: shownPlace(url), events, runs, messages }));
  else {
    const what = [plural(events, 'event'), plural(runs, 'run'), plural(messages, 'message')].join(', ');
    terminal.out(`moved     ${what} to ${shownPlace(url)}`);
    terminal.out(`start     npx ringbook start --journal ${shownPlace(url)}`);
  }
  return 0;
}

/** `[######------------------] 25 %` */
function barOf(share: number): string {
  const done = Math.floor(share * BAR_LENGTH);
  return `[${'#'.repeat(done)}${'-'.repeat(BAR_LENGTH - done)}] ${Math.floor(share * 100)} %`;
}

function asProblem(failure: unknown): unknown {
  if (failure instanceof JournalInUse) {
    return new ProblemsFound([error('RB0703', failure.message, undefined, 'stop the host first')]);
  }
  if (failure instanceof JournalMissing || failure instanceof JournalUnusable) {
    const help = 'nothing of the file was lost; once this is mended, the same command goes on';
    return new ProblemsFound([error('RB0703', failure.message, undefined, help)]);
  }
  return failure;
}
