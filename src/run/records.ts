import type { Journal } from '../journal/journal.ts';
import type { StepResult } from './run.ts';

/**
 * Writes down what the steps of one run came to, while the run goes on: what follows without doing anything in the world, such
 * as its end, then shares a commit with it. Whoever does something calls `written` before.
 */
export interface Records {
  add(step: StepResult): void;
  /** Resolves when all that was added is durable. Rejects where the journal is gone. */
  written(): Promise<void>;
}

export function newRecords(journal: Pick<Journal, 'recordStep'>, runId: string): Records {
  let all: Promise<unknown> = Promise.resolve();
  return {
    add(step) {
      all = Promise.all([all, journal.recordStep(runId, step)]);
      // Whoever waits for it is told.
      all.catch(() => undefined);
    },
    async written() {
      await all;
    },
  };
}
