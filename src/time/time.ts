/** Time, passed in so that a test can own it, and work that is due at a time. */

export { durationMs } from './duration.ts';
export { newPump, type Pump, type Work } from './pump.ts';

/** Time as the host sees it. */
export interface Clock {
  /** Milliseconds since 1970, wall time: for stamps and deadlines that outlive the process. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
