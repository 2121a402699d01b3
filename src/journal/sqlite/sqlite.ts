import type { Clock } from '../../time/time.ts';
import type { Journal } from '../journal.ts';
import { admitVerbs } from './admit.ts';
import { backupVerb } from './backup.ts';
import type { BeforeCommit } from './commit.ts';
import { openDatabase } from './database.ts';
import { dueVerbs } from './due.ts';
import { eventVerbs, newAppend } from './event.ts';
import { findVerbs } from './find.ts';
import { intendVerbs } from './intend.ts';
import { newMessages } from './message.ts';
import { pruneVerb } from './prune.ts';
import { reportVerbs } from './report.ts';
import { runVerbs } from './run.ts';
import { sendVerbs } from './send.ts';
import { storyVerbs } from './story.ts';
import { verifyVerb } from './verify.ts';

/**
 * Opens a journal in one SQLite file, and makes the file and its folder where they are missing, for its owner alone;
 * `:memory:` keeps it in memory. Write-ahead log, an fsync at every commit, one writing host at a time; all that is asked for
 * in one turn of the event loop is committed together. With `readOnly` a file that is there is read, while a host writes to
 * it or not. Throws `JournalMissing` (only with `readOnly`), `JournalInUse` or `JournalUnusable`.
 */
export function openSqliteJournal(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly readOnly?: boolean;
  /** For benchmarks and tests: commits are counted, and made slow or to fail. */
  readonly beforeCommit?: BeforeCommit;
  /** The file grows to this many pages of 4 KiB at most; what does not fit is refused as by a full disk. */
  readonly maxPages?: number;
}): Journal {
  const { clock, readOnly = false, ...rest } = options;
  const database = openDatabase({ ...rest, readOnly });
  const messages = newMessages(database, clock);
  const append = newAppend(database, clock);
  const keptPlans = new Set<string>();
  return {
    ...eventVerbs(database, append, keptPlans),
    ...runVerbs(database, clock),
    ...intendVerbs(database, messages),
    ...sendVerbs(database, messages),
    ...admitVerbs(database, messages),
    ...reportVerbs(database, messages, append),
    ...dueVerbs(database, messages),
    ...findVerbs(database),
    ...storyVerbs(database, clock),
    prune: pruneVerb(database, clock, keptPlans),
    backup: backupVerb(database),
    verify: verifyVerb(database),
    close: async () => database.close(),
  };
}
