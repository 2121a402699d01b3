import { expect, test } from 'vitest';
import { storiesOf } from './simulate.ts';

// A file of its own, so that both cores are used.
test('whatever fails and whenever the host dies, nothing is lost and nothing is sent twice unmarked: seeds 501 to 1,000', async () => {
  expect(await storiesOf(501, 1_000)).toEqual([]);
}, 300_000);
