import type { Clock } from '../../src/time/time.ts';

/** A clock that stands still until it is moved from one wait to the next. */
export interface VirtualClock extends Clock {
  /** Waits that are going on. */
  waits(): number;
  /** Moves on, wait by wait, until `condition` holds. Throws where nothing waits any more, and it does not hold. */
  until(condition: () => boolean): Promise<void>;
  /** Moves on until nothing waits any more. */
  settle(): Promise<void>;
}

interface Wait {
  readonly due: number;
  readonly wake: () => void;
}

export function newVirtualClock(): VirtualClock {
  let now = Date.UTC(2026, 10, 21, 10);
  const waits = new Set<Wait>();
  const moveOn = (): boolean => {
    const next = [...waits].reduce<Wait | undefined>((a, b) => (a && a.due <= b.due ? a : b), undefined);
    if (!next) return false;
    now = Math.max(now, next.due);
    next.wake();
    return true;
  };
  const clock: VirtualClock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const leave = () => {
          waits.delete(wait);
          signal?.removeEventListener('abort', onAbort);
        };
        const onAbort = () => {
          leave();
          reject(signal?.reason);
        };
        const wake = () => {
          leave();
          resolve();
        };
        const wait: Wait = { due: now + ms, wake };
        waits.add(wait);
        signal?.addEventListener('abort', onAbort);
      }),
    waits: () => waits.size,
    async until(condition) {
      for (await idle(); !condition(); await idle()) {
        if (!moveOn()) throw new Error('nothing waits any more, and what was waited for did not come');
      }
    },
    async settle() {
      for (await idle(); moveOn(); await idle());
    },
  };
  return clock;
}

/** Whatever can go on without time passing has done so. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
