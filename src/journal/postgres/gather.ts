import type { Clock } from '../../time/time.ts';
import { ClaimLost } from '../journal.ts';
import { type Batch, batchOf, type Call } from './batch.ts';

/** Calls in one transaction: what they cost grows with their number, and all of them wait for the last. */
const MOST_AT_ONCE = 500;
/** A transaction that another one was in the way of is tried again. */
const MOST_TRIES = 5;
/** Transactions that stood in each other's way: serialization_failure, deadlock_detected. */
const IN_THE_WAY = new Set(['40001', '40P01']);

/**
 * Calls that wait for their turn, done in one transaction. Those about one thing are done in the order in which they were made;
 * others need not be: whoever wants one after another waits for it.
 */
export interface Gather {
  /** Resolves with what the call came to, once it is durable. Rejects with `ClaimLost`, or what is wrong with the call or the database. */
  do(call: Call, keys?: readonly string[]): Promise<unknown>;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

interface Waiting {
  readonly call: Call;
  readonly keys: readonly string[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: unknown) => void;
}

/**
 * `act` has the calls done in one transaction. `reconcile` is told of calls of which nobody knows whether they were
 * done, as the connection broke: they were rejected, and nothing goes on before it has resolved.
 */
export function newGather(options: {
  readonly clock: Clock;
  readonly act: (batch: Batch, keys: readonly string[]) => Promise<readonly unknown[]>;
  /** Told that another host has what was asked about. */
  readonly lost: () => void;
  readonly reconcile: (inDoubt: readonly Call[]) => Promise<void>;
}): Gather {
  let queue: Waiting[] = [];
  let inDoubt: readonly Call[] = [];
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, MOST_AT_ONCE);
      queue = queue.slice(MOST_AT_ONCE);
      await doAll(batch);
    }
    // At once: who was just told asks again before anything else happens.
    working = undefined;
  }

  async function doAll(batch: readonly Waiting[]): Promise<void> {
    try {
      if (inDoubt.length > 0) await options.reconcile(inDoubt);
      inDoubt = [];
      const results = await tried(batch);
      for (const [index, { call, resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (isLost(result)) reject(new ClaimLost(call.verb));
        else resolve(result);
      }
      if (results.some(isLost)) options.lost();
    } catch (failure) {
      await failed(batch, failure);
    }
  }

  /** One that cannot be done is alone in that: the others are done without it. */
  async function failed(batch: readonly Waiting[], failure: unknown): Promise<void> {
    if (sqlState(failure) === undefined) inDoubt = [...inDoubt, ...batch.map(({ call }) => call)];
    else if (batch.length > 1) {
      for (const one of batch) await doAll([one]);
      return;
    }
    for (const { reject } of batch) reject(failure);
  }

  async function tried(batch: readonly Waiting[]): Promise<readonly unknown[]> {
    const keys = [...new Set(batch.flatMap((waiting) => waiting.keys))];
    for (let tries = 1; ; tries++) {
      const sorted = batchOf(
        batch.map(({ call }) => call),
        () => options.clock.now(),
      );
      try {
        return sorted.resultsOf(await options.act(sorted, keys));
      } catch (failure) {
        if (tries === MOST_TRIES || !isInTheWay(failure)) throw failure;
      }
    }
  }

  return {
    do: (call, keys = []) =>
      new Promise((resolve, reject) => {
        queue.push({ call, keys, resolve, reject });
        // After all that the poll phase of this turn hands out: whoever is answered in it writes in the same transaction.
        working ??= new Promise<void>((begin) => setImmediate(begin)).then(work);
      }),
    idle: async () => {
      while (working) await working;
    },
  };
}

/** Whether a transaction failed for another that it met; it can be done again. */
export function isInTheWay(failure: unknown): boolean {
  return IN_THE_WAY.has(sqlState(failure) ?? '');
}

/** The code of an error that the database answered with, and undone its transaction for; none where the connection broke. */
function sqlState(failure: unknown): string | undefined {
  if (!(failure instanceof Error) || !('code' in failure) || typeof failure.code !== 'string') return undefined;
  // Classes 08 and 57P: the connection is gone, or the server goes. Node's own codes are longer.
  return failure.code.length === 5 && !/^08|^57P/.test(failure.code) ? failure.code : undefined;
}

function isLost(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'lost' in result && result.lost === true;
}
