/** The part of a journal's contract that is about what the host has to do next, and what is done when nobody knows. */
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../message/message.ts';
import type { Opened } from './journal-opened.ts';
import { ACCEPTED, anEvent, appendOne, BUSY, draftOf, RUN, sending, UNKNOWN, waiting } from './journal-values.ts';

const LATER = 9_000_000_000_000;

export function dueContract(opened: Opened): void {
  describe('what is due', () => {
    dueMessageContract(opened);
    postponeContract(opened);
    lookContract(opened);
    sightingContract(opened);
    takeOverContract(opened);
  });
}

async function dueIds(opened: Opened, limit = 10): Promise<readonly string[]> {
  return (await opened.journal.dueMessages(limit)).map(({ id }) => id);
}

function candidate(providerId: string): Candidate {
  return { providerId, answer: { sid: providerId } };
}

/** A message whose attempt `a1` may have been sent. */
async function unknown(opened: Opened, nextAt?: number): Promise<string> {
  const { id } = await sending(opened.journal);
  await opened.journal.settleAttempt('a1', UNKNOWN, nextAt);
  return id;
}

function dueMessageContract(opened: Opened): void {
  it('lists what is due, the most urgent first, then what is due longest', async () => {
    const { journal, clock } = opened;
    const { runId } = await appendOne(journal);
    for (const [id, priority] of [
      ['c', 5],
      ['b', undefined],
      ['a', 1],
      ['b2', 3],
      ['far', 1],
    ] as const) {
      const options = priority === undefined ? {} : { options: { priority } };
      await journal.intendMessage({ ...draftOf(runId), id, ...options });
    }
    await journal.postponeMessage('far', LATER);
    expect(await dueIds(opened)).toEqual(['a', 'b', 'b2', 'c']);
    await journal.postponeMessage('b', clock.now());
    expect(await dueIds(opened)).toEqual(['a', 'b2', 'b', 'c']);
    expect(await dueIds(opened, 2)).toEqual(['a', 'b2']);
  });

  it('does not list what is being sent, what has ended, and what is held', async () => {
    const { journal } = opened;
    const id = await unknown(opened);
    expect(await dueIds(opened)).toEqual([]);
    expect(await journal.nextMessageDue()).toBeUndefined();
    const { runId = '' } = (await journal.message(id)) ?? {};
    await journal.intendMessage({ ...draftOf(runId), id: 'sending' }, 'a2');
    await journal.intendMessage({ ...draftOf(runId), id: 'sent' }, 'a3');
    await journal.settleAttempt('a3', ACCEPTED);
    await journal.intendMessage({ ...draftOf(runId), id: 'refused' });
    await journal.reportState('refused', { state: 'rejected', error: 'not an allowed country' });
    expect(await dueIds(opened)).toEqual([]);
    expect(await journal.nextMessageDue()).toBeUndefined();
  });

  it('knows when the next message is due, of all urgencies', async () => {
    const { journal, clock } = opened;
    const { runId } = await appendOne(journal);
    const soon = clock.now() + 5_000;
    for (const [id, priority, at] of [
      ['a', 1, LATER],
      ['b', 4, soon],
      ['c', 2, soon + 1],
    ] as const) {
      await journal.intendMessage({ ...draftOf(runId), id, options: { priority } });
      await journal.postponeMessage(id, at);
    }
    expect(await journal.nextMessageDue()).toBe(soon);
    expect(await dueIds(opened)).toEqual([]);
    clock.advance(5_000);
    expect(await dueIds(opened)).toEqual(['c', 'b']);
  });
}

function postponeContract(opened: Opened): void {
  it('puts off what waits, is to be tried again, or is unknown', async () => {
    const { journal } = opened;
    const { id } = await waiting(journal);
    expect(await journal.postponeMessage(id, LATER)).toMatchObject({ state: 'waiting', dueAt: LATER });
    await journal.beginAttempt(id, 'a1');
    await journal.settleAttempt('a1', BUSY, LATER);
    expect(await journal.postponeMessage(id, LATER + 1)).toMatchObject({ state: 'retrying', dueAt: LATER + 1 });
    await journal.beginAttempt(id, 'a2');
    await journal.settleAttempt('a2', UNKNOWN, LATER);
    expect(await journal.postponeMessage(id, LATER + 2)).toMatchObject({ state: 'unknown', dueAt: LATER + 2 });
  });

  it('does not put off what has moved on', async () => {
    const { journal } = opened;
    const message = await sending(journal);
    expect(await journal.postponeMessage(message.id, LATER)).toEqual(message);
    await journal.settleAttempt('a1', ACCEPTED);
    expect((await journal.postponeMessage(message.id, LATER)).dueAt).toBeUndefined();
  });
}

function lookContract(opened: Opened): void {
  it('counts looks in vain, and holds the message after the last one', async () => {
    const { journal } = opened;
    const id = await unknown(opened, 1);
    expect(await journal.recordLook(id, LATER)).toMatchObject({ state: 'unknown', looks: 1, dueAt: LATER });
    const held = await journal.recordLook(id);
    expect(held).toMatchObject({ state: 'unknown', looks: 2 });
    expect(held.dueAt).toBeUndefined();
    await journal.reportState(id, { state: 'sent', providerId: 'SM1' });
    expect(await journal.recordLook(id, LATER)).toMatchObject({ state: 'sent', looks: 2 });
  });

  it('sends an unknown message again as a possible duplicate, due now', async () => {
    const { journal } = opened;
    const id = await unknown(opened);
    await journal.recordLook(id);
    expect(await journal.sendAgain(id)).toMatchObject({
      state: 'waiting',
      possibleDuplicate: true,
      looks: 0,
      attempts: 1,
    });
    expect(await dueIds(opened)).toEqual([id]);
    await journal.beginAttempt(id, 'a2');
    expect(await journal.settleAttempt('a2', ACCEPTED)).toMatchObject({ state: 'accepted', possibleDuplicate: true });
    expect((await journal.stateChanges(id)).map(({ state }) => state)).toEqual([
      'waiting',
      'sending',
      'unknown',
      'waiting',
      'sending',
      'accepted',
    ]);
  });

  it('does not send a message again whose fate came meanwhile', async () => {
    const { journal } = opened;
    const id = await unknown(opened);
    const { message } = await journal.reportState(id, { state: 'delivered' });
    expect(await journal.sendAgain(id)).toEqual(message);
  });
}

function sightingContract(opened: Opened): void {
  it('settles an unknown attempt by the first candidate that is not another message, and wakes the run', async () => {
    const { journal } = opened;
    const { runId } = await appendOne(journal);
    await journal.intendMessage({ ...draftOf(runId), id: 'known' }, 'a0');
    await journal.settleAttempt('a0', ACCEPTED);
    await journal.intendMessage({ ...draftOf(runId), id: 'lost' }, 'a1');
    await journal.claimRuns(1);
    await journal.settleAttempt('a1', UNKNOWN, LATER);
    await journal.deferRun(runId, LATER);
    expect(await journal.settleSighting('a1', [candidate('SM1')])).toBeUndefined();
    expect(await journal.message('lost')).toMatchObject({ state: 'unknown', dueAt: LATER });
    expect(await journal.claimRuns(1)).toEqual([]);
    const message = await journal.settleSighting('a1', [candidate('SM1'), candidate('SM2'), candidate('SM3')]);
    expect(message).toMatchObject({ state: 'accepted', providerId: 'SM2', answer: { sid: 'SM2' }, attempts: 1 });
    expect([message?.dueAt, message?.error]).toEqual([undefined, undefined]);
    expect(await journal.attempts('lost')).toMatchObject([{ outcome: 'accepted' }]);
    expect(await journal.claimRuns(1)).toHaveLength(1);
  });

  it('gives candidates to messages that are looked for at once only where there is one for each', async () => {
    const { journal } = opened;
    const { runId } = await appendOne(journal);
    for (const id of ['m1', 'm2']) {
      await journal.intendMessage({ ...draftOf(runId), id }, `a-${id}`);
      await journal.settleAttempt(`a-${id}`, UNKNOWN);
    }
    const settle = (...candidates: Candidate[]) =>
      Promise.all(['m1', 'm2'].map((id) => journal.settleSighting(`a-${id}`, candidates)));
    expect(await settle(candidate('SM1'))).toEqual([undefined, undefined]);
    const settled = await settle(candidate('SM1'), candidate('SM2'));
    expect(settled.map((message) => message?.providerId)).toEqual(['SM1', 'SM2']);
  });

  it('takes the same id of another resource for another message', async () => {
    const { journal } = opened;
    const id = await unknown(opened);
    const { runId = '' } = (await journal.message(id)) ?? {};
    await journal.intendMessage({ ...draftOf(runId), id: 'other', resource: 'pager' }, 'a2');
    await journal.settleAttempt('a2', ACCEPTED);
    expect(await journal.settleSighting('a1', [candidate('SM1')])).toMatchObject({ id, providerId: 'SM1' });
  });

  it('settles nothing that is not unknown, and takes no other id than a callback told', async () => {
    const { journal } = opened;
    const { id } = await sending(journal);
    expect(await journal.settleSighting('a1', [candidate('SM1')])).toBeUndefined();
    await journal.settleAttempt('a1', UNKNOWN);
    await journal.reportState(id, { state: 'sent', providerId: 'SM2' });
    const message = await journal.settleSighting('a1', [candidate('SM1'), candidate('SM2')]);
    expect(message).toMatchObject({ state: 'sent', providerId: 'SM2', answer: { sid: 'SM2' } });
    expect(await journal.settleSighting('a1', [candidate('SM2')])).toBeUndefined();
  });

  it('never takes the other id of a message that was sent twice for another message', async () => {
    const { journal } = opened;
    const id = await unknown(opened);
    await journal.sendAgain(id);
    await journal.beginAttempt(id, 'a2');
    await journal.settleAttempt('a2', ACCEPTED);
    // The first attempt had gone out after all.
    await journal.reportState(id, { state: 'delivered', providerId: 'SM9' });
    const { runId = '' } = (await journal.message(id)) ?? {};
    await journal.intendMessage({ ...draftOf(runId), id: 'lost' }, 'a3');
    await journal.settleAttempt('a3', UNKNOWN);
    expect(await journal.settleSighting('a3', [candidate('SM1'), candidate('SM9')])).toBeUndefined();
  });
}

function takeOverContract(opened: Opened): void {
  it('doubts sends that were interrupted, once, and no others', async () => {
    const { journal } = opened;
    const { id, runId } = await sending(journal);
    await journal.intendMessage({ ...draftOf(runId), id: 'never tried' });
    await journal.intendMessage({ ...draftOf(runId), id: 'sent' }, 'a2');
    await journal.settleAttempt('a2', ACCEPTED);
    expect(await journal.takeOver()).toBe(1);
    expect(await journal.takeOver()).toBe(0);
    const states = (await journal.messages(10)).map(({ state }) => state);
    expect(states).toEqual(['accepted', 'waiting', 'unknown']);
    expect(await dueIds(opened)).toEqual(expect.arrayContaining([id]));
    expect(await journal.message(id)).toMatchObject({
      attempts: 1,
      error: expect.stringContaining('the host stopped'),
    });
    expect(await journal.attempts(id)).toMatchObject([{ id: 'a1', outcome: 'unknown' }]);
    expect(await journal.settleSighting('a1', [candidate('SM7')])).toMatchObject({ state: 'accepted', attempts: 1 });
  });

  it('voids the claims of the host that died, and goes on counting tries', async () => {
    const { journal } = opened;
    await appendOne(journal);
    await journal.claimRuns(1);
    await journal.takeOver();
    expect(await journal.claimRuns(1)).toMatchObject([{ tries: 2, isFresh: false }]);
  });

  it('lets runs that two hosts have died with go on one by one, so that the one to blame is found', async () => {
    const { journal, clock } = opened;
    const append = async (id: string) => (await journal.appendEvent(anEvent({ id }), [RUN])).runIds;
    const claim = async () => (await journal.claimRuns(10)).map(({ run }) => run.id);
    const waitForNext = async () => clock.advance(((await journal.nextRunDue()) ?? 0) - clock.now());
    const first = await append('first');
    const second = await append('second');
    for (const _ of [1, 2]) {
      await claim();
      await journal.takeOver();
    }
    const fresh = await append('fresh');
    expect(await claim()).toEqual(fresh);
    await waitForNext();
    expect(await claim()).toEqual(first);
    await waitForNext();
    expect(await claim()).toEqual(second);
  });
}

/** What a journal that is durable knows of a host that died. */
export function interruptedContract(opened: Opened): void {
  it('doubts a send that was under way when the journal was closed', async () => {
    await sending(opened.journal);
    await opened.reopen();
    expect(await opened.journal.takeOver()).toBe(1);
    expect(await opened.journal.messageOfAttempt('a1')).toMatchObject({ message: { state: 'unknown' } });
  });
}
