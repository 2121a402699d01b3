import { realClock } from '../../src/time/real.ts';
import type { Clock } from '../../src/time/time.ts';

/** A clock that runs `speed` times as fast since `origin`: the same for all processes that are told both. */
export function fastClock(origin: number, speed: number): Clock {
  return {
    now: () => Math.round(origin + (Date.now() - origin) * speed),
    sleep: (ms, signal) => realClock.sleep(Math.ceil(ms / speed), signal),
  };
}
