import { describe, expect, test } from 'vitest';
import { ACCEPTED, BAD_NUMBER, LATER, LOST, openSending, UNREACHED } from './sending.ts';

const MINUTE = 60_000;

describe('a message that is taken on', () => {
  test('is accepted with one attempt where nothing stands in its way', async () => {
    const { take, sends, journal } = await openSending();
    expect(await take()).toMatchObject({ state: 'accepted', providerId: 'SM1', attempts: 1 });
    expect(sends).toHaveLength(1);
    expect(await journal.attempts('m1')).toMatchObject([{ number: 1, outcome: 'accepted' }]);
  });

  test('is not sent a second time when it is taken on again', async () => {
    const { take, sends } = await openSending();
    await Promise.all([take(), take()]);
    await take();
    expect(sends).toHaveLength(1);
  });

  test('is rejected without an attempt where it may not go out', async () => {
    const { take, sends } = await openSending({ refusal: 'numbers of this country are not reached' });
    expect(await take()).toMatchObject({ state: 'rejected', error: 'numbers of this country are not reached' });
    expect(sends).toEqual([]);
  });
});

describe('a refusal', () => {
  test('for good is the end of it', async () => {
    const { take, will, carryToEnd, sends } = await openSending();
    will(BAD_NUMBER);
    expect(await carryToEnd(await take())).toMatchObject({ state: 'rejected', error: 'not a mobile number' });
    expect(sends).toHaveLength(1);
  });

  test('for now is tried again when the provider asked for it, and no sooner', async () => {
    const { take, carry, will, pass, sends, now } = await openSending();
    will(LATER);
    const refused = await take();
    expect(refused).toMatchObject({ state: 'retrying', dueAt: now() + 2_000 });
    pass(1_999);
    expect((await carry(refused)).state).toBe('retrying');
    expect(sends).toHaveLength(1);
    pass(1);
    expect((await carry(refused)).state).toBe('accepted');
    expect(sends).toHaveLength(2);
  });

  test('for now, three times, is the end of it', async () => {
    const { take, carryToEnd, will, sends } = await openSending();
    will(LATER, LATER, LATER);
    expect(await carryToEnd(await take())).toMatchObject({ state: 'rejected', attempts: 3 });
    expect(sends).toHaveLength(3);
  });

  test('by a provider that is not there counts for nothing but time: it is tried for an hour', async () => {
    const { take, carryToEnd, carry, will, sends, pass, now } = await openSending();
    const start = now();
    will(...Array.from({ length: 1_000 }, () => UNREACHED));
    let message = await take();
    while (now() < start + 57 * MINUTE) {
      pass(Math.max(1, (message.dueAt ?? 0) - now()));
      message = await carry(message);
    }
    // The breaker and the backoff kept it to a try a minute.
    expect(sends.length).toBeLessThan(80);
    expect(message).toMatchObject({ state: 'retrying', attempts: 0 });
    const end = await carryToEnd(message);
    expect(end).toMatchObject({ state: 'rejected' });
  });
});

describe('a send whose answer was lost', () => {
  test('is never repeated: it is looked for five times, and then held for a person', async () => {
    const { take, carryToEnd, will, sends, looks, now } = await openSending();
    const start = now();
    will(LOST);
    const end = await carryToEnd(await take());
    expect(end).toMatchObject({ state: 'unknown', looks: 5, possibleDuplicate: false });
    expect(end.dueAt).toBeUndefined();
    expect(now() - start).toBe(15 * MINUTE);
    expect([sends.length, looks()]).toEqual([1, 5]);
  });

  test('is accepted when the provider has it', async () => {
    const { take, carryToEnd, will, has, sends } = await openSending();
    will(LOST);
    const lost = await take();
    has([{ providerId: 'SM9', answer: { sid: 'SM9' } }]);
    expect(await carryToEnd(lost)).toMatchObject({ state: 'accepted', providerId: 'SM9', answer: { sid: 'SM9' } });
    expect(sends).toHaveLength(1);
  });

  test('is not taken for another message that was sent with the same words', async () => {
    const { take, carryToEnd, will, has } = await openSending();
    await take('m1');
    will(LOST);
    const lost = await take('m2');
    has([{ providerId: 'SM1', answer: {} }]);
    expect(await carryToEnd(lost)).toMatchObject({ state: 'unknown' });
  });

  test('twice, of the same words, is each found once', async () => {
    const { take, carryToEnd, will, has, journal } = await openSending();
    will(LOST, LOST);
    const lost = [await take('m1'), await take('m2')];
    has(['SM1', 'SM2', 'SM3'].map((providerId) => ({ providerId, answer: {} })));
    for (const message of lost) await carryToEnd(message);
    const found = await journal.messages(10);
    expect(new Set(found.map(({ providerId }) => providerId))).toEqual(new Set(['SM1', 'SM2']));
  });

  test('is told from others of the same words where the provider is asked by its own id', async () => {
    const { take, carryToEnd, will, hasOwn, sends } = await openSending();
    will(LOST, LOST, LOST);
    const lost = [await take('m1'), await take('m2'), await take('m3')];
    for (const { lastAttempt } of lost.slice(0, 2)) {
      const id = lastAttempt?.id ?? '';
      hasOwn(id, { providerId: `own-${id}`, answer: { sid: id } });
    }
    const ends = [];
    for (const message of lost) ends.push(await carryToEnd(message));
    expect(ends.map(({ state, providerId }) => [state, providerId])).toEqual([
      ['accepted', `own-${lost[0]?.lastAttempt?.id}`],
      ['accepted', `own-${lost[1]?.lastAttempt?.id}`],
      ['unknown', undefined],
    ]);
    expect(ends.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    expect(sends).toHaveLength(3);
  });

  test('is over at once where what is found can come to nothing more', async () => {
    const { take, carryToEnd, will, hasOwn } = await openSending();
    will(LOST);
    const lost = await take();
    hasOwn(lost.lastAttempt?.id ?? '', { providerId: 'debug-1', answer: {}, state: 'debug' });
    expect(await carryToEnd(lost)).toMatchObject({ state: 'debug', providerId: 'debug-1' });
  });

  test('is looked for again while the provider cannot be asked', async () => {
    const { take, carryToEnd, will, has, looks } = await openSending();
    will(LOST);
    has('unclear');
    expect((await carryToEnd(await take())).state).toBe('unknown');
    expect(looks()).toBe(5);
  });

  test('is sent again by the policy `resend`, after all looks, and marked as a possible duplicate', async () => {
    const { take, carryToEnd, will, sends } = await openSending();
    will(LOST, ACCEPTED);
    const end = await carryToEnd(await take('m1', { onUnknown: 'resend' }));
    expect(end).toMatchObject({ state: 'accepted', possibleDuplicate: true, attempts: 2 });
    expect(sends).toHaveLength(2);
  });

  test('is held even with `resend` once the attempts are used up', async () => {
    const { take, carryToEnd, will, sends } = await openSending();
    will(LOST, LOST, LOST, LOST);
    const end = await carryToEnd(await take('m1', { onUnknown: 'resend', maxAgeSeconds: 86_400 }));
    expect(end).toMatchObject({ state: 'unknown', attempts: 3, possibleDuplicate: true });
    expect(sends).toHaveLength(3);
  });

  test('waits one look for a callback where the provider cannot be asked at all', async () => {
    const { take, carryToEnd, will, now } = await openSending({ cannotLook: true });
    const start = now();
    will(LOST);
    expect(await carryToEnd(await take())).toMatchObject({ state: 'unknown' });
    expect(now() - start).toBe(5_000);
  });

  test('is settled by a callback', async () => {
    const { take, carryToEnd, will, journal, sends } = await openSending();
    will(LOST);
    const lost = await take();
    await journal.reportState(lost.id, { state: 'delivered', providerId: 'SM7' });
    const [settled] = await journal.messages(1);
    expect(settled && (await carryToEnd(settled))).toMatchObject({ state: 'delivered', providerId: 'SM7' });
    expect(sends).toHaveLength(1);
  });
});

describe('limits', () => {
  test('let one go now, and the next when its turn has come', async () => {
    const { take, carryToEnd, sends, now } = await openSending({
      limits: [{ kind: 'rate', key: 'sender', intervalMs: 1_000 }],
    });
    const start = now();
    expect((await take('m1')).state).toBe('accepted');
    const [second, third] = [await take('m2'), await take('m3')];
    expect([second.dueAt, third.dueAt]).toEqual([start + 1_000, start + 2_000]);
    expect(sends).toHaveLength(1);
    expect((await carryToEnd(second)).state).toBe('accepted');
    expect((await carryToEnd(third)).state).toBe('accepted');
    expect(now()).toBe(start + 2_000);
  });

  test('reject what is beyond the cap of the day, and take it again the day after', async () => {
    const { take, pass } = await openSending({ limits: [{ kind: 'cap', key: 'recipient', max: 2 }] });
    await take('m1');
    await take('m2');
    expect(await take('m3')).toMatchObject({ state: 'rejected', error: 'this number has had its 2 of the day' });
    pass(24 * 60 * MINUTE);
    expect((await take('m4')).state).toBe('accepted');
  });
});

test('after five sends in a row that did not get through, the others wait for one to try', async () => {
  const { take, carry, will, sends, pass } = await openSending();
  will(...Array.from({ length: 5 }, () => UNREACHED));
  for (const id of ['m1', 'm2', 'm3', 'm4', 'm5']) await take(id);
  const waiting = await take('m6');
  expect(waiting.state).toBe('waiting');
  const rested = await carry(waiting);
  expect(sends).toHaveLength(5);
  pass((rested.dueAt ?? 0) - Date.UTC(2026, 10, 21, 9));
  expect((await carry(rested)).state).toBe('accepted');
  expect(sends).toHaveLength(6);
});
