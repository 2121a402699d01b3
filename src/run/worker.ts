import type { Journal, PendingRun } from '../journal/journal.ts';
import type { Clock } from '../time/time.ts';

/** Runs under way at once: enough to keep a provider that takes 100 ms busy, few enough to hold in memory. */
const CONCURRENCY = 32;
/** Pending runs read from the journal at a time. */
const PAGE = 64;
/** Node's timers hold no more (2^31 - 1 ms, 24 days), and a clock may be set in the meantime: the due time is asked for anew. */
const MAX_SLEEP_MS = 3_600_000;

/** Works off the pending runs of the journal. */
export interface Worker {
  /** There may be new runs. */
  wake(): void;
  /** Resolves when nothing is pending. */
  idle(): Promise<void>;
  /** Takes nothing more, and resolves when all that is under way has ended. */
  drain(): Promise<void>;
}

/**
 * Starts working. `execute` must end each run in the journal, or reject: a run whose execution rejects stays pending and is
 * taken up again at the next start, and `failed` is told why.
 */
export function startWorker(options: {
  readonly journal: Pick<Journal, 'pendingRuns' | 'nextDue'>;
  readonly clock: Clock;
  readonly execute: (pending: PendingRun) => Promise<void>;
  /** Without a run: the journal could not be asked what is due. */
  readonly failed: (pending: PendingRun | undefined, failure: unknown) => void;
}): Worker {
  const underWay = new Map<string, Promise<void>>();
  /** Runs whose execution rejected: not to be tried again and again in this process. */
  const setAside = new Set<string>();
  let stopped = false;
  let woken = false;
  let loop: Promise<void> | undefined;
  const stopping = new AbortController();
  /** Ends the sleep until the next run that waits is due. */
  let alarm: AbortController | undefined;

  async function work(): Promise<void> {
    while (woken && !stopped) {
      woken = false;
      let after: string | undefined;
      for (;;) {
        const page = await options.journal.pendingRuns(PAGE, after);
        for (const pending of page) await begin(pending);
        after = page.at(-1)?.run.id;
        if (page.length < PAGE || stopped) break;
      }
    }
  }

  async function begin(pending: PendingRun): Promise<void> {
    const { id } = pending.run;
    while (underWay.size >= CONCURRENCY) await Promise.race(underWay.values());
    if (stopped || underWay.has(id) || setAside.has(id)) return;
    const execution = options
      .execute(pending)
      .catch((failure: unknown) => {
        setAside.add(id);
        options.failed(pending, failure);
      })
      .finally(() => {
        underWay.delete(id);
        if (!loop) void setAlarm();
      });
    underWay.set(id, execution);
  }

  function wake(): void {
    woken = true;
    loop ??= work().finally(() => {
      loop = undefined;
      if (woken && !stopped) wake();
      else void setAlarm();
    });
  }

  /** Wakes when the next run that waits is due. A run may be put off while others are under way: each one sets it anew. */
  async function setAlarm(): Promise<void> {
    alarm?.abort();
    if (stopped) return;
    const mine = new AbortController();
    alarm = mine;
    try {
      const due = await options.journal.nextDue();
      if (due === undefined || mine.signal.aborted) return;
      const wait = Math.min(Math.max(0, due - options.clock.now()), MAX_SLEEP_MS);
      await options.clock.sleep(wait, AbortSignal.any([mine.signal, stopping.signal]));
      wake();
    } catch (cause) {
      if (!mine.signal.aborted && !stopped) options.failed(undefined, cause);
    }
  }

  async function idle(): Promise<void> {
    while (loop || underWay.size > 0) await Promise.all([loop, ...underWay.values()]);
  }

  return {
    wake,
    idle,
    drain: () => {
      stopped = true;
      alarm?.abort();
      stopping.abort();
      return idle();
    },
  };
}
