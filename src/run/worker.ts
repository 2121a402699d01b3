import { ClaimLost, type Journal, type PendingRun } from '../journal/journal.ts';
import { type Clock, type FedPump, newPump, type Work } from '../time/time.ts';

/** Runs under way at once: enough to keep a provider that takes 100 ms busy, few enough to hold in memory. */
const CAPACITY = 200;
/** Claims of a run without an end or a wait between them: after that it is dead, so that one poison event cannot stop the host. */
const MAX_TRIES = 5;
/** Before a run that broke off is tried again; doubled each time. */
const RETRY_MS = 1_000;

/**
 * Works off the pending runs of the journal, from the most urgent and oldest on. `execute` must end or defer each run in the
 * journal, or reject: a run whose execution rejects, or whose host died in the middle of it, is tried again after a while, and
 * is dead after some tries. `failed` is told why.
 */
export function newWorker(options: {
  readonly journal: Pick<Journal, 'claimRuns' | 'nextRunDue' | 'releaseRun' | 'finishRun'>;
  readonly clock: Clock;
  readonly execute: (pending: PendingRun) => Promise<void>;
  /** Without a run: the journal did not answer. */
  readonly failed: (pending: PendingRun | undefined, failure: unknown) => void;
  /** How what is due comes here, where the journal sees to that itself. */
  readonly pump?: (work: Work<PendingRun>) => FedPump<PendingRun>;
}): FedPump<PendingRun> {
  const { journal, clock } = options;
  const work = async (pending: PendingRun): Promise<void> => {
    const { run, tries } = pending;
    try {
      if (tries > MAX_TRIES) await bury(pending);
      else await options.execute(pending);
    } catch (failure) {
      // Another host has the run, and goes on with it.
      if (failure instanceof ClaimLost) return;
      options.failed(pending, failure);
      // Should this fail too, the claim stays, and is void at the next start.
      await release(run.id, tries, failure).catch((cause: unknown) => options.failed(pending, cause));
    }
  };
  const release = (runId: string, tries: number, failure: unknown): Promise<void> =>
    journal.releaseRun(runId, clock.now() + RETRY_MS * 2 ** tries, wordsOf(failure));
  const bury = ({ run }: PendingRun): Promise<void> =>
    journal.finishRun(run.id, {
      state: 'dead',
      error: `it broke off ${MAX_TRIES} times${run.error === undefined ? ', its host with it' : `, the last time: ${run.error}`}`,
    });
  return (options.pump ?? newPump)({
    clock,
    capacity: CAPACITY,
    take: (free) => journal.claimRuns(free),
    nextDue: () => journal.nextRunDue(),
    work,
    failed: (cause) => options.failed(undefined, cause),
  });
}

function wordsOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
