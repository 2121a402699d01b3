import type { Clock } from '../time/time.ts';
import type { Desk } from './desk.ts';

/** Between two rounds of asking: what a provider has to say is mostly said within seconds, by callbacks. */
const INTERVAL_MS = 600_000;
/** Younger messages than this are left to their callbacks. */
const PATIENCE_MS = 300_000;
/** Twilio keeps a message or call in its queue for 10 hours at most; after that nothing more is told. */
const AGE_MS = 12 * 3_600_000;
/** At the start it is asked about older ones as well: a host may have been down for a day or two. */
const FIRST_AGE_MS = 72 * 3_600_000;

/**
 * Asks the providers, every ten minutes, about what is on its way and has not been heard of: callbacks are lost with a host that
 * is down, and on bad lines. The first round, at the start, asks about all that the last host left.
 */
export function startSweep(options: {
  readonly desk: Pick<Desk, 'check'>;
  readonly clock: Clock;
  readonly trouble: (what: string, cause: unknown) => void;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const swept = sweep(options, stopping.signal);
  return {
    stop() {
      stopping.abort(new Error('the host stops'));
      return swept;
    },
  };
}

async function sweep({ desk, clock, trouble }: Parameters<typeof startSweep>[0], signal: AbortSignal): Promise<void> {
  let patienceMs = 0;
  let ageMs = FIRST_AGE_MS;
  while (!signal.aborted) {
    try {
      const now = clock.now();
      const round = desk.check(signal, { since: now - ageMs, until: now - patienceMs });
      while (!(await round.next()).done) signal.throwIfAborted();
      patienceMs = PATIENCE_MS;
      ageMs = AGE_MS;
      await clock.sleep(INTERVAL_MS, signal);
    } catch (cause) {
      if (signal.aborted) return;
      trouble('the providers could not be asked about what is on its way; they are asked again in ten minutes', cause);
      await clock.sleep(INTERVAL_MS, signal).catch(() => undefined);
    }
  }
}
