/** The part of a journal's contract that is about attempts which go out otherwise than their message says. */
import { describe, expect, it } from 'vitest';
import type { Limit } from '../journal/journal.ts';
import type { Message, Way } from '../message/message.ts';
import type { Opened } from './journal-opened.ts';
import { ACCEPTED, anEvent, BUSY, draftOf, REJECTED, RUN, UNKNOWN, waiting } from './journal-values.ts';

/** When something is due again. */
const LATER = 9_000_000_000_000;

const WAY: Way = {
  resource: 'other',
  to: '+12025550177',
  from: '+12025550100',
  content: { kind: 'text', text: 'Hello \u0000 "ñ"' },
};

export function wayContract(opened: Opened): void {
  describe('ways', () => {
    keptContract(opened);
    onwardContract(opened);
    sightingContract(opened);
  });
}

/** A message with the attempt `a1` under way, otherwise than it says. */
async function sendingBy({ journal }: Opened, way: Way = WAY): Promise<Message> {
  const { id } = await waiting(journal);
  return await journal.beginAttempt(id, 'a1', way);
}

function keptContract(opened: Opened): void {
  it('keeps how an attempt went out, beside what its message says', async () => {
    const message = await sendingBy(opened);
    expect(message).toMatchObject({ resource: 'phone', to: '+34666555444', lastAttempt: { id: 'a1', way: WAY } });
    expect(await opened.journal.message(message.id)).toEqual(message);
    expect(await opened.journal.attempts(message.id)).toMatchObject([{ id: 'a1', way: WAY }]);
    expect(await opened.journal.messageOfAttempt('a1')).toMatchObject({ message, attempt: { way: WAY } });
  });

  it('keeps it for an attempt that begins with its message, and for none that comes after it', async () => {
    const { runIds } = await opened.journal.appendEvent(anEvent(), [RUN]);
    const { message } = await opened.journal.intendMessage(draftOf(runIds[0] ?? ''), 'a1', WAY);
    expect(message.lastAttempt?.way).toEqual(WAY);
    expect((await opened.journal.message(message.id))?.lastAttempt?.way).toEqual(WAY);
    await opened.journal.settleAttempt('a1', BUSY, LATER);
    await opened.journal.beginAttempt(message.id, 'a2');
    const [first, second] = await opened.journal.attempts(message.id);
    expect(first?.way).toEqual(WAY);
    expect(second?.way).toBeUndefined();
    expect((await opened.journal.message(message.id))?.lastAttempt?.way).toBeUndefined();
  });

  it('finds a message by whom and what it was sent through in the end, as by what it says', async () => {
    const { id } = await sendingBy(opened);
    const found = async (filter: { to?: string; resource?: string }) =>
      (await opened.journal.messages(10, filter)).map((message) => message.id);
    expect(await found({ to: WAY.to })).toEqual([id]);
    expect(await found({ to: '+34666555444', resource: 'other' })).toEqual([id]);
    expect(await found({ resource: 'phone' })).toEqual([id]);
    expect(await found({ to: WAY.to, resource: 'nobody' })).toEqual([]);
  });

  it('says whose the id of an accepted message is, where that is another resource', async () => {
    const { id } = await sendingBy(opened);
    expect(await opened.journal.settleAttempt('a1', ACCEPTED)).toMatchObject({ providerId: 'SM1', via: 'other' });
    expect(await opened.journal.message(id)).toMatchObject({ providerId: 'SM1', via: 'other' });
  });

  it('says nothing of it where only the number is another', async () => {
    await sendingBy(opened, { ...WAY, resource: 'phone' });
    expect((await opened.journal.settleAttempt('a1', ACCEPTED)).via).toBeUndefined();
  });

  it('takes it from a report that comes first, and leaves it where a report has no id', async () => {
    const { id } = await sendingBy(opened);
    await opened.journal.reportState(id, { state: 'sent', providerId: 'SM1', via: 'other' });
    const { message } = await opened.journal.reportState(id, { state: 'delivered' });
    expect(message).toMatchObject({ state: 'delivered', providerId: 'SM1', via: 'other' });
  });
}

function onwardContract(opened: Opened): void {
  it('goes on from a resource that refused it, and counts its attempts anew', async () => {
    const { id } = await sendingBy(opened);
    const moved = await opened.journal.settleAttempt('a1', REJECTED, LATER, true);
    expect(moved).toMatchObject({ state: 'retrying', passed: ['other'], attempts: 0, dueAt: LATER });
    expect(await opened.journal.message(id)).toEqual(moved);
    await opened.journal.beginAttempt(id, 'a2');
    const again = await opened.journal.settleAttempt('a2', REJECTED, LATER, true);
    expect(again).toMatchObject({ state: 'retrying', passed: ['other', 'phone'] });
    expect((await opened.journal.attempts(id)).map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected']);
  });

  it('stays with a resource that is to be tried again', async () => {
    await sendingBy(opened);
    const moved = await opened.journal.settleAttempt('a1', BUSY, LATER);
    expect(moved).toMatchObject({ state: 'retrying', attempts: 1 });
    expect(moved.passed).toBeUndefined();
  });

  it('goes on from a resource where nobody can say what became of it, marked as a possible duplicate', async () => {
    const { id } = await sendingBy(opened);
    await opened.journal.settleAttempt('a1', UNKNOWN, LATER);
    const again = await opened.journal.sendAgain(id, true);
    expect(again).toMatchObject({ state: 'waiting', passed: ['other'], attempts: 0, possibleDuplicate: true });
    expect(await opened.journal.message(id)).toEqual(again);
  });

  it('takes a place in the limits of the next resource', async () => {
    const cap = (key: string): readonly Limit[] => [{ kind: 'cap', key, max: 1 }];
    const { id } = await waiting(opened.journal);
    expect(await opened.journal.admit(id, cap('one'), 'phone')).toEqual({ kind: 'now' });
    await opened.journal.beginAttempt(id, 'a1', WAY);
    await opened.journal.settleAttempt('a1', REJECTED, LATER, true);
    expect(await opened.journal.admit(id, cap('two'), 'phone')).toEqual({ kind: 'now' });
    await opened.journal.beginAttempt(id, 'a2');
    await opened.journal.settleAttempt('a2', REJECTED, LATER, true);
    expect(await opened.journal.admit(id, cap('two'), 'phone')).toMatchObject({ kind: 'refused' });
  });

  it('forgets what it went on from when it is taken on anew', async () => {
    const { id, runId } = await sendingBy(opened);
    await opened.journal.settleAttempt('a1', REJECTED, LATER, true);
    await opened.journal.reportState(id, { state: 'rejected' });
    await opened.journal.finishRun(runId, { state: 'failed', error: 'nobody' });
    await opened.journal.resumeRun(runId);
    const { message } = await opened.journal.intendMessage(draftOf(runId));
    expect(message.passed).toBeUndefined();
    expect((await opened.journal.message(id))?.passed).toBeUndefined();
  });
}

function sightingContract(opened: Opened): void {
  const candidates = (...ids: string[]) => ids.map((providerId) => ({ providerId, answer: {} }));

  /** Two messages that went out otherwise than they say, to one number, and both in doubt. */
  const twoInDoubt = async (ways: readonly [Way | undefined, Way | undefined]): Promise<void> => {
    const { runIds } = await opened.journal.appendEvent(anEvent(), [RUN, RUN]);
    for (const [index, way] of ways.entries()) {
      const { message } = await opened.journal.intendMessage(draftOf(runIds[index] ?? ''));
      await opened.journal.beginAttempt(message.id, `a${index}`, way);
      await opened.journal.settleAttempt(`a${index}`, UNKNOWN, LATER);
    }
  };

  it('is settled by a candidate alone, and that is of the resource which was used', async () => {
    await sendingBy(opened);
    await opened.journal.settleAttempt('a1', UNKNOWN, LATER);
    const found = await opened.journal.settleSighting('a1', candidates('SM1'));
    expect(found).toMatchObject({ state: 'accepted', providerId: 'SM1', via: 'other' });
  });

  it('is not settled by one where another that went out the same way is in doubt', async () => {
    await twoInDoubt([WAY, WAY]);
    expect(await opened.journal.settleSighting('a0', candidates('SM1'))).toBeUndefined();
    expect(await opened.journal.settleSighting('a0', candidates('SM1', 'SM2'))).toMatchObject({ providerId: 'SM1' });
    expect(await opened.journal.settleSighting('a1', candidates('SM1', 'SM2'))).toMatchObject({ providerId: 'SM2' });
  });

  it.each([
    ['as it says', undefined],
    ['through another resource', { ...WAY, resource: 'third' }],
    ['to another number', { ...WAY, to: '+12025550178' }],
    ['in other words', { ...WAY, content: { kind: 'text', text: 'Bye' } as const }],
  ])('is settled where the other in doubt went out %s', async (_, way) => {
    await twoInDoubt([WAY, way]);
    expect(await opened.journal.settleSighting('a0', candidates('SM1'))).toMatchObject({ providerId: 'SM1' });
  });

  it('leaves the id of a message that is known by it at the same resource, whichever way that went', async () => {
    await twoInDoubt([WAY, WAY]);
    await opened.journal.settleAttempt('a0', { kind: 'accepted', providerId: 'SM1', answer: {} });
    expect(await opened.journal.settleSighting('a1', candidates('SM1'))).toBeUndefined();
  });

  it('may have the same id as a message of another resource', async () => {
    await twoInDoubt([WAY, undefined]);
    await opened.journal.settleAttempt('a0', { kind: 'accepted', providerId: 'SM1', answer: {} });
    expect(await opened.journal.settleSighting('a1', candidates('SM1'))).toMatchObject({ providerId: 'SM1' });
  });
}
