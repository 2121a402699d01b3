import type { Clock } from '../time/time.ts';
import type { Journal } from './journal.ts';

/** Events removed in one transaction: a few milliseconds, in which nothing else is written. */
const STEP = 200;
/** Between two steps: whoever waits to write comes first. */
const BREATH_MS = 20;
/** Between two looks at what has grown old. */
const INTERVAL_MS = 3_600_000;

/** Removes, every hour, what is older than `retentionMs`; undefined keeps everything. Returns what ends that. */
export function keepHistoryShort(options: {
  readonly journal: Pick<Journal, 'prune'>;
  readonly clock: Clock;
  readonly retentionMs: number | undefined;
  readonly trouble: (what: string, cause: unknown) => void;
}): { stop(): void } {
  const stopping = new AbortController();
  const { retentionMs } = options;
  if (retentionMs !== undefined) void keep(options, retentionMs, stopping.signal);
  return { stop: () => stopping.abort() };
}

async function keep(
  { journal, clock, trouble }: Parameters<typeof keepHistoryShort>[0],
  retentionMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const removed = await journal.prune(clock.now() - retentionMs, STEP);
      await clock.sleep(removed === STEP ? BREATH_MS : INTERVAL_MS, signal);
    } catch (cause) {
      if (signal.aborted) return;
      trouble('the history could not be shortened; it is tried again in an hour', cause);
      await clock.sleep(INTERVAL_MS, signal).catch(() => undefined);
    }
  }
}
