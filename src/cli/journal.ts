import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { BackupRefused, type Journal, JournalInUse, JournalMissing, JournalUnusable } from '../journal/journal.ts';
import { error, ProblemsFound } from '../problem/problem.ts';
import { readSettings } from '../project.ts';
import { durationMs } from '../rulebook/rulebook.ts';
import { realClock } from '../time/real.ts';
import { type Command, JOURNAL, type Options, PROJECT, type Terminal, textOf, WrongUsage } from './command.ts';
import { move } from './journal-move.ts';
import { isDatabase, journalPlace, openJournal, shownPlace } from './open-journal.ts';
import { plural } from './plural.ts';

/** Events younger than this stay unless `--older-than` says otherwise. */
const OLDER_THAN = '30d';
/** Events that are removed in one transaction: some milliseconds, between which Ctrl-C is heard. */
const PRUNED_AT_A_TIME = 200;
/** Work that takes longer tells how far it is, as often. */
const TELL_EVERY_MS = 1_000;

export const journal: Command = {
  usage: `journal <backup PATH | verify | prune | move PATH postgres://...> [--older-than ${OLDER_THAN}] [--json] [--journal PATH]`,
  about:
    'Cares for the journal: `backup` copies it and `verify` reads all of it, while a host works or not; `prune` removes old events and all that came of them, and `move` takes a file into a PostgreSQL database, while none does.',
  words: 3,
  options: {
    'older-than': { value: 'AGE', about: `what prune removes, such as 90d or 12h (default: ${OLDER_THAN})` },
    json: { about: 'the outcome as JSON' },
    journal: JOURNAL,
    project: PROJECT,
  },
  examples: [
    ['npx ringbook journal backup monday.db', 'a whole copy, which a host can be started on'],
    ['npx ringbook journal verify', 'what is not in order, if anything'],
    ['npx ringbook journal prune --older-than 90d', 'after the host was stopped'],
    [
      'npx ringbook journal move .ringbook/journal.db postgres://ringbook@db.example.org/calls',
      'after the host was stopped; broken off, the same again goes on',
    ],
  ],
  run: async ([verb, target, ...rest], options, terminal) => {
    const config = readSettings(resolve(terminal.folder, textOf(options, 'project') ?? '.'));
    const path = journalPlace(textOf(options, 'journal') ?? config.journal, terminal);
    if (verb === 'backup') {
      if (target === undefined) throw new WrongUsage('backup takes the name of a new file');
      return await backup(path, resolve(terminal.folder, target), options, terminal);
    }
    if (verb === 'move') return await move(target, rest, options, terminal);
    if (verb !== 'verify' && verb !== 'prune') throw new WrongUsage('the verbs are backup, verify, prune and move');
    if (target !== undefined) throw new WrongUsage(`"${[target, ...rest].join(' ')}" is more than ${verb} takes`);
    return verb === 'verify' ? await verify(path, options, terminal) : await prune(path, options, terminal);
  },
};

async function backup(path: string, target: string, options: Options, terminal: Terminal): Promise<number> {
  const tell = newTelling(terminal);
  await withJournal(path, true, (opened) =>
    opened.backup(target, (share) => tell(`copied ${Math.floor(share * 100)} %`)),
  );
  const bytes = statSync(target).size;
  if (options['json'] === true) terminal.out(JSON.stringify({ journal: shownPlace(path), backup: target, bytes }));
  else terminal.out(`backup    ${target} (${(bytes / 1_000_000).toFixed(1)} MB)`);
  return 0;
}

async function verify(path: string, options: Options, terminal: Terminal): Promise<number> {
  const faults = await withJournal(path, true, (opened) => {
    // What follows is one piece of work: nothing can be told while it goes on.
    if (!isDatabase(path) && statSync(path).size > LONG_TO_READ_BYTES)
      terminal.err('reading all of it; this takes a while');
    return opened.verify();
  });
  if (options['json'] === true) {
    terminal.out(JSON.stringify({ journal: shownPlace(path), faults }));
    return faults.length > 0 ? 1 : 0;
  }
  if (faults.length > 0) throw new ProblemsFound(faults.map((fault) => error('RB0703', fault, undefined, RESTORE)));
  terminal.out(`in order  ${shownPlace(path)}`);
  return 0;
}

/** A second's reading, at 300 MB a second from memory. */
const LONG_TO_READ_BYTES = 300_000_000;
const RESTORE = 'keep the file, go back to a backup, and tell those who make Ringbook';

async function prune(path: string, options: Options, terminal: Terminal): Promise<number> {
  const age = textOf(options, 'older-than') ?? OLDER_THAN;
  const ageMs = durationMs(age);
  if (ageMs === undefined) throw new WrongUsage(`--older-than takes an age such as 90d or 12h, and not "${age}"`);
  const tell = newTelling(terminal);
  const before = realClock.now() - ageMs;
  let events = 0;
  await withJournal(path, false, async (opened) => {
    for (let removed = PRUNED_AT_A_TIME; removed === PRUNED_AT_A_TIME && !terminal.signal.aborted; events += removed) {
      removed = await opened.prune(before, PRUNED_AT_A_TIME);
      tell(`removed ${plural(events + removed, 'event')}`);
    }
  });
  if (options['json'] === true) terminal.out(JSON.stringify({ journal: shownPlace(path), events }));
  else terminal.out(`pruned    ${plural(events, 'event')} older than ${age}, and all that came of them`);
  return 0;
}

/** Opens a journal that is there, and closes it. What a user can mend comes out as a problem. */
async function withJournal<Result>(
  path: string,
  readOnly: boolean,
  use: (opened: Journal) => Promise<Result>,
): Promise<Result> {
  try {
    if (!isDatabase(path) && !existsSync(path)) throw new JournalMissing(path);
    const opened = await openJournal({ place: path, clock: realClock, readOnly });
    try {
      return await use(opened);
    } finally {
      await opened.close();
    }
  } catch (failure) {
    throw asProblem(failure);
  }
}

function asProblem(failure: unknown): unknown {
  if (failure instanceof BackupRefused) return new ProblemsFound([error('RB0706', failure.message)]);
  if (failure instanceof JournalInUse) {
    const help = 'a host prunes its journal by itself; to do it by hand, stop the host first';
    return new ProblemsFound([error('RB0703', failure.message, undefined, help)]);
  }
  if (failure instanceof JournalMissing || failure instanceof JournalUnusable) {
    return new ProblemsFound([error('RB0703', failure.message, undefined, 'name the journal with --journal')]);
  }
  return failure;
}

/** Tells on standard error how far long work is, now and then. */
function newTelling(terminal: Terminal): (line: string) => void {
  let told = performance.now();
  return (line) => {
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    terminal.err(line);
  };
}
