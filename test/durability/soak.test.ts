import { expect, test } from 'vitest';
import { soak } from './soak.ts';

test('a host that is killed at random under load, five times, does each send once', async () => {
  const { events, wrong } = await soak(5);
  expect(wrong).toEqual([]);
  expect(events).toBeGreaterThanOrEqual(5);
}, 120_000);
