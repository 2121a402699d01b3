import { expect, test } from 'vitest';
import { missingIn, readLock } from './complete-lock.ts';

test('the lockfile has the binaries of every platform, or npm ci would refuse it: node test/package/complete-lock.ts adds them', () => {
  expect(missingIn(readLock()).map(({ path }) => path)).toEqual([]);
});
