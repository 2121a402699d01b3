import type { Message, Outcome, SendOptions, UnknownPolicy } from './message.ts';

/** Attempts that reach the provider, the first included (pymess and rex.sms make 3). */
const MAX_ATTEMPTS = 3;
/** Older messages are not sent any more (pymess: an hour). */
const MAX_AGE_SECONDS = 3_600;
/** Before the second attempt (rex.sms waits 1 s); doubled before each further one, up to the second figure. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Half of a pause is random: what failed together must not come back together. */
const JITTER = 0.5;
/** When the provider is asked about an attempt, after it began. Lists of Twilio were seen to lag by 10 to 15 minutes. */
const LOOKS_MS = [5_000, 15_000, 60_000, 300_000, 900_000];

/** What becomes of a message that nobody can say anything about any more; held for a person where nothing is said. */
export function policyOf({ onUnknown = 'hold' }: SendOptions = {}): UnknownPolicy {
  return onUnknown;
}

/** When a message is too old to be sent, in milliseconds since 1970. */
export function deadlineOf({ createdAt, options }: Pick<Message, 'createdAt' | 'options'>): number {
  return createdAt + (options?.maxAgeSeconds ?? MAX_AGE_SECONDS) * 1_000;
}

/** Whether as many attempts were made as are allowed. */
export function isExhausted({ attempts, options }: Pick<Message, 'attempts' | 'options'>): boolean {
  return attempts >= (options?.maxAttempts ?? MAX_ATTEMPTS);
}

/**
 * When an attempt that was rejected is to be made again, in milliseconds since 1970; undefined where it is not: the refusal is
 * for good, attempts or time are used up. What the provider asks for (Retry-After) is the least, and jitter comes on top.
 */
export function retryAt(message: Message, outcome: Outcome, now: number, random: () => number): number | undefined {
  if (outcome.kind !== 'rejected' || !outcome.retry) return undefined;
  const { afterMs, unreached = false } = outcome.retry;
  // The journal counts the attempt when it is settled; a provider that could not be reached is only bound by time.
  if (!unreached && isExhausted({ ...message, attempts: message.attempts + 1 })) return undefined;
  const number = message.lastAttempt?.number ?? 1;
  const backoff = Math.min(RETRY_MS * 2 ** (number - 1), LONGEST_RETRY_MS);
  const pause = afterMs === undefined ? backoff * (1 - JITTER * random()) : afterMs + backoff * JITTER * random();
  const at = Math.ceil(now + pause);
  return at < deadlineOf(message) ? at : undefined;
}

/** When the provider is to be asked about an unknown attempt, after `looks` in vain; undefined where it was asked enough. */
export function lookAt(beganAt: number, looks: number): number | undefined {
  const after = LOOKS_MS[looks];
  return after === undefined ? undefined : beganAt + after;
}
