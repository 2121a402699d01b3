import type { VirtualClock, Watch } from './clock.ts';

/** Someone who sleeps until the clock says `due`. */
interface Sleeper {
  readonly due: number;
  wake(): void;
}

/** A clock that begins at `at` (milliseconds since 1970). Whoever sleeps on it is not at work for `watch`. */
export function newVirtualClock(at: number, watch: Pick<Watch, 'wait'>): VirtualClock {
  let now = at;
  /** In the order in which they wake. */
  let sleepers: readonly Sleeper[] = [];
  const fallAsleep = (sleeper: Sleeper): void => {
    const place = sleepers.findIndex(({ due }) => due > sleeper.due);
    sleepers = sleepers.toSpliced(place === -1 ? sleepers.length : place, 0, sleeper);
  };
  return {
    now: () => now,
    nextDue: () => sleepers[0]?.due,
    sleep: (ms, signal) =>
      watch.wait(
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(reasonOf(signal));
          const sleeper = {
            due: now + Math.max(0, ms),
            wake() {
              signal?.removeEventListener('abort', breakOff);
              resolve();
            },
          };
          const breakOff = (): void => {
            sleepers = sleepers.filter((other) => other !== sleeper);
            reject(reasonOf(signal));
          };
          signal?.addEventListener('abort', breakOff, { once: true });
          fallAsleep(sleeper);
        }),
      ),
    advance(ms) {
      now += ms;
      const due = sleepers.filter((sleeper) => sleeper.due <= now);
      sleepers = sleepers.slice(due.length);
      for (const sleeper of due) sleeper.wake();
    },
  };
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('the sleep was broken off', { cause: reason });
}
