import { expect, test, vi } from 'vitest';
import { realClock } from '../../src/time/real.ts';
import { type Clock, newPump, type Work } from '../../src/time/time.ts';

/** Items that are due until they are worked off. */
function backlog(count: number, changes: Partial<Work<number>> = {}) {
  const due = new Set(Array.from({ length: count }, (_, item) => item));
  const done: number[] = [];
  const pump = newPump<number>({
    clock: realClock,
    capacity: 8,
    idOf: String,
    take: async (free, underWay) => [...due].slice(0, free + underWay),
    nextDue: async () => undefined,
    work: async (item) => {
      await Promise.resolve();
      due.delete(item);
      done.push(item);
    },
    failed: (cause) => expect.fail(String(cause)),
    ...changes,
  });
  return { pump, due, done };
}

/** A clock that is woken by hand. */
function handClock() {
  const sleeps: { ms: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: (ms) => new Promise((wake) => sleeps.push({ ms, wake })),
  };
  return { clock, sleeps };
}

test('all that is due is worked off once, however often the pump is woken', async () => {
  const { pump, done } = backlog(300);
  pump.wake();
  pump.wake();
  await pump.idle();
  expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, item) => item));
});

test('no more is under way at one time than there is room for', async () => {
  let underWay = 0;
  let most = 0;
  const { pump, due } = backlog(100, {
    work: async (item) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      due.delete(item);
      underWay--;
    },
  });
  pump.wake();
  await pump.idle();
  expect(most).toBe(8);
  expect(due.size).toBe(0);
});

test('it sleeps until the next item is due, and takes it then', async () => {
  const { clock, sleeps } = handClock();
  let isDue = false;
  const worked = vi.fn<() => Promise<void>>(async () => void (isDue = false));
  const pump = newPump<number>({
    clock,
    capacity: 1,
    idOf: String,
    take: async () => (isDue ? [1] : []),
    nextDue: async () => (worked.mock.calls.length === 0 ? 5_000 : undefined),
    work: worked,
    failed: (cause) => expect.fail(String(cause)),
  });
  pump.wake();
  await vi.waitFor(() => expect(sleeps.map(({ ms }) => ms)).toEqual([5_000]));
  isDue = true;
  sleeps[0]?.wake();
  await vi.waitFor(() => expect(worked).toHaveBeenCalledOnce());
  await pump.drain();
});

test('when what is due cannot be read, it says so, and asks again after a pause that grows', async () => {
  const { clock, sleeps } = handClock();
  const told: unknown[] = [];
  let broken = true;
  const { pump, done } = backlog(1, {
    clock,
    take: async () => {
      if (broken) throw new Error('the disk is full');
      return done.length === 0 ? [0] : [];
    },
    failed: (cause) => told.push(cause),
  });
  pump.wake();
  await vi.waitFor(() => expect(sleeps).toHaveLength(1));
  sleeps[0]?.wake();
  await vi.waitFor(() => expect(sleeps).toHaveLength(2));
  expect(sleeps.map(({ ms }) => ms)).toEqual([250, 500]);
  expect(told).toHaveLength(2);
  broken = false;
  sleeps[1]?.wake();
  await vi.waitFor(() => expect(done).toEqual([0]));
  await pump.drain();
});

test('a drain waits for what is under way, and takes nothing more', async () => {
  let release = (): void => {};
  const gate = new Promise<void>((open) => {
    release = open;
  });
  const begun: number[] = [];
  const { pump } = backlog(100, {
    work: async (item) => {
      begun.push(item);
      await gate;
    },
  });
  pump.wake();
  await vi.waitFor(() => expect(begun).toHaveLength(8));
  let drained = false;
  const drain = pump.drain().then(() => {
    drained = true;
  });
  pump.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(drained).toBe(false);
  release();
  await drain;
  expect(begun).toHaveLength(8);
});

/** Items that are claimed: each is taken once, and never listed again. */
function claims(...items: readonly { readonly name: string }[]) {
  const waiting = [...items];
  const ended: (() => void)[] = [];
  const begun: string[] = [];
  const pump = newPump<{ readonly name: string }>({
    clock: realClock,
    capacity: 2,
    take: async (free) => waiting.splice(0, free),
    nextDue: async () => undefined,
    work: ({ name }) => {
      begun.push(name);
      return new Promise((resolve) => ended.push(resolve));
    },
    failed: (cause) => expect.fail(String(cause)),
  });
  return { pump, waiting, begun, ended };
}

test('what is claimed anew before the work on it before has quite ended is worked on all the same', async () => {
  const { pump, waiting, begun, ended } = claims({ name: 'run' });
  pump.wake();
  await vi.waitFor(() => expect(begun).toEqual(['run']));
  waiting.push({ name: 'run' });
  pump.wake();
  await vi.waitFor(() => expect(begun).toEqual(['run', 'run']));
  for (const end of ended) end();
  await pump.idle();
});

test('what somebody else took has the places that were kept for it, and nothing else has them', async () => {
  const { pump, waiting, begun, ended } = claims();
  expect(pump.reserve(5)).toBe(2);
  expect(pump.reserve(1)).toBe(0);
  waiting.push({ name: 'waiting' });
  pump.wake();
  pump.feed([{ name: 'fed' }], 2);
  await vi.waitFor(() => expect(begun).toEqual(['fed', 'waiting']));
  expect(pump.reserve(1)).toBe(0);
  for (const end of ended) end();
  await pump.idle();
  expect(pump.reserve(1)).toBe(1);
});

test('a pump that is drained keeps no more places', async () => {
  const { pump } = claims();
  await pump.drain();
  expect(pump.reserve(1)).toBe(0);
});
