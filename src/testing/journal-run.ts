/** The part of a journal's contract that is about runs on their way. */
import { describe, expect, it } from 'vitest';
import type { NewRun, PendingRun } from '../journal/journal.ts';
import type { Opened } from './journal-opened.ts';
import { anEvent, appendOne, draftOf, RUN } from './journal-values.ts';

/** Later than any reading of the clock of these tests. */
const FAR = 9_000_000_000_000;
const FAILED = { state: 'failed', error: 'no such number' } as const;

export function runContract(opened: Opened): void {
  describe('runs', () => {
    claimContract(opened);
    deferContract(opened);
    orderContract(opened);
    endContract(opened);
    stepContract(opened);
  });
}

let events = 0;

/** An event of its own with these runs; returns their ids. */
async function append(opened: Opened, ...runs: readonly Partial<NewRun>[]): Promise<readonly string[]> {
  const event = anEvent({ id: `run-${events++}` });
  const appended = await opened.journal.appendEvent(
    event,
    runs.map((run) => ({ ...RUN, ...run })),
  );
  return appended.runIds;
}

async function claim(opened: Opened, limit = 10): Promise<readonly string[]> {
  return (await opened.journal.claimRuns(limit)).map(({ run }) => run.id);
}

async function claimOne(opened: Opened): Promise<PendingRun | undefined> {
  return (await opened.journal.claimRuns(1))[0];
}

function claimContract(opened: Opened): void {
  it('claims the oldest first, past the tenth, as many as are asked for, and each once', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(...(await append(opened, {}, {})));
    const claimed = [...(await claim(opened, 5)), ...(await claim(opened, 5)), ...(await claim(opened, 100))];
    expect(claimed).toEqual(ids);
    expect(await claim(opened)).toEqual([]);
  });

  it('hands out each run once to many who claim at once', async () => {
    for (let n = 0; n < 10; n++) await append(opened, {});
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(opened, 3)));
    expect(new Set(claims.flat()).size).toBe(10);
    expect(claims.flat()).toHaveLength(10);
  });

  it('hands out each run once, whether it was claimed with its event or later', async () => {
    const runs = [RUN, RUN, RUN];
    const first = await opened.journal.appendEvent(anEvent({ id: 'with room for two' }), runs, 2);
    const again = await opened.journal.appendEvent(anEvent({ id: 'with room for two' }), runs, 2);
    expect(first.claimed.length).toBeLessThanOrEqual(2);
    expect(again).toMatchObject({ duplicate: true, claimed: [] });
    const later = await opened.journal.claimRuns(10);
    expect([...first.claimed, ...later].map(({ run }) => run.id)).toEqual(first.runIds);
    for (const pending of [...first.claimed, ...later]) expect(pending).toMatchObject({ tries: 1, isFresh: true });
    expect(await opened.journal.takeOver()).toBe(0);
    expect(await claim(opened)).toEqual(first.runIds);
  });

  it('claims the run of an urgent message before older ones', async () => {
    await append(opened, {});
    const [urgent = ''] = await append(opened, {});
    await append(opened, {});
    await opened.journal.intendMessage({ ...draftOf(urgent), options: { priority: 1 } });
    expect((await claim(opened))[0]).toBe(urgent);
  });

  it('says whether a run was never claimed before, and how often it was since it was put off', async () => {
    const { runId } = await appendOne(opened.journal);
    expect(await claimOne(opened)).toMatchObject({ isFresh: true, tries: 1 });
    await opened.journal.releaseRun(runId, 0, 'the disk was full');
    expect(await claimOne(opened)).toMatchObject({ isFresh: false, tries: 2 });
    await opened.journal.deferRun(runId, 0);
    expect(await claimOne(opened)).toMatchObject({ isFresh: false, tries: 1 });
  });
}

function deferContract(opened: Opened): void {
  it('keeps a run that was put off out of what is due, until its time has come', async () => {
    const { runId } = await appendOne(opened.journal);
    expect(await opened.journal.nextRunDue()).toBe(0);
    await claim(opened);
    expect(await opened.journal.nextRunDue()).toBeUndefined();
    const until = opened.clock.now() + 60_000;
    await opened.journal.deferRun(runId, until);
    expect(await claim(opened)).toEqual([]);
    expect(await opened.journal.nextRunDue()).toBe(until);
    expect(await opened.journal.run(runId)).toMatchObject({ state: 'pending', dueAt: until });
    opened.clock.advance(60_000);
    expect(await claim(opened)).toEqual([runId]);
  });

  it('gives back a run that broke off, with the reason, and counts on', async () => {
    const { runId } = await appendOne(opened.journal);
    for (const tries of [1, 2, 3]) {
      expect(await claimOne(opened)).toMatchObject({ tries });
      await opened.journal.releaseRun(runId, opened.clock.now() + 1_000, 'the provider has no code');
      expect(await claim(opened)).toEqual([]);
      opened.clock.advance(2_000);
    }
    expect(await opened.journal.run(runId)).toMatchObject({ state: 'pending', error: 'the provider has no code' });
    await claim(opened);
    await opened.journal.finishRun(runId, { state: 'done' });
    expect((await opened.journal.run(runId))?.error).toBeUndefined();
  });

  it('leaves a run that is not claimed as it is when it is given back', async () => {
    const { runId } = await appendOne(opened.journal);
    await opened.journal.deferRun(runId, FAR);
    await opened.journal.releaseRun(runId, FAR, 'nothing');
    expect(await opened.journal.run(runId)).toEqual(expect.not.objectContaining({ dueAt: FAR, error: 'nothing' }));
    expect(await claim(opened)).toEqual([runId]);
  });

  it('wakes a run that was put off', async () => {
    const { runId } = await appendOne(opened.journal);
    await claim(opened);
    await opened.journal.deferRun(runId, FAR);
    await opened.journal.wakeRun(runId);
    expect(await opened.journal.nextRunDue()).toBe(0);
    expect(await claim(opened)).toEqual([runId]);
  });

  it('loses no wake that comes while the run is claimed, and counts it once', async () => {
    const { runId } = await appendOne(opened.journal);
    await claim(opened);
    await opened.journal.wakeRun(runId);
    expect(await claim(opened)).toEqual([]);
    await opened.journal.deferRun(runId, FAR);
    expect(await claim(opened)).toEqual([runId]);
    await opened.journal.deferRun(runId, FAR);
    expect(await claim(opened)).toEqual([]);
  });

  it('wakes nothing that has ended', async () => {
    const { runId } = await appendOne(opened.journal);
    await claim(opened);
    await opened.journal.finishRun(runId, { state: 'done' });
    await opened.journal.wakeRun(runId);
    expect(await opened.journal.nextRunDue()).toBeUndefined();
    expect(await claim(opened)).toEqual([]);
  });
}

function orderContract(opened: Opened): void {
  it('works runs with one key off one after the other, and others beside them', async () => {
    const [first = ''] = await append(opened, { orderKey: 'ana' });
    const [second = '', other] = await append(opened, { orderKey: 'ana' }, {});
    const [third = ''] = await append(opened, { orderKey: 'ana' });
    expect(await claim(opened)).toEqual([first, other]);
    expect(await opened.journal.nextRunDue()).toBeUndefined();
    await opened.journal.finishRun(first, { state: 'done' });
    expect(await claim(opened)).toEqual([second]);
    await opened.journal.finishRun(second, FAILED);
    expect(await claim(opened)).toEqual([third]);
  });

  it('holds up what is behind a run that was put off or broke off', async () => {
    const [first = '', second] = await append(opened, { orderKey: 'ana' }, { orderKey: 'ana' });
    await claim(opened);
    await opened.journal.deferRun(first, FAR);
    expect(await claim(opened)).toEqual([]);
    expect(await opened.journal.nextRunDue()).toBe(FAR);
    await opened.journal.wakeRun(first);
    expect(await claim(opened)).toEqual([first]);
    await opened.journal.finishRun(first, { state: 'dead', error: 'broke off again and again' });
    expect(await claim(opened)).toEqual([second]);
  });

  it('lets a run that is resumed go first, once the younger one that is under way is given back', async () => {
    const [first = '', second = ''] = await append(opened, { orderKey: 'ana' }, { orderKey: 'ana' });
    await claim(opened);
    await opened.journal.finishRun(first, FAILED);
    expect(await claim(opened)).toEqual([second]);
    await opened.journal.resumeRun(first);
    expect(await claim(opened)).toEqual([]);
    await opened.journal.deferRun(second, 0);
    expect(await claim(opened)).toEqual([first]);
    await opened.journal.finishRun(first, { state: 'done' });
    expect(await claim(opened)).toEqual([second]);
  });

  it('lets a run that is resumed go before a younger one that was not claimed yet', async () => {
    const [first = '', second = ''] = await append(opened, { orderKey: 'ana' }, { orderKey: 'ana' });
    await claim(opened);
    await opened.journal.finishRun(first, FAILED);
    await opened.journal.resumeRun(first);
    expect(await claim(opened)).toEqual([first]);
    await opened.journal.finishRun(first, { state: 'done' });
    expect(await claim(opened)).toEqual([second]);
  });

  it('keeps the order across a take-over', async () => {
    const [first = '', second] = await append(opened, { orderKey: 'ana' }, { orderKey: 'ana' });
    await claim(opened);
    await opened.journal.takeOver();
    expect(await claim(opened)).toEqual([first]);
    await opened.journal.finishRun(first, { state: 'done' });
    expect(await claim(opened)).toEqual([second]);
  });
}

function endContract(opened: Opened): void {
  it.each([{ state: 'done' }, FAILED, { state: 'dead', error: 'broke off' }] as const)(
    'ends a run as $state once',
    async (end) => {
      const { runId } = await appendOne(opened.journal);
      await opened.journal.finishRun(runId, end);
      await opened.journal.finishRun(runId, { state: 'failed', error: 'later' });
      expect(await claim(opened)).toEqual([]);
      expect(await opened.journal.run(runId)).toMatchObject(end);
    },
  );

  it('resumes what failed or is dead, with its steps, and nothing else', async () => {
    const [failed = '', dead = '', done = '', pending = ''] = await append(opened, {}, {}, {}, {});
    await claim(opened, 3);
    await opened.journal.recordStep(failed, { path: '0', op: 'log', result: 1 });
    await opened.journal.finishRun(failed, FAILED);
    await opened.journal.finishRun(dead, { state: 'dead', error: 'broke off' });
    await opened.journal.finishRun(done, { state: 'done' });
    const resumed: boolean[] = [];
    for (const id of [failed, dead, done, pending, 'nothing']) resumed.push(await opened.journal.resumeRun(id));
    expect(resumed).toEqual([true, true, false, false, false]);
    expect((await opened.journal.run(failed))?.error).toBeUndefined();
    const [first] = await opened.journal.claimRuns(10);
    expect(first).toMatchObject({ run: { id: failed, state: 'pending' }, tries: 1, isFresh: false });
    expect(await opened.journal.steps(failed)).toHaveLength(1);
  });
}

function stepContract(opened: Opened): void {
  it('keeps steps in the order they were run', async () => {
    const { runId } = await appendOne(opened.journal);
    const steps = [
      { path: '1', op: 'sms_send', result: { sid: 'SM1' } },
      { path: '0', op: 'twilio_call', result: null },
      { path: '10', op: 'log', result: ['a', 1] },
    ];
    for (const step of steps) await opened.journal.recordStep(runId, step);
    expect(await opened.journal.steps(runId)).toEqual(steps);
  });

  it('keeps the first result of a step that is recorded twice', async () => {
    const { runId } = await appendOne(opened.journal);
    await opened.journal.recordStep(runId, { path: '0', op: 'log', result: 'first' });
    await opened.journal.recordStep(runId, { path: '0', op: 'log', result: 'second' });
    expect(await opened.journal.steps(runId)).toEqual([{ path: '0', op: 'log', result: 'first' }]);
  });
}
