import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { Watch } from './clock.ts';

/** A watch that can tell when all is still. */
export interface Stillness extends Watch {
  /** Resolves when nobody is at work. Rejects where somebody still is after a long time of the real world. */
  still(): Promise<void>;
}

/** Somebody at work, and how much of it only waits. */
interface Worker {
  waits: number;
}

/**
 * Turns of the event loop in which nobody begins, ends or waits before all counts as still: what is handed on by promises needs
 * one, what is handed on by `setImmediate` a second.
 */
const STILL_TURNS = 2;
/** Turns before somebody at work is taken to wait for the disk, and the processor is left to others in the meantime. */
const BUSY_TURNS = 50;
/** Loading a large package from a slow disk takes seconds; more than this never comes. */
const LIMIT_MS = 30_000;

/** Who is at work here, in whatever was begun from there. */
const here = new AsyncLocalStorage<Worker>();

/** Knows who is at work by where they were begun from, so that no part of the house has to know of it. */
export function newStillness(): Stillness {
  const workers = new Set<Worker>();
  let changes = 0;

  function wait<T>(outcome: Promise<T>): Promise<T> {
    const worker = here.getStore();
    return worker ? waitAs(worker, outcome) : outcome;
  }

  async function waitAs<T>(worker: Worker, outcome: Promise<T>): Promise<T> {
    worker.waits++;
    changes++;
    try {
      return await outcome;
    } finally {
      worker.waits--;
      changes++;
    }
  }

  async function work<T>(body: () => Promise<T>): Promise<T> {
    const worker: Worker = { waits: 0 };
    workers.add(worker);
    changes++;
    try {
      return await here.run(worker, body);
    } finally {
      workers.delete(worker);
      changes++;
    }
  }

  const isBusy = (): boolean => [...workers].some(({ waits }) => waits === 0);

  async function still(): Promise<void> {
    const begun = performance.now();
    for (let [turns, quiet, seen] = [0, 0, changes]; quiet < STILL_TURNS; turns++) {
      await (turns < BUSY_TURNS ? turn() : delay(1));
      quiet = isBusy() || changes !== seen ? 0 : quiet + 1;
      seen = changes;
      if (performance.now() - begun > LIMIT_MS) throw new Error(`not still after ${LIMIT_MS} ms`);
    }
  }

  return { work: (body) => wait(work(body)), wait, still };
}
