import { expect, test } from 'vitest';
import { newBreaker } from '../../src/message/breaker.ts';

function failing(times: number, now = 0) {
  const breaker = newBreaker();
  for (let time = 0; time < times; time++) breaker.tell('phone', false, now);
  return breaker;
}

test('sends go on through four failures in a row, and rest after the fifth', () => {
  expect(failing(4).restsUntil('phone', 0)).toBeUndefined();
  expect(failing(5).restsUntil('phone', 0)).toBe(5_000);
});

test('an answer in between begins the count anew', () => {
  const breaker = failing(4);
  breaker.tell('phone', true, 0);
  for (let time = 0; time < 4; time++) breaker.tell('phone', false, 0);
  expect(breaker.restsUntil('phone', 0)).toBeUndefined();
});

test('after the rest one send tries, and holds the others back', () => {
  const breaker = failing(5);
  expect(breaker.restsUntil('phone', 5_000)).toBeUndefined();
  expect(breaker.restsUntil('phone', 5_000)).toBe(10_000);
});

test('a try that fails doubles the rest, up to a minute; one that succeeds ends it', () => {
  const breaker = failing(5);
  const rests: number[] = [];
  for (let now = 5_000, round = 0; round < 6; round++) {
    breaker.restsUntil('phone', now);
    breaker.tell('phone', false, now);
    const until = breaker.restsUntil('phone', now) ?? 0;
    rests.push(until - now);
    now = until;
  }
  expect(rests).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  breaker.tell('phone', true, 1_000_000);
  expect(breaker.restsUntil('phone', 1_000_000)).toBeUndefined();
});

test('what was under way when the rest began makes it no longer', () => {
  const breaker = failing(100);
  expect(breaker.restsUntil('phone', 0)).toBe(5_000);
});

test('each resource has a breaker of its own', () => {
  expect(failing(5).restsUntil('other', 0)).toBeUndefined();
});
