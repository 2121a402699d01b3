import type { Journal } from '../journal/journal.ts';
import type { StepResult } from './run.ts';

/**
 * Writes down what the steps of one run came to, while the run goes on: what follows without doing anything in the world, such
 * as its end, then shares a commit with it. Whoever does something calls `written` before.
 */
export interface Records {
  add(step: StepResult): void;
  /** Something else of the run that is being written down. */
  readonly follow: (written: Promise<unknown>) => void;
  /** Resolves when all that was added is durable. Rejects where the journal is gone. */
  written(): Promise<void>;
}

export function newRecords(journal: Pick<Journal, 'recordStep'>, runId: string): Records {
  let all: Promise<unknown> = Promise.resolve();
  const follow = (written: Promise<unknown>): void => {
    all = Promise.all([all, written]);
    // Whoever waits for it is told.
    all.catch(() => undefined);
  };
  return {
    add: (step) => follow(journal.recordStep(runId, step)),
    follow,
    async written() {
      await all;
    },
  };
}
