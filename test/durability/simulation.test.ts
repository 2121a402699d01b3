import { expect, test } from 'vitest';
import { storiesOf } from './simulate.ts';

test('whatever fails and whenever the host dies, nothing is lost and nothing is sent twice unmarked: seeds 1 to 500', async () => {
  expect(await storiesOf(1, 500)).toEqual([]);
}, 300_000);
