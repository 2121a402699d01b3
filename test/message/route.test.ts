/** How a message goes on from one resource of its route to the next. */
import { describe, expect, it } from 'vitest';
import type { Limit } from '../../src/journal/journal.ts';
import type { Draft } from '../../src/message/message.ts';
import { ACCEPTED, BAD_NUMBER, LATER, LOST, openSending, UNREACHED } from './sending.ts';

const MINUTE_MS = 60_000;

/** Through `first`, else through `second`. */
const ways = (draft: Draft): readonly Draft[] => ['first', 'second'].map((resource) => ({ ...draft, resource }));

describe('a message with two ways', () => {
  it('takes the first where that is there', async () => {
    const { take, used } = await openSending({ ways });
    expect(await take()).toMatchObject({ state: 'accepted', resource: 'phone', via: 'first' });
    expect(used).toEqual(['first']);
  });

  it('goes on to the second where the first refuses for good, and is rejected where that does too', async () => {
    const { take, carryToEnd, will, used, journal } = await openSending({ ways });
    will(BAD_NUMBER, BAD_NUMBER);
    const refused = await take();
    expect(refused).toMatchObject({ state: 'retrying', passed: ['first'] });
    expect(await carryToEnd(refused)).toMatchObject({ state: 'rejected', error: 'not a mobile number' });
    expect(used).toEqual(['first', 'second']);
    expect((await journal.attempts('m1')).map(({ way }) => way?.resource)).toEqual(['first', 'second']);
  });

  it('tries the first as often as is allowed before it goes on, and the second as often', async () => {
    const { take, carryToEnd, will, used } = await openSending({ ways });
    will(LATER, LATER, LATER, LATER, ACCEPTED);
    expect(await carryToEnd(await take())).toMatchObject({ state: 'accepted', via: 'second' });
    expect(used).toEqual(['first', 'first', 'first', 'second', 'second']);
  });

  it('goes past a resource whose breaker is open, and does not give it up for that', async () => {
    const { take, will, used } = await openSending({ ways });
    for (let sends = 0; sends < 5; sends++) {
      will(UNREACHED);
      await take(`down-${sends}`);
    }
    expect(await take('m1')).toMatchObject({ state: 'accepted', via: 'second' });
    expect((await take('m2')).passed).toBeUndefined();
    expect(used.slice(5)).toEqual(['second', 'second']);
  });

  it('takes its place in the limits of the second where the first is gone before its turn there', async () => {
    let isLimited = true;
    const limits = ({ resource }: Draft): readonly Limit[] =>
      isLimited ? [{ kind: 'rate', key: resource, intervalMs: 4_000 }] : [];
    const { take, carry, will, used, pass, now } = await openSending({ ways, limits });
    const began = now();
    await take('m1');
    const waiting = await take('m2');
    expect(waiting.dueAt).toBe(began + 4_000);
    isLimited = false;
    for (let sends = 0; sends < 5; sends++) {
      will(UNREACHED);
      await take(`down-${sends}`);
    }
    isLimited = true;
    pass(2_000);
    await take('m3');
    pass(2_000);
    expect(await carry(waiting)).toMatchObject({ state: 'waiting', dueAt: began + 6_000 });
    expect(used.slice(6)).toEqual(['second']);
  });

  it('goes past a resource that may not reach the number', async () => {
    const { take, used } = await openSending({ ways, refusal: 'not there', refuses: 'first' });
    expect(await take()).toMatchObject({ state: 'accepted', via: 'second' });
    expect(used).toEqual(['second']);
  });

  it('is rejected with the reason of the first where none may reach it', async () => {
    const { take, used } = await openSending({ ways, refusal: 'not there' });
    expect(await take()).toMatchObject({ state: 'rejected', error: 'not there' });
    expect(used).toEqual([]);
  });
});

describe('a message with two ways whose fate is unknown', () => {
  it.each([[{}], [{ cannotLook: true }]] as const)(
    'goes on with `next` once nobody could say for 15 minutes what became of it, marked as a possible duplicate %j',
    async (options) => {
      const { take, carry, carryToEnd, will, used, now, pass } = await openSending({ ways, ...options });
      will(LOST);
      const began = now();
      let message = await take('m1', { onUnknown: 'next' });
      while (message.dueAt !== undefined && message.dueAt < began + 15 * MINUTE_MS) {
        expect(used).toEqual(['first']);
        message = await carryToEndOnce(message);
      }
      expect(message).toMatchObject({ state: 'unknown', dueAt: began + 15 * MINUTE_MS });
      expect(await carryToEnd(message)).toMatchObject({ state: 'accepted', via: 'second', possibleDuplicate: true });
      expect(used).toEqual(['first', 'second']);

      async function carryToEndOnce(current: typeof message): Promise<typeof message> {
        pass((current.dueAt ?? 0) - now());
        return carry(current);
      }
    },
  );

  it.each(['hold', 'resend'] as const)('does not go on with `%s`', async (onUnknown) => {
    const { take, carryToEnd, will, used } = await openSending({ ways });
    will(LOST, LOST, LOST);
    await carryToEnd(await take('m1', { onUnknown }));
    expect(used).not.toContain('second');
  });

  it('is settled by the resource that it went through', async () => {
    const { take, carryToEnd, will, has, used, asked } = await openSending({ ways });
    will(BAD_NUMBER, LOST);
    has([{ providerId: 'SM7', answer: {} }]);
    const message = await carryToEnd(await take('m1', { onUnknown: 'next' }));
    expect(message).toMatchObject({ state: 'accepted', providerId: 'SM7', via: 'second' });
    expect(asked).toEqual(['second']);
    expect(used).toEqual(['first', 'second']);
  });

  it('fails its op with `next` where there is no other', async () => {
    const { take, carryToEnd, will, used } = await openSending({ ways });
    will(BAD_NUMBER, LOST);
    const message = await carryToEnd(await take('m1', { onUnknown: 'next' }));
    expect(message).toMatchObject({ state: 'unknown', passed: ['first'] });
    expect(message.dueAt).toBeUndefined();
    expect(used).toEqual(['first', 'second']);
  });
});
