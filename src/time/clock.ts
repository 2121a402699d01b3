/** Time as the host sees it. */
export interface Clock {
  /** Milliseconds since 1970, wall time: for stamps and deadlines that outlive the process. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that stands still until somebody moves it. */
export interface VirtualClock extends Clock {
  /** When the next sleeper wakes, in milliseconds since 1970; undefined where nobody sleeps. */
  nextDue(): number | undefined;
  /** Moves on by `ms`, and wakes whoever is due by then: by due time, then in the order in which they fell asleep. */
  advance(ms: number): void;
}

/** Knows who is at work in this process, so that whoever owns a virtual clock moves it only when nothing else can move. */
export interface Watch {
  /** `body` counts as at work until it has ended, or for as long as it does not `wait`. */
  work<T>(body: () => Promise<T>): Promise<T>;
  /** Whoever waits here for `outcome` is not at work: it is brought by something else that is watched, or by the clock. */
  wait<T>(outcome: Promise<T>): Promise<T>;
}
