import type { Clock } from './clock.ts';

/** After a failure: doubled up to the second figure. */
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 30_000;

/**
 * Does what has to be done until it works, such as to write what is known nowhere else to a disk that is full. `failed` is told
 * why it did not, and throws where trying again is of no use. Rejects with what it throws, or when aborted.
 */
export async function persist<T>(
  attempt: () => Promise<T>,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly failed: (cause: unknown) => void },
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (cause) {
      options.failed(cause);
      await options.clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** failures, LAST_PAUSE_MS), options.signal);
    }
  }
}
