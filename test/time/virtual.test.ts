import { describe, expect, test } from 'vitest';
import { newVirtualClock } from '../../src/time/virtual.ts';
import { newStillness } from '../../src/time/watch.ts';

const HOUR_MS = 3_600_000;

describe('the virtual clock', () => {
  test('stands still until it is moved', async () => {
    const watch = newStillness();
    const clock = newVirtualClock(1_000, watch);
    const woken: string[] = [];
    void clock.sleep(HOUR_MS).then(() => woken.push('an hour later'));
    await watch.still();
    expect({ now: clock.now(), due: clock.nextDue(), woken }).toEqual({ now: 1_000, due: 1_000 + HOUR_MS, woken: [] });
    clock.advance(HOUR_MS);
    await watch.still();
    expect({ now: clock.now(), due: clock.nextDue(), woken }).toEqual({
      now: 1_000 + HOUR_MS,
      due: undefined,
      woken: ['an hour later'],
    });
  });

  test('wakes by due time, and those of one time in the order in which they fell asleep', async () => {
    const watch = newStillness();
    const clock = newVirtualClock(0, watch);
    const woken: string[] = [];
    for (const [name, ms] of [
      ['c', 20],
      ['a', 10],
      ['d', 20],
      ['b', 10],
    ] as const) {
      void clock.sleep(ms).then(() => woken.push(name));
    }
    clock.advance(20);
    await watch.still();
    expect(woken).toEqual(['a', 'b', 'c', 'd']);
  });

  test('lets go of a sleeper who is called off, with the reason', async () => {
    const clock = newVirtualClock(0, newStillness());
    const off = new AbortController();
    const sleep = clock.sleep(10, off.signal);
    off.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    expect(clock.nextDue()).toBeUndefined();
    await expect(clock.sleep(10, off.signal)).rejects.toThrow('enough');
  });
});

describe('stillness', () => {
  test('waits for whoever is at work, however long the real world takes', async () => {
    const watch = newStillness();
    const done: string[] = [];
    void watch.work(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      done.push('read from the disk');
    });
    await watch.still();
    expect(done).toEqual(['read from the disk']);
  });

  test('does not wait for whoever sleeps on the clock, also deep inside of other work', async () => {
    const watch = newStillness();
    const clock = newVirtualClock(0, watch);
    const done: string[] = [];
    void watch.work(async () => {
      await watch.work(() => clock.sleep(10));
      done.push('slept');
    });
    await watch.still();
    expect(done).toEqual([]);
    clock.advance(10);
    await watch.still();
    expect(done).toEqual(['slept']);
  });
});
