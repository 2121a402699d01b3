import { expect, test, vi } from 'vitest';
import type { PendingRun, RunEnd } from '../../src/journal/journal.ts';
import { newWorker } from '../../src/run/worker.ts';
import { realClock } from '../../src/time/real.ts';
import type { Clock } from '../../src/time/time.ts';

function pendingRun(id: string, tries = 1, error?: string): PendingRun {
  return {
    run: { id, eventId: 1, rule: 'r', planHash: 'h', state: 'pending', ...(error !== undefined && { error }) },
    event: { id: 'e', source: 's', type: 't', time: '2026-11-21T00:00:00Z', data: {} },
    tries,
    isFresh: tries === 1,
  };
}

/** Runs that are claimed once each, and what became of those that broke off, without the journal. */
function backlogOf(...pending: PendingRun[]) {
  const released: { id: string; until: number; error: string }[] = [];
  const ended: { id: string; end: RunEnd }[] = [];
  return {
    released,
    ended,
    journal: {
      claimRuns: async (limit: number) => pending.splice(0, limit),
      nextRunDue: async () => undefined,
      releaseRun: async (id: string, until: number, error: string) => void released.push({ id, until, error }),
      finishRun: async (id: string, end: RunEnd) => void ended.push({ id, end }),
    },
  };
}

const STILL: Clock = { now: () => 1_000, sleep: () => new Promise(() => undefined) };

test('every run that is claimed is executed once', async () => {
  const { journal } = backlogOf(...Array.from({ length: 500 }, (_, number) => pendingRun(`1.${number}`)));
  const executed: string[] = [];
  const worker = newWorker({
    signal: new AbortController().signal,
    journal,
    clock: realClock,
    execute: async ({ run }) => void executed.push(run.id),
    failed: (_, failure) => expect.fail(String(failure)),
  });
  worker.wake();
  worker.wake();
  await worker.idle();
  expect(executed).toEqual(Array.from({ length: 500 }, (_, number) => `1.${number}`));
});

test('a run that breaks off is told, put off for longer each time, and does not stop the others', async () => {
  const { journal, released } = backlogOf(pendingRun('1.0'), pendingRun('1.1', 3), pendingRun('1.2'));
  const failures: string[] = [];
  const executed: string[] = [];
  const worker = newWorker({
    signal: new AbortController().signal,
    journal,
    clock: STILL,
    execute: async ({ run }) => {
      if (run.id !== '1.2') throw new Error('the op broke');
      executed.push(run.id);
    },
    failed: (pending, failure) => failures.push(`${pending?.run.id} ${(failure as Error).message}`),
  });
  worker.wake();
  await worker.idle();
  expect(executed).toEqual(['1.2']);
  expect(failures).toEqual(['1.0 the op broke', '1.1 the op broke']);
  expect(released).toEqual([
    { id: '1.0', until: 3_000, error: 'the op broke' },
    { id: '1.1', until: 9_000, error: 'the op broke' },
  ]);
});

test('a run that was claimed six times without an end is dead, and not executed again', async () => {
  const { journal, ended } = backlogOf(pendingRun('1.0', 6, 'the op broke'), pendingRun('1.1', 6));
  const worker = newWorker({
    signal: new AbortController().signal,
    journal,
    clock: STILL,
    execute: async () => expect.fail('a dead run is left alone'),
    failed: (_, failure) => expect.fail(String(failure)),
  });
  worker.wake();
  await worker.idle();
  expect(ended).toEqual([
    { id: '1.0', end: { state: 'dead', error: 'it broke off 5 times, the last time: the op broke' } },
    { id: '1.1', end: { state: 'dead', error: 'it broke off 5 times, its host with it' } },
  ]);
});

test('a drain waits for what is under way, and claims nothing more', async () => {
  const { journal } = backlogOf(...Array.from({ length: 1_000 }, (_, number) => pendingRun(`1.${number}`)));
  const claims = vi.spyOn(journal, 'claimRuns');
  let release = (): void => {};
  const gate = new Promise<void>((open) => {
    release = open;
  });
  let ended = 0;
  const worker = newWorker({
    signal: new AbortController().signal,
    journal,
    clock: realClock,
    execute: async () => {
      await gate;
      ended++;
    },
    failed: (_, failure) => expect.fail(String(failure)),
  });
  worker.wake();
  await vi.waitFor(() => expect(claims).toHaveBeenCalled());
  const drained = worker.drain();
  release();
  await drained;
  expect(ended).toBe(200);
  expect(claims).toHaveBeenCalledOnce();
});
