import { expect, test } from 'vitest';
import { soak } from './soak.ts';

test('a host that is killed at random under load, ten times, does each send once', async () => {
  const { events, wrong } = await soak(10);
  expect(wrong).toEqual([]);
  expect(events).toBeGreaterThanOrEqual(10);
}, 120_000);
