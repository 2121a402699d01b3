import { expect, test } from 'vitest';
import { limitsOf } from '../../src/message/limits.ts';

const draft = {
  channel: 'sms',
  resource: 'phone',
  to: '+12025550123',
  from: '+12025550100',
  content: { kind: 'text', text: 'hello' },
} as const;

test('a resource without limits has none', () => {
  expect(limitsOf(draft, {})).toEqual([]);
});

test('sender, account, recipient and day have a bucket each', () => {
  const settings = { rate: '1/s', accountRate: '200/m', recipientRate: '6/h', dailyCap: 20 };
  expect(limitsOf(draft, settings)).toEqual([
    { kind: 'rate', key: 'sender:phone:+12025550100', intervalMs: 1_000 },
    { kind: 'rate', key: 'account:phone', intervalMs: 300 },
    { kind: 'rate', key: 'recipient:phone:+12025550123', intervalMs: 600_000 },
    { kind: 'cap', key: 'recipient:phone:+12025550123', max: 20 },
  ]);
});

test('resources of one account share its bucket', () => {
  const settings = { accountRate: '200/m' };
  const account = 'ExotelConfig singapore rajnikanth';
  const expected = [{ kind: 'rate', key: `account:${account}`, intervalMs: 300 }];
  expect(limitsOf(draft, settings, account)).toEqual(expected);
  expect(limitsOf({ ...draft, resource: 'other' }, settings, account)).toEqual(expected);
});

test('a bucket of an account counts requests, of which a send may take several', () => {
  const [limit] = limitsOf(draft, { accountRate: '200/m' }, 'rajnikanth', 2);
  expect(limit).toEqual({ kind: 'rate', key: 'account:rajnikanth', intervalMs: 600 });
});

test('both numbers of a call that connects them are recipients', () => {
  const call = { ...draft, channel: 'call', content: { kind: 'connect', second: '+12025550199' } } as const;
  expect(limitsOf(call, { recipientRate: '6/h', dailyCap: 20 })).toEqual([
    { kind: 'rate', key: 'recipient:phone:+12025550123', intervalMs: 600_000 },
    { kind: 'rate', key: 'recipient:phone:+12025550199', intervalMs: 600_000 },
    { kind: 'cap', key: 'recipient:phone:+12025550123', max: 20 },
    { kind: 'cap', key: 'recipient:phone:+12025550199', max: 20 },
  ]);
});
