import { describe, expect, test } from 'vitest';
import { deadlineOf, lookAt, retryAt } from '../../src/message/course.ts';
import type { Message, Outcome } from '../../src/message/message.ts';

const NOW = Date.UTC(2026, 10, 21);

function message(changes: Partial<Message> = {}): Message {
  return {
    id: '1.0.0.0',
    runId: '1.0',
    op: 'sms_send',
    channel: 'sms',
    resource: 'phone',
    to: '+12025550123',
    from: '+12025550100',
    content: { kind: 'text', text: 'hello' },
    state: 'sending',
    createdAt: NOW,
    changedAt: NOW,
    attempts: 0,
    lastAttempt: { id: 'a', messageId: '1.0.0.0', number: 1, beganAt: NOW },
    looks: 0,
    possibleDuplicate: false,
    ...changes,
  };
}

function tried(number: number, changes: Partial<Message> = {}): Message {
  return message({
    lastAttempt: { id: 'a', messageId: '1.0.0.0', number, beganAt: NOW },
    attempts: number - 1,
    ...changes,
  });
}

const LATER: Outcome = { kind: 'rejected', reason: 'not now', retry: {} };
const UNREACHED: Outcome = { kind: 'rejected', reason: 'nobody there', retry: { unreached: true } };
const most = (): number => 0;
const least = (): number => 1;

describe('an attempt that was refused for now', () => {
  test('is made again after a second, doubled each time, of which half may be jitter', () => {
    expect(retryAt(tried(1), LATER, NOW, most)).toBe(NOW + 1_000);
    expect(retryAt(tried(2), LATER, NOW, most)).toBe(NOW + 2_000);
    expect(retryAt(tried(1), LATER, NOW, least)).toBe(NOW + 500);
  });

  test('is not made again once three reached the provider, or as many as the author allows', () => {
    expect(retryAt(tried(3), LATER, NOW, most)).toBeUndefined();
    expect(retryAt(tried(3, { options: { maxAttempts: 4 } }), LATER, NOW, most)).toBe(NOW + 4_000);
    expect(retryAt(tried(1, { options: { maxAttempts: 1 } }), LATER, NOW, most)).toBeUndefined();
  });

  test('is never made before the time that the provider asked for', () => {
    const asked: Outcome = { kind: 'rejected', reason: 'slow down', retry: { afterMs: 7_000 } };
    expect(retryAt(tried(1), asked, NOW, most)).toBe(NOW + 7_000);
    expect(retryAt(tried(1), asked, NOW, least)).toBe(NOW + 7_500);
  });

  test('is made again for as long as it is young enough where the provider could not be reached at all', () => {
    expect(retryAt(tried(40, { attempts: 0 }), UNREACHED, NOW, most)).toBe(NOW + 60_000);
    const late = NOW + 3_599_000;
    expect(retryAt(tried(40, { attempts: 0 }), UNREACHED, late, most)).toBeUndefined();
    expect(deadlineOf(message({ options: { maxAgeSeconds: 60 } }))).toBe(NOW + 60_000);
  });

  test.each<Outcome>([
    { kind: 'rejected', reason: 'no such number' },
    { kind: 'unknown', reason: 'lost' },
    { kind: 'accepted', providerId: 'SM1', answer: {} },
  ])('is not made again after $kind', (outcome) => {
    expect(retryAt(tried(1), outcome, NOW, most)).toBeUndefined();
  });
});

test('the provider is asked about an unknown attempt after 5 s, 15 s, 1, 5 and 15 minutes, and then no more', () => {
  const after = [0, 1, 2, 3, 4, 5].map((looks) => lookAt(NOW, looks));
  expect(after).toEqual([5_000, 15_000, 60_000, 300_000, 900_000].map((ms) => NOW + ms).concat([undefined as never]));
});
