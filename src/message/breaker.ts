/** Failures in a row after which a resource is left in peace. */
const FAILURES = 5;
/** The first rest; doubled after each probe that fails, up to the second figure. */
const REST_MS = 5_000;
const LONGEST_REST_MS = 60_000;

/**
 * One circuit breaker a resource: after some sends in a row that did not get through, further ones wait for a probe instead of
 * each finding out by itself.
 */
export interface Breaker {
  /**
   * Until when sends through a resource are to wait, in milliseconds since 1970; undefined where this one may go now. After a
   * rest one is let through to try, and holds back the others.
   */
  restsUntil(resource: string, now: number): number | undefined;
  /** Tells what came of a send: whether the provider was there and said something that can be understood. */
  tell(resource: string, isThere: boolean, now: number): void;
}

interface Circuit {
  failures: number;
  restMs: number;
  /** No send before this. */
  until: number;
  /** One send was let through to see whether the provider is there again. */
  isProbed: boolean;
}

/** All circuits let sends through at first. */
export function newBreaker(): Breaker {
  const circuits = new Map<string, Circuit>();
  return {
    restsUntil(resource, now) {
      const circuit = circuits.get(resource);
      if (!circuit || circuit.failures < FAILURES) return undefined;
      if (now < circuit.until) return circuit.until;
      circuit.isProbed = true;
      // The others wait until the result of this one can be there.
      circuit.until = now + circuit.restMs;
      return undefined;
    },
    tell(resource, isThere, now) {
      if (isThere) circuits.delete(resource);
      else circuits.set(resource, afterFailure(circuits.get(resource), now));
    },
  };
}

function afterFailure(circuit: Circuit | undefined, now: number): Circuit {
  const failures = (circuit?.failures ?? 0) + 1;
  if (failures <= FAILURES) return { failures, restMs: REST_MS, until: now + REST_MS, isProbed: false };
  // What was under way when the circuit opened says nothing new.
  if (!circuit?.isProbed) return circuit ?? { failures, restMs: REST_MS, until: now + REST_MS, isProbed: false };
  const restMs = Math.min(circuit.restMs * 2, LONGEST_REST_MS);
  return { failures, restMs, until: now + restMs, isProbed: false };
}
