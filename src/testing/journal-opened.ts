import type { Journal } from '../journal/journal.ts';
import type { TestClock } from './journal-values.ts';

/** The journal of the test that runs, opened before it and removed after it. */
export interface Opened {
  readonly journal: Journal;
  readonly clock: TestClock;
  /** Closes the journal and opens it again. */
  reopen(): Promise<void>;
}
