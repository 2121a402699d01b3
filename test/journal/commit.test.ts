import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { anEvent, countingClock, draftOf, PLAN, RUN } from '../../src/testing/journal-values.ts';

let folder: string;
let journal: Journal;
/** How many works each commit had, and what the next commits fail with. */
let commits: number[];
let fault: Error | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringbook-journal-'));
  commits = [];
  fault = undefined;
  journal = open();
  await journal.keepPlan(PLAN);
  commits = [];
});

afterEach(async () => {
  await journal.close();
  rmSync(folder, { recursive: true });
});

function open(): Journal {
  return openSqliteJournal({
    path: join(folder, 'journal.db'),
    clock: countingClock(),
    beforeCommit: (works) => {
      commits.push(works);
      if (fault) throw fault;
    },
  });
}

function appendMany(count: number, from = 0): Promise<unknown>[] {
  return Array.from({ length: count }, (_, n) => journal.appendEvent(anEvent({ id: `e${from + n}` }), [RUN]));
}

it('commits together what is asked for in one turn of the event loop', async () => {
  await Promise.all(appendMany(100));
  expect(commits).toEqual([100]);
  expect(await journal.stories(200)).toHaveLength(100);
});

it('shares a commit among all verbs that write', async () => {
  const { runIds } = await journal.appendEvent(anEvent(), [RUN]);
  const [runId = ''] = runIds;
  await Promise.all([
    journal.recordStep(runId, { path: '0', op: 'log', result: 1 }),
    journal.intendMessage(draftOf(runId), 'a1'),
    journal.claimRuns(1),
    journal.appendEvent(anEvent({ id: 'e2' }), [RUN]),
  ]);
  expect(commits).toEqual([1, 4]);
});

it('commits nothing, and waits for no disk, where nothing was written', async () => {
  await journal.appendEvent(anEvent(), []);
  await journal.appendEvent(anEvent(), []);
  expect(await journal.claimRuns(10)).toEqual([]);
  await journal.wakeRun('nobody');
  expect(commits).toEqual([1]);
});

it('undoes one work that fails, and none of the others in its transaction', async () => {
  const lost = { rule: 'r', planHash: 'never kept' };
  const outcomes = await Promise.allSettled([
    journal.appendEvent(anEvent({ id: 'before' }), [RUN]),
    journal.appendEvent(anEvent({ id: 'lost' }), [RUN, lost]),
    journal.beginAttempt('nobody', 'a1'),
    journal.appendEvent(anEvent({ id: 'after' }), [RUN]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(commits).toEqual([4]);
  expect((await journal.stories(10)).map(({ event }) => event.id)).toEqual(['after', 'before']);
});

it('claims what an event starts in the commit of the event, as far as there is room and nothing else is due', async () => {
  const [first, second] = await Promise.all([
    journal.appendEvent(anEvent({ id: 'first' }), [RUN, RUN], 1),
    journal.appendEvent(anEvent({ id: 'second' }), [RUN], 1),
  ]);
  expect(first.claimed).toMatchObject([{ run: { id: first.runIds[0] }, event: anEvent({ id: 'first' }) }]);
  expect(second.claimed).toEqual([]);
  expect(commits).toEqual([2]);
});

it('has a message as it stands in the file after what was written of it was undone', async () => {
  const { runIds } = await journal.appendEvent(anEvent(), [RUN]);
  await journal.intendMessage(draftOf(runIds[0] ?? ''), 'a1');
  const accepted = { kind: 'accepted', providerId: 'SM1', answer: {} } as const;
  fault = new Error('the disk is full');
  await expect(journal.settleAttempt('a1', accepted)).rejects.toBe(fault);
  fault = undefined;
  expect(await journal.messageOfAttempt('a1')).toMatchObject({ message: { state: 'sending', attempts: 0 } });
  expect(await journal.settleAttempt('a1', accepted)).toMatchObject({ state: 'accepted', attempts: 1 });
  const outcomes = await Promise.allSettled([
    journal.intendMessage({ ...draftOf(runIds[0] ?? ''), id: 'm2' }, 'a2'),
    journal.beginAttempt('nobody', 'a3'),
    journal.settleAttempt('a2', accepted),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await journal.message('m2')).toMatchObject({ state: 'accepted', attempts: 1 });
});

it('rejects all that share a commit which fails, keeps nothing of it, and works again when commits do', async () => {
  fault = new Error('the disk is full');
  const outcomes = await Promise.allSettled(appendMany(5));
  expect(outcomes).toEqual(Array.from({ length: 5 }, () => ({ status: 'rejected', reason: fault })));
  expect(await journal.stories(10)).toEqual([]);
  fault = undefined;
  await Promise.all(appendMany(5));
  expect(await journal.stories(10)).toHaveLength(5);
});

it('writes what waits before it closes', async () => {
  const waiting = appendMany(3);
  await journal.close();
  await Promise.all(waiting);
  journal = open();
  expect(await journal.stories(10)).toHaveLength(3);
});

it('rejects what is asked for after it was closed', async () => {
  await journal.close();
  await expect(journal.appendEvent(anEvent(), [])).rejects.toBeInstanceOf(Error);
  await expect(journal.stories(1)).rejects.toBeInstanceOf(Error);
});

it('rejects what it would write to a file that is not there any more, and writes again when it is', async () => {
  const gone = `${folder}-gone`;
  renameSync(folder, gone);
  await expect(journal.appendEvent(anEvent(), [])).rejects.toThrow('was removed or replaced');
  renameSync(gone, folder);
  expect(await journal.stories(10)).toEqual([]);
  await journal.appendEvent(anEvent(), []);
  expect(await journal.stories(10)).toHaveLength(1);
});
