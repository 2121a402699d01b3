/** Time as the host sees it, passed in so that a test can own it. */
export interface Clock {
  /** Milliseconds since 1970, wall time: for stamps and deadlines that outlive the process. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
