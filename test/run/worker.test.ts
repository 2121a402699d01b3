import { expect, test, vi } from 'vitest';
import type { PendingRun } from '../../src/journal/journal.ts';
import { startWorker } from '../../src/run/worker.ts';
import { realClock } from '../../src/time/real.ts';
import type { Clock } from '../../src/time/time.ts';

function pendingRun(number: number): PendingRun {
  const id = `1.${String(number).padStart(4, '0')}`;
  return {
    run: { id, eventId: 1, rule: 'r', planHash: 'h', state: 'pending' },
    event: { id: 'e', source: 's', type: 't', time: '2026-11-21T00:00:00Z', data: {} },
  };
}

/** A journal's list of pending runs, without the journal. */
function backlogOf(count: number) {
  const pending = new Map(
    Array.from({ length: count }, (_, index) => pendingRun(index)).map((run) => [run.run.id, run]),
  );
  return {
    pending,
    journal: {
      pendingRuns: async (limit: number, after = '') =>
        [...pending.values()].filter(({ run }) => run.id > after).slice(0, limit),
      nextDue: async () => undefined,
    },
  };
}

test('every pending run is executed once, however often the worker is woken', async () => {
  const { pending, journal } = backlogOf(300);
  const executed: string[] = [];
  const worker = startWorker({
    journal,
    clock: realClock,
    execute: async ({ run }) => {
      executed.push(run.id);
      await Promise.resolve();
      worker.wake();
      pending.delete(run.id);
    },
    failed: (_, failure) => expect.fail(String(failure)),
  });
  worker.wake();
  worker.wake();
  await worker.idle();
  expect(executed.toSorted()).toEqual(Array.from({ length: 300 }, (_, index) => pendingRun(index).run.id));
});

test('a run that breaks off is told, is not tried again, and does not stop the others', async () => {
  const { pending, journal } = backlogOf(5);
  const failures: string[] = [];
  let executions = 0;
  const worker = startWorker({
    journal,
    clock: realClock,
    execute: async ({ run }) => {
      executions++;
      if (run.id.endsWith('0002')) throw new Error('the disk is gone');
      pending.delete(run.id);
    },
    failed: (broken, failure) => failures.push(`${broken?.run.id} ${(failure as Error).message}`),
  });
  worker.wake();
  await worker.idle();
  worker.wake();
  await worker.idle();
  expect(failures).toEqual(['1.0002 the disk is gone']);
  expect(executions).toBe(5);
  expect([...pending.keys()]).toEqual(['1.0002']);
});

test('a drain waits for what is under way, and takes nothing more', async () => {
  const { pending, journal } = backlogOf(100);
  let release = (): void => {};
  const gate = new Promise<void>((open) => {
    release = open;
  });
  let executions = 0;
  const worker = startWorker({
    journal,
    clock: realClock,
    execute: async ({ run }) => {
      executions++;
      await gate;
      pending.delete(run.id);
    },
    failed: (_, failure) => expect.fail(String(failure)),
  });
  worker.wake();
  await new Promise((done) => setImmediate(done));
  const drained = worker.drain();
  release();
  await drained;
  expect(executions).toBeGreaterThan(0);
  expect(executions).toBeLessThan(100);
  expect(pending.size).toBe(100 - executions);
});

test('a run that waits is taken up when it is due, and a stop does not wait for it', async () => {
  let now = 1_000;
  const sleeps: number[] = [];
  const wakers: (() => void)[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((done, failed) => {
        sleeps.push(ms);
        wakers.push(done);
        signal?.addEventListener('abort', () => failed(signal.reason));
      }),
  };
  let due: number | undefined = 5_000;
  const executed: number[] = [];
  const worker = startWorker({
    clock,
    journal: {
      pendingRuns: async () => (due !== undefined && due <= now ? [pendingRun(1)] : []),
      nextDue: async () => due,
    },
    execute: async () => {
      executed.push(now);
      due = executed.length === 1 ? 100_000_000 : undefined;
    },
    failed: (_, failure) => expect.fail(String(failure)),
  });
  worker.wake();
  await vi.waitFor(() => expect(sleeps).toEqual([4_000]));
  now = 5_000;
  wakers[0]?.();
  await vi.waitFor(() => expect(executed).toEqual([5_000]));
  // Far off: asked for anew after an hour, since a clock may be set.
  await vi.waitFor(() => expect(sleeps.at(-1)).toBe(3_600_000));
  await worker.drain();
  expect(executed).toHaveLength(1);
});
