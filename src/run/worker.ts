import { ClaimLost, type Journal, type PendingRun } from '../journal/journal.ts';
import { type Clock, type FedPump, newPump, persist, type Work } from '../time/time.ts';

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
  /** Ends what is tried again and again. */
  readonly signal: AbortSignal;
  /** Without a run: the journal did not answer. */
  readonly failed: (pending: PendingRun | undefined, failure: unknown) => void;
  /** How what is due comes here, where the journal sees to that itself. */
  readonly pump?: (work: Work<PendingRun>) => FedPump<PendingRun>;
}): FedPump<PendingRun> {
  const { journal, clock } = options;
  const work = async (pending: PendingRun): Promise<void> => {
    const { tries } = pending;
    try {
      if (tries > MAX_TRIES) await bury(pending);
      else await options.execute(pending);
    } catch (failure) {
      // Another host has the run, and goes on with it.
      if (failure instanceof ClaimLost) return;
      options.failed(pending, failure);
      await release(pending, failure);
    }
  };
  /** Nobody else gives it back: it is tried until the journal takes it, or the claim is void at the next start. */
  const release = async (pending: PendingRun, failure: unknown): Promise<void> => {
    const { run, tries } = pending;
    const give = () => journal.releaseRun(run.id, clock.now() + RETRY_MS * 2 ** tries, wordsOf(failure));
    const failed = (cause: unknown): void => {
      if (cause instanceof ClaimLost) throw cause;
      options.failed(pending, cause);
    };
    await persist(give, { clock, signal: options.signal, failed }).catch(() => undefined);
  };
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
