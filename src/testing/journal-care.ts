/** The part of a journal's contract that is about keeping it small and in order. */
import { describe, expect, it } from 'vitest';
import type { State } from '../message/message.ts';
import type { Opened } from './journal-opened.ts';
import { ACCEPTED, anEvent, draftOf, PLAN, RUN, UNKNOWN } from './journal-values.ts';

const DAY_MS = 86_400_000;

export function careContract(opened: Opened): void {
  describe('care', () => {
    pruneContract(opened);
    protectionContract(opened);
    verifyContract(opened);
  });
}

/** An event with a run that is done, and a message in a state. */
async function append(opened: Opened, id: string, state: State = 'delivered'): Promise<string> {
  const { journal } = opened;
  const { runIds } = await journal.appendEvent(anEvent({ id }), [RUN]);
  const [runId = ''] = runIds;
  const options = { tags: ['t'], related: ['job:1'], extra: { a: 1 } };
  await journal.recordStep(runId, { path: '0', op: 'sms_send', result: null });
  if (state === 'waiting') await journal.intendMessage({ ...draftOf(runId), options });
  else {
    const { message } = await journal.intendMessage({ ...draftOf(runId), options }, `a-${id}`);
    await journal.settleAttempt(`a-${id}`, state === 'unknown' ? UNKNOWN : ACCEPTED);
    await journal.reportState(message.id, { state });
  }
  await journal.finishRun(runId, { state: 'done' });
  return runId;
}

async function eventIds({ journal }: Opened): Promise<readonly string[]> {
  return (await journal.stories(100)).map(({ event }) => event.id).toReversed();
}

function pruneContract(opened: Opened): void {
  it('removes what is old and all that came of it, the oldest first, in steps', async () => {
    const { journal, clock } = opened;
    const runIds: string[] = [];
    for (const id of ['1', '2', '3']) runIds.push(await append(opened, id));
    const before = clock.now();
    await append(opened, '4');
    expect(await journal.prune(before, 2)).toBe(2);
    expect(await eventIds(opened)).toEqual(['3', '4']);
    expect(await journal.prune(before, 2)).toBe(1);
    expect(await journal.prune(before, 2)).toBe(0);
    expect(await eventIds(opened)).toEqual(['4']);
    expect(await journal.messages(10)).toHaveLength(1);
    expect(await journal.messages(10, { tag: 't', related: 'job:1' })).toHaveLength(1);
    expect(await journal.messageOfAttempt('a-1')).toBeUndefined();
    expect(await journal.run(runIds[0] ?? '')).toBeUndefined();
    expect(await journal.steps(runIds[0] ?? '')).toEqual([]);
    expect(await journal.verify()).toEqual([]);
  });

  it('gives the number of an event that went to no other', async () => {
    const first = await append(opened, '1');
    await opened.journal.prune(opened.clock.now(), 10);
    expect(await append(opened, '2')).not.toBe(first);
  });

  it('keeps the plans that a host works with', async () => {
    await append(opened, '1');
    await opened.journal.prune(opened.clock.now(), 10);
    expect(await opened.journal.plan(PLAN.hash)).toEqual(PLAN);
    await append(opened, '2');
  });
}

function protectionContract(opened: Opened): void {
  it.each([
    ['waiting', false],
    ['unknown', false],
    ['accepted', true],
    ['in-progress', true],
    ['untracked', true],
  ] as const)('keeps a message that is %s; a day after it last moved it may go: %s', async (state, mayGo) => {
    await append(opened, '1', state);
    expect(await opened.journal.prune(opened.clock.now(), 10)).toBe(0);
    opened.clock.advance(DAY_MS + 1_000);
    expect(await opened.journal.prune(opened.clock.now(), 10)).toBe(mayGo ? 1 : 0);
  });

  it('keeps a run that is pending or dead, and removes what is younger', async () => {
    const { journal, clock } = opened;
    await journal.appendEvent(anEvent({ id: 'pending' }), [RUN]);
    const { runIds } = await journal.appendEvent(anEvent({ id: 'dead' }), [RUN]);
    await journal.finishRun(runIds[0] ?? '', { state: 'dead', error: 'broke off' });
    await append(opened, 'done');
    clock.advance(30 * DAY_MS);
    expect(await journal.prune(clock.now(), 10)).toBe(1);
    expect(await eventIds(opened)).toEqual(['pending', 'dead']);
  });
}

function verifyContract(opened: Opened): void {
  it('finds everything in order in the middle of work', async () => {
    const { journal } = opened;
    for (const state of ['waiting', 'unknown', 'accepted', 'delivered'] as const) await append(opened, state, state);
    const ordered = { ...RUN, orderKey: 'ana' };
    await journal.appendEvent(anEvent({ id: 'ordered' }), [ordered, ordered, RUN]);
    await journal.claimRuns(1);
    expect(await journal.verify()).toEqual([]);
  });
}
