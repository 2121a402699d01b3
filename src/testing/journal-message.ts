/** The part of a journal's contract that is about what becomes of messages. */
import { describe, expect, it } from 'vitest';
import type { Message, State } from '../message/message.ts';
import type { Opened } from './journal-opened.ts';
import {
  ACCEPTED,
  anEvent,
  appendOne,
  BUSY,
  draftOf,
  REJECTED,
  RUN,
  sending,
  UNKNOWN,
  UNREACHED,
} from './journal-values.ts';

/** When something is due again. */
const LATER = 9_000_000_000_000;

export function messageContract(opened: Opened): void {
  describe('messages', () => {
    intentContract(opened);
    attemptContract(opened);
    outcomeContract(opened);
    reportContract(opened);
    orderContract(opened);
    resendContract(opened);
  });
}

async function statesOf({ journal }: Opened, { id }: Pick<Message, 'id'>): Promise<readonly State[]> {
  return (await journal.stateChanges(id)).map(({ state }) => state);
}

function intentContract(opened: Opened): void {
  it('takes a message on as waiting, due now', async () => {
    const { runId } = await appendOne(opened.journal);
    const { message, isNew } = await opened.journal.intendMessage(draftOf(runId));
    const createdAt = message.changedAt;
    expect(isNew).toBe(true);
    expect(message).toEqual({
      ...draftOf(runId),
      state: 'waiting',
      createdAt,
      changedAt: expect.any(Number),
      dueAt: createdAt,
      attempts: 0,
      looks: 0,
      possibleDuplicate: false,
    });
    expect(await opened.journal.message(message.id)).toEqual(message);
    expect(await statesOf(opened, message)).toEqual(['waiting']);
  });

  it('takes a message on and begins its first attempt at once', async () => {
    const { runId } = await appendOne(opened.journal);
    const { message, isNew } = await opened.journal.intendMessage(draftOf(runId), 'a1');
    const lastAttempt = { id: 'a1', messageId: message.id, number: 1, beganAt: expect.any(Number) };
    expect({ isNew, message }).toMatchObject({ isNew: true, message: { state: 'sending', attempts: 0, lastAttempt } });
    expect(message.dueAt).toBeUndefined();
    expect(await statesOf(opened, message)).toEqual(['waiting', 'sending']);
    expect(await opened.journal.attempts(message.id)).toEqual([lastAttempt]);
  });

  it('returns what is there for an intent that is known, and writes nothing', async () => {
    const { runId, id } = await sending(opened.journal);
    const again = await opened.journal.intendMessage({ ...draftOf(runId), to: '+34600000000' }, 'a2');
    expect(again).toMatchObject({ isNew: false, message: { id, state: 'sending', to: '+34666555444' } });
    expect(await opened.journal.messages(10)).toHaveLength(1);
    expect(await opened.journal.attempts(id)).toHaveLength(1);
  });

  it('keeps how a message is to be sent, and the data about it', async () => {
    const { runId } = await appendOne(opened.journal);
    const options = { onUnknown: 'resend', maxAttempts: 5, priority: 2, extra: { a: { b: ['ñ', null] } } } as const;
    const { message } = await opened.journal.intendMessage({ ...draftOf(runId), options });
    expect(message.options).toEqual(options);
    expect((await opened.journal.message(message.id))?.options).toEqual(options);
  });

  it('takes what was rejected on anew when its run was resumed, with the words that are given then', async () => {
    const { id, runId, createdAt } = await sending(opened.journal);
    await opened.journal.settleAttempt('a1', REJECTED);
    await opened.journal.finishRun(runId, { state: 'failed', error: 'not a mobile number' });
    await opened.journal.resumeRun(runId);
    const anew = { ...draftOf(runId), to: '+34600000000', options: { tags: ['new'] } };
    const { message, isNew } = await opened.journal.intendMessage(anew);
    expect({ message, isNew }).toMatchObject({ isNew: true, message: { ...anew, state: 'waiting', attempts: 0 } });
    expect(message.error).toBeUndefined();
    expect(message.createdAt).toBeGreaterThan(createdAt);
    expect(await opened.journal.beginAttempt(id, 'a2')).toMatchObject({ lastAttempt: { number: 2 } });
    expect(await statesOf(opened, message)).toEqual(['waiting', 'sending', 'rejected', 'waiting', 'sending']);
    expect(await opened.journal.messages(10, { tag: 'new' })).toHaveLength(1);
  });

  it('leaves what was rejected after its run was resumed as it is, and what was not rejected', async () => {
    const { id, runId } = await sending(opened.journal);
    await opened.journal.settleAttempt('a1', ACCEPTED);
    await opened.journal.finishRun(runId, { state: 'failed', error: 'later step' });
    await opened.journal.resumeRun(runId);
    expect(await opened.journal.intendMessage(draftOf(runId))).toMatchObject({ isNew: false, message: { id } });
    const second = { ...draftOf(runId), id: 'second' };
    await opened.journal.intendMessage(second, 'a2');
    await opened.journal.settleAttempt('a2', REJECTED);
    expect(await opened.journal.intendMessage(second)).toMatchObject({ isNew: false, message: { state: 'rejected' } });
  });
}

function attemptContract(opened: Opened): void {
  it('finds a message by its attempt', async () => {
    const { id } = await sending(opened.journal);
    expect(await opened.journal.messageOfAttempt('a1')).toMatchObject({
      message: { id, state: 'sending' },
      attempt: { id: 'a1', number: 1 },
    });
    expect(await opened.journal.messageOfAttempt('a2')).toBeUndefined();
    expect(await opened.journal.message('nobody')).toBeUndefined();
  });

  it('begins no attempt at a message that is not waiting', async () => {
    const { id } = await sending(opened.journal);
    await expect(opened.journal.beginAttempt(id, 'a2')).rejects.toThrow('sending');
    expect(await opened.journal.messageOfAttempt('a2')).toBeUndefined();
    await expect(opened.journal.beginAttempt('nobody', 'a3')).rejects.toThrow('no message');
  });

  it('numbers the attempts, and keeps what became of each', async () => {
    const { id } = await sending(opened.journal);
    await opened.journal.settleAttempt('a1', BUSY, LATER);
    const message = await opened.journal.beginAttempt(id, 'a2');
    expect(message).toMatchObject({ state: 'sending', lastAttempt: { id: 'a2', messageId: id, number: 2 } });
    expect(await opened.journal.attempts(id)).toMatchObject([
      { id: 'a1', number: 1, outcome: 'rejected', settledAt: expect.any(Number) },
      { id: 'a2', number: 2, beganAt: message.lastAttempt?.beganAt },
    ]);
  });

  it('counts the attempts that reached the provider, or may have', async () => {
    const { id } = await sending(opened.journal);
    expect(await opened.journal.settleAttempt('a1', UNREACHED, LATER)).toMatchObject({ attempts: 0 });
    await opened.journal.beginAttempt(id, 'a2');
    expect(await opened.journal.settleAttempt('a2', BUSY, LATER)).toMatchObject({ attempts: 1 });
    await opened.journal.beginAttempt(id, 'a3');
    expect(await opened.journal.settleAttempt('a3', UNKNOWN, LATER)).toMatchObject({ attempts: 2 });
    expect(await opened.journal.settleAttempt('a3', ACCEPTED)).toMatchObject({ attempts: 2, state: 'accepted' });
  });
}

function outcomeContract(opened: Opened): void {
  it.each([
    { outcome: ACCEPTED, end: { state: 'accepted', providerId: 'SM1', answer: { status: 'queued' } } },
    { outcome: { ...ACCEPTED, state: 'untracked' } as const, end: { state: 'untracked', providerId: 'SM1' } },
    { outcome: { ...ACCEPTED, state: 'debug' } as const, end: { state: 'debug', providerId: 'SM1' } },
    { outcome: REJECTED, end: { state: 'rejected', error: 'not a mobile number' } },
    { outcome: BUSY, end: { state: 'rejected', error: 'too many requests' } },
    { outcome: BUSY, nextAt: LATER, end: { state: 'retrying', error: 'too many requests', dueAt: LATER } },
    { outcome: UNKNOWN, nextAt: LATER, end: { state: 'unknown', error: 'the connection was reset', dueAt: LATER } },
    { outcome: UNKNOWN, end: { state: 'unknown', error: 'the connection was reset' } },
  ])('is $end.state after an outcome of $outcome.kind with the next time $nextAt', async ({ outcome, nextAt, end }) => {
    const message = await sending(opened.journal);
    const settled = await opened.journal.settleAttempt('a1', outcome, nextAt);
    expect(settled).toMatchObject(end);
    expect(settled.dueAt).toBe(nextAt);
    expect(await statesOf(opened, message)).toEqual(['waiting', 'sending', end.state]);
  });

  it('is tried again after it was put back, and forgets the old error once it is accepted', async () => {
    const { id } = await sending(opened.journal);
    await opened.journal.settleAttempt('a1', BUSY, LATER);
    await opened.journal.beginAttempt(id, 'a2');
    const message = await opened.journal.settleAttempt('a2', ACCEPTED);
    expect(message).toMatchObject({ state: 'accepted', providerId: 'SM1' });
    expect(message.error).toBeUndefined();
    expect(await statesOf(opened, message)).toEqual(['waiting', 'sending', 'retrying', 'sending', 'accepted']);
  });

  it('does not settle an attempt twice that was settled for certain', async () => {
    const { id } = await sending(opened.journal);
    await opened.journal.settleAttempt('a1', BUSY, LATER);
    await opened.journal.beginAttempt(id, 'a2');
    expect(await opened.journal.settleAttempt('a1', REJECTED)).toMatchObject({ state: 'sending', attempts: 1 });
  });

  it('settles an attempt again whose outcome was unknown', async () => {
    await sending(opened.journal);
    await opened.journal.settleAttempt('a1', UNKNOWN, LATER);
    const message = await opened.journal.settleAttempt('a1', ACCEPTED);
    expect(message).toMatchObject({ state: 'accepted' });
    expect(message.dueAt).toBeUndefined();
  });

  it('is moved by an attempt after which another began only where that was accepted', async () => {
    const { id } = await sending(opened.journal);
    await opened.journal.settleAttempt('a1', UNKNOWN);
    await opened.journal.sendAgain(id);
    await opened.journal.beginAttempt(id, 'a2');
    expect(await opened.journal.settleAttempt('a1', UNKNOWN)).toMatchObject({ state: 'sending' });
    expect(await opened.journal.settleAttempt('a1', ACCEPTED)).toMatchObject({ state: 'accepted', attempts: 1 });
  });

  it('refuses the outcome of an attempt that was never made', async () => {
    await expect(opened.journal.settleAttempt('a9', ACCEPTED)).rejects.toThrow('no such attempt');
  });

  it('keeps the state of a callback that came before the answer, with the id and the answer', async () => {
    const message = await sending(opened.journal);
    await opened.journal.reportState(message.id, {
      state: 'undelivered',
      providerId: 'SM1',
      error: 'the handset is off',
    });
    expect(await opened.journal.settleAttempt('a1', ACCEPTED)).toMatchObject({
      state: 'undelivered',
      error: 'the handset is off',
      providerId: 'SM1',
      answer: { sid: 'SM1' },
      attempts: 1,
    });
    expect(await statesOf(opened, message)).toEqual(['waiting', 'sending', 'undelivered']);
  });

  it.each([UNKNOWN, REJECTED, BUSY])('lets a callback stand against an answer of $kind', async (outcome) => {
    const { id } = await sending(opened.journal);
    await opened.journal.reportState(id, { state: 'sent', providerId: 'SM1' });
    const message = await opened.journal.settleAttempt('a1', outcome, LATER);
    expect(message).toMatchObject({ state: 'sent', providerId: 'SM1' });
    expect(message.dueAt).toBeUndefined();
  });
}

function reportContract(opened: Opened): void {
  it('adds what a report says to the answer of the provider, and keeps that from report to report', async () => {
    const { id } = await sending(opened.journal);
    const message = await opened.journal.settleAttempt('a1', ACCEPTED);
    const answer = { answered_by: 'human' };
    const told = await opened.journal.reportState(id, { state: 'in-progress', providerId: 'SM1', answer });
    expect(told.message.answer).toEqual({ ...message.answer, ...answer });
    await opened.journal.reportState(id, { state: 'completed', providerId: 'SM1' });
    expect((await opened.journal.message(id))?.answer).toEqual({ ...message.answer, ...answer });
  });

  it('moves forward on a report, and says so', async () => {
    const { id } = await sending(opened.journal);
    const report = { state: 'failed', providerId: 'SM1', error: 'no route' } as const;
    expect(await opened.journal.reportState(id, report)).toMatchObject({ moved: true, message: report });
    expect(await opened.journal.messageOfAttempt('a1')).toMatchObject({ message: report });
  });

  it('is not moved by the same report again, by one that is late, or by another end', async () => {
    const { id } = await sending(opened.journal);
    const { message } = await opened.journal.reportState(id, { state: 'delivered', providerId: 'SM1' });
    for (const state of ['delivered', 'sent', 'accepted', 'failed'] as const) {
      expect(await opened.journal.reportState(id, { state, error: 'late' })).toEqual({ moved: false, message });
    }
    expect(await statesOf(opened, message)).toEqual(['waiting', 'sending', 'delivered']);
  });

  it('is moved by a report that counts from its state only, and else stays as it is', async () => {
    const { id } = await sending(opened.journal);
    const report = { state: 'canceled', error: 'called off' } as const;
    const late = await opened.journal.reportState(id, { ...report, onlyFrom: ['waiting', 'retrying'] });
    expect(late).toMatchObject({ moved: false, message: { state: 'sending' } });
    const timely = await opened.journal.reportState(id, { ...report, onlyFrom: ['waiting', 'sending'] });
    expect(timely).toMatchObject({ moved: true, message: { state: 'canceled', error: 'called off' } });
  });

  it.each(['waiting', 'retrying', 'sending', 'unknown'] as const)('is not moved by a report of %s', async (state) => {
    const { id } = await sending(opened.journal);
    expect(await opened.journal.reportState(id, { state })).toMatchObject({ moved: false });
  });

  it('is proved by a callback when its answer was lost', async () => {
    const { id } = await sending(opened.journal);
    await opened.journal.settleAttempt('a1', UNKNOWN, LATER);
    const { message } = await opened.journal.reportState(id, { state: 'delivered', providerId: 'SM1' });
    expect(message).toMatchObject({ state: 'delivered', providerId: 'SM1' });
    expect(message.error).toBeUndefined();
    expect(message.dueAt).toBeUndefined();
  });

  it('refuses a report about a message that never was', async () => {
    await expect(opened.journal.reportState('nobody', { state: 'sent' })).rejects.toThrow('no message');
  });

  it('appends the event of a report with its runs where the message moved, and not where it did not', async () => {
    const { id } = await sending(opened.journal);
    const sequel = { event: anEvent({ id: `${id}/delivered`, type: 'message.delivered' }), runs: [RUN] };
    const first = await opened.journal.reportState(id, { state: 'delivered' }, sequel);
    expect(first.appended).toMatchObject({ duplicate: false, runIds: [expect.any(String)] });
    const again = { event: anEvent({ id: 'other' }), runs: [RUN] };
    expect((await opened.journal.reportState(id, { state: 'delivered' }, again)).appended).toBeUndefined();
    expect((await opened.journal.stories(10)).map(({ event }) => event.type)).toEqual([
      'message.delivered',
      'new-user',
    ]);
  });

  it('takes nothing of a report when its event cannot be taken', async () => {
    const message = await sending(opened.journal);
    const sequel = { event: anEvent({ id: 'e2' }), runs: [{ rule: 'r', planHash: 'never kept' }] };
    await expect(opened.journal.reportState(message.id, { state: 'delivered' }, sequel)).rejects.toBeInstanceOf(Error);
    expect(await opened.journal.message(message.id)).toEqual(message);
    expect(await opened.journal.stories(10)).toHaveLength(1);
  });

  it.each([
    { before: ACCEPTED, state: 'delivered', isWoken: true },
    { before: ACCEPTED, state: 'untracked', isWoken: true },
    { before: UNKNOWN, state: 'accepted', isWoken: true },
    { before: ACCEPTED, state: 'sent', isWoken: false },
  ] as const)(
    '$state after $before.kind wakes the run of the message: $isWoken',
    async ({ before, state, isWoken }) => {
      const { id, runId } = await sending(opened.journal);
      await opened.journal.claimRuns(1);
      await opened.journal.settleAttempt('a1', before, LATER);
      await opened.journal.deferRun(runId, LATER);
      await opened.journal.reportState(id, { state });
      expect(await opened.journal.claimRuns(1)).toHaveLength(isWoken ? 1 : 0);
    },
  );
}

function orderContract(opened: Opened): void {
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
      await journal.intendMessage({ ...draftOf(runId), id }, `a-${id}`);
      // Every callback comes twice, the second time after all others.
      for (const what of [...order, ...order]) {
        if (what === 'answer') await journal.settleAttempt(`a-${id}`, ACCEPTED);
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

function resendContract(opened: Opened): void {
  it.each(['rejected', 'undelivered', 'failed', 'busy', 'no-answer', 'canceled'] as const)(
    'makes a new message of one that is %s, and one only while that is under way',
    async (state) => {
      const { journal } = opened;
      const { id, runId } = await sending(journal);
      await journal.reportState(id, { state });
      const again = await journal.resendMessage(id);
      expect(again).toMatchObject({ ...draftOf(runId), id: again?.id, state: 'waiting', resendOf: id, attempts: 0 });
      expect(again?.id).not.toBe(id);
      expect(await journal.resendMessage(id)).toBeUndefined();
      expect((await journal.dueMessages(10)).map((message) => message.id)).toEqual([again?.id]);
      await journal.reportState(again?.id ?? '', { state: 'failed' });
      const third = await journal.resendMessage(id);
      expect(new Set([id, again?.id, third?.id]).size).toBe(3);
      expect(await journal.message(id)).toMatchObject({ state });
    },
  );

  it.each(['accepted', 'delivered', 'completed', 'untracked'] as const)(
    'makes no new message of one that is %s',
    async (state) => {
      const { id } = await sending(opened.journal);
      await opened.journal.reportState(id, { state });
      expect(await opened.journal.resendMessage(id)).toBeUndefined();
      expect(await opened.journal.messages(10)).toHaveLength(1);
    },
  );
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield [];
  for (const [index, first] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [first, ...rest];
  }
}
