/** The part of a journal's contract that is about messages. */
import { describe, expect, it } from 'vitest';
import type { Message, Outcome, State } from '../../src/message/message.ts';
import type { Opened } from './journal.ts';
import { appendOne, draftOf } from './journal-values.ts';

const ACCEPTED: Outcome = { kind: 'accepted', providerId: 'SM1', answer: { sid: 'SM1', status: 'queued' } };
const REJECTED: Outcome = { kind: 'rejected', reason: 'not a mobile number', code: '21614' };
const BUSY: Outcome = { kind: 'rejected', reason: 'too many requests', code: '20429', retry: { afterMs: 1_000 } };
const UNKNOWN: Outcome = { kind: 'unknown', reason: 'the connection was reset' };

export function messageContract(opened: Opened): void {
  describe('messages', () => {
    intentContract(opened);
    outcomeContract(opened);
    reportContract(opened);
    doubtContract(opened);
  });
}

async function waiting(opened: Opened): Promise<Message> {
  const { runId } = await appendOne(opened.journal);
  return await opened.journal.intendMessage(draftOf(runId));
}

/** A message with the attempt `a1` under way. */
async function sending(opened: Opened): Promise<Message> {
  const message = await waiting(opened);
  await opened.journal.beginAttempt({ id: 'a1', messageId: message.id, number: 1 });
  return message;
}

async function statesOf(opened: Opened): Promise<readonly State[]> {
  const [story] = await opened.journal.stories(1);
  return story?.runs[0]?.messages[0]?.states.map(({ state }) => state) ?? [];
}

function intentContract(opened: Opened): void {
  it('takes a message on as waiting', async () => {
    const { runId } = await appendOne(opened.journal);
    const message = await opened.journal.intendMessage(draftOf(runId));
    expect(message).toEqual({
      ...draftOf(runId),
      state: 'waiting',
      createdAt: message.changedAt,
      changedAt: expect.any(Number),
    });
    expect(await statesOf(opened)).toEqual(['waiting']);
  });

  it('returns what is there for an intent that is known, and writes nothing', async () => {
    const { runId, id } = await sending(opened);
    const again = await opened.journal.intendMessage({ ...draftOf(runId), to: '+34600000000' });
    expect(again).toMatchObject({ id, state: 'sending', to: '+34666555444' });
    expect(await opened.journal.messages(10)).toHaveLength(1);
  });

  it('finds a message by its attempt', async () => {
    const { id } = await sending(opened);
    expect(await opened.journal.messageOfAttempt('a1')).toMatchObject({ id, state: 'sending' });
    expect(await opened.journal.messageOfAttempt('a2')).toBeUndefined();
  });

  it('begins no attempt at a message that is not waiting', async () => {
    const { id } = await sending(opened);
    await expect(opened.journal.beginAttempt({ id: 'a2', messageId: id, number: 2 })).rejects.toThrow('sending');
    expect(await opened.journal.messageOfAttempt('a2')).toBeUndefined();
  });
}

function outcomeContract(opened: Opened): void {
  it.each([
    { outcome: ACCEPTED, retry: true, end: { state: 'accepted', providerId: 'SM1', answer: { status: 'queued' } } },
    { outcome: REJECTED, retry: true, end: { state: 'rejected', error: 'not a mobile number' } },
    { outcome: BUSY, retry: false, end: { state: 'rejected', error: 'too many requests' } },
    { outcome: BUSY, retry: true, end: { state: 'waiting', error: 'too many requests' } },
    { outcome: UNKNOWN, retry: true, end: { state: 'unknown', error: 'the connection was reset' } },
  ])('is $end.state after an outcome of $outcome.kind with retry $retry', async ({ outcome, retry, end }) => {
    await sending(opened);
    expect(await opened.journal.settleAttempt('a1', outcome, retry)).toMatchObject(end);
    expect(await statesOf(opened)).toEqual(['waiting', 'sending', end.state]);
  });

  it('is tried again after it was put back, and forgets the old error once it is accepted', async () => {
    const { id } = await sending(opened);
    await opened.journal.settleAttempt('a1', BUSY, true);
    await opened.journal.beginAttempt({ id: 'a2', messageId: id, number: 2 });
    const message = await opened.journal.settleAttempt('a2', ACCEPTED, true);
    expect(message).toMatchObject({ state: 'accepted', providerId: 'SM1' });
    expect(message.error).toBeUndefined();
    expect(await statesOf(opened)).toEqual(['waiting', 'sending', 'waiting', 'sending', 'accepted']);
  });

  it('does not settle an attempt twice that was settled for certain', async () => {
    const { id } = await sending(opened);
    await opened.journal.settleAttempt('a1', BUSY, true);
    await opened.journal.beginAttempt({ id: 'a2', messageId: id, number: 2 });
    expect(await opened.journal.settleAttempt('a1', REJECTED, false)).toMatchObject({ state: 'sending' });
  });

  it('settles an attempt again whose outcome was unknown', async () => {
    await sending(opened);
    await opened.journal.settleAttempt('a1', UNKNOWN, false);
    expect(await opened.journal.settleAttempt('a1', ACCEPTED, false)).toMatchObject({ state: 'accepted' });
  });

  it('refuses the outcome of an attempt that was never made', async () => {
    await expect(opened.journal.settleAttempt('a9', ACCEPTED, false)).rejects.toThrow('no such attempt');
  });

  it('keeps the state of a callback that came before the answer, with the id and the answer', async () => {
    const { id } = await sending(opened);
    await opened.journal.reportState(id, { state: 'undelivered', providerId: 'SM1', error: 'the handset is off' });
    expect(await opened.journal.settleAttempt('a1', ACCEPTED, false)).toMatchObject({
      state: 'undelivered',
      error: 'the handset is off',
      providerId: 'SM1',
      answer: { sid: 'SM1' },
    });
    expect(await statesOf(opened)).toEqual(['waiting', 'sending', 'undelivered']);
  });

  it.each([UNKNOWN, REJECTED, BUSY])('lets a callback stand against an answer of $kind', async (outcome) => {
    const { id } = await sending(opened);
    await opened.journal.reportState(id, { state: 'sent', providerId: 'SM1' });
    expect(await opened.journal.settleAttempt('a1', outcome, true)).toMatchObject({ state: 'sent', providerId: 'SM1' });
  });
}

function reportContract(opened: Opened): void {
  it('moves forward on a report, and says so', async () => {
    const { id } = await sending(opened);
    const report = { state: 'failed', providerId: 'SM1', error: 'no route' } as const;
    expect(await opened.journal.reportState(id, report)).toMatchObject({ moved: true, message: report });
    expect(await opened.journal.messageOfAttempt('a1')).toMatchObject(report);
  });

  it('is not moved by the same report again, by one that is late, or by another end', async () => {
    const { id } = await sending(opened);
    const { message } = await opened.journal.reportState(id, { state: 'delivered', providerId: 'SM1' });
    for (const state of ['delivered', 'sent', 'accepted', 'failed'] as const) {
      expect(await opened.journal.reportState(id, { state, error: 'late' })).toEqual({ moved: false, message });
    }
    expect(await statesOf(opened)).toEqual(['waiting', 'sending', 'delivered']);
  });

  it('is proved by a callback when its answer was lost', async () => {
    const { id } = await sending(opened);
    await opened.journal.settleAttempt('a1', UNKNOWN, false);
    const { message } = await opened.journal.reportState(id, { state: 'delivered', providerId: 'SM1' });
    expect(message).toMatchObject({ state: 'delivered', providerId: 'SM1' });
    expect(message.error).toBeUndefined();
  });

  it('refuses a report about a message that never was', async () => {
    await expect(opened.journal.reportState('nobody', { state: 'sent' })).rejects.toThrow('no message');
  });

  it.each([
    { channel: 'sms', reports: ['accepted', 'sent', 'delivered'], end: 'delivered' },
    { channel: 'sms', reports: ['accepted', 'sent', 'undelivered'], end: 'undelivered' },
    { channel: 'call', reports: ['accepted', 'ringing', 'in-progress', 'completed'], end: 'completed' },
    { channel: 'call', reports: ['accepted', 'ringing', 'no-answer'], end: 'no-answer' },
  ] as const)('ends as $end whatever the order of $reports and the answer', async ({ reports, end }) => {
    const { journal } = opened;
    const { runId } = await appendOne(journal);
    let orders = 0;
    for (const order of permutations<State | 'answer'>([...reports, 'answer'])) {
      const id = `m${orders++}`;
      await journal.intendMessage({ ...draftOf(runId), id });
      await journal.beginAttempt({ id: `a-${id}`, messageId: id, number: 1 });
      // Every callback comes twice, the second time after all others.
      for (const what of [...order, ...order]) {
        if (what === 'answer') await journal.settleAttempt(`a-${id}`, ACCEPTED, true);
        else await journal.reportState(id, { state: what, providerId: 'SM1' });
      }
    }
    const messages = await journal.messages(orders + 1);
    expect(messages).toHaveLength(orders);
    for (const message of messages) {
      expect(message).toMatchObject({ state: end, providerId: 'SM1', answer: { sid: 'SM1' } });
    }
  });
}

function doubtContract(opened: Opened): void {
  it('doubts sends that were interrupted, once, and no others', async () => {
    const { journal } = opened;
    const { runId } = await sending(opened);
    await journal.intendMessage({ ...draftOf(runId), id: 'never tried' });
    await journal.intendMessage({ ...draftOf(runId), id: 'sent' });
    await journal.beginAttempt({ id: 'a2', messageId: 'sent', number: 1 });
    await journal.settleAttempt('a2', ACCEPTED, false);
    expect(await journal.doubtInterruptedSends()).toBe(1);
    expect(await journal.doubtInterruptedSends()).toBe(0);
    const states = (await journal.messages(10)).map(({ state }) => state);
    expect(states).toEqual(['accepted', 'waiting', 'unknown']);
    expect(await statesOf(opened)).toEqual(['waiting', 'sending', 'unknown']);
  });
}

/** What a journal that is durable knows of a host that died. */
export function interruptedContract(opened: Opened): void {
  it('doubts a send that was under way when the journal was closed', async () => {
    await sending(opened);
    await opened.reopen();
    expect(await opened.journal.doubtInterruptedSends()).toBe(1);
    expect(await opened.journal.messageOfAttempt('a1')).toMatchObject({ state: 'unknown' });
  });
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield [];
  for (const [index, first] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [first, ...rest];
  }
}
