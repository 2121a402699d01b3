import type { Clock } from '../../time/time.ts';
import type { Journal } from '../journal.ts';
import { openDatabase } from './database.ts';
import { messageVerbs } from './message.ts';
import { runVerbs } from './run.ts';
import { storyVerbs } from './story.ts';

/**
 * Opens a journal in one SQLite file, and makes the file and its folder where they are missing; `:memory:` keeps it in
 * memory. Write-ahead log, an fsync at every commit, one writing host at a time. With `readOnly` a file that is there is
 * read, while a host writes to it or not.
 * Throws `JournalMissing` (only with `readOnly`), `JournalInUse` or `JournalUnusable`.
 */
export function openSqliteJournal(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly readOnly?: boolean;
}): Journal {
  const database = openDatabase({ path: options.path, readOnly: options.readOnly ?? false });
  return {
    ...runVerbs(database, options.clock),
    ...messageVerbs(database, options.clock),
    ...storyVerbs(database),
    close: async () => database.close(),
  };
}
