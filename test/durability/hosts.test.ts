import { expect, test } from 'vitest';
import { soakHosts } from './soak-hosts.ts';

/** The first kinds of fault, each once: kills and halts; `npm run soak:hosts` has all of them, at every failpoint. */
const ROUNDS = 5;

test('three hosts on one PostgreSQL, to which everything happens that can, lose nothing and do each send once', async () => {
  const { wrong, failpoints, events, marked, faults } = await soakHosts(ROUNDS);
  console.log(
    `${events} events, ${failpoints} failpoints, ${marked} sends made twice and marked: ${JSON.stringify(faults)}`,
  );
  expect(wrong).toEqual([]);
  expect(events).toBeGreaterThanOrEqual(ROUNDS);
  expect(Object.keys(faults)).toHaveLength(ROUNDS);
}, 600_000);
