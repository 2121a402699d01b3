import { expect, test } from 'vitest';
import { LOCKS, missingIn, readLock } from './complete-lock.ts';

test.each(LOCKS)(
  '%s has the binaries of every platform, or npm ci would refuse it: node test/package/complete-lock.ts adds them',
  (name) => {
    expect(missingIn(readLock(name)).map(({ path }) => path)).toEqual([]);
  },
);
