import type { Watch } from '../time/time.ts';
import type { Journal } from './journal.ts';

/** A journal that counts as at work for `watch` while one of its verbs waits for its commit. */
export function watchedJournal(journal: Journal, watch: Watch): Journal {
  const { handOut: _, ...own } = journal;
  const verbs = Object.entries<(...args: never[]) => Promise<unknown>>(own).map(([verb, act]) => [
    verb,
    (...args: never[]) => watch.work(() => act(...args)),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same verbs, each with its own arguments and result
  return Object.fromEntries(verbs) as Journal;
}
