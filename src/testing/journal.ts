/** What every journal must do, called once for each implementation. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../journal/journal.ts';
import type { Clock } from '../time/time.ts';
import { careContract } from './journal-care.ts';
import { dueContract, interruptedContract } from './journal-due.ts';
import { limitContract } from './journal-limit.ts';
import { messageContract } from './journal-message.ts';
import { onceContract } from './journal-once.ts';
import type { Opened } from './journal-opened.ts';
import { readContract } from './journal-read.ts';
import { runContract } from './journal-run.ts';
import { anEvent, appendOne, countingClock, draftOf, PLAN, RUN, type TestClock } from './journal-values.ts';
import { wayContract } from './journal-way.ts';

/** Where a journal is kept: may be opened again after it was closed. */
export interface JournalStore {
  open(clock: Clock): Journal;
  remove(): void;
}

/** The contract of src/journal/journal.ts. A journal that is not durable is held to all of it but what outlives `close`. */
export function journalContract(name: string, newStore: () => JournalStore, isDurable: boolean): void {
  describe(`a journal ${name}`, () => {
    const opened = openedJournal(newStore);
    planContract(opened);
    eventContract(opened);
    runContract(opened);
    messageContract(opened);
    wayContract(opened);
    onceContract(opened);
    dueContract(opened);
    limitContract(opened);
    readContract(opened);
    careContract(opened);
    if (isDurable) reopenContract(opened);
    if (isDurable) interruptedContract(opened);
  });
}

function openedJournal(newStore: () => JournalStore): Opened {
  let store: JournalStore;
  let journal: Journal;
  let clock: TestClock;
  beforeEach(async () => {
    store = newStore();
    clock = countingClock();
    journal = store.open(clock);
    await journal.keepPlan(PLAN);
  });
  afterEach(async () => {
    await journal.close();
    store.remove();
  });
  return {
    get journal() {
      return journal;
    },
    get clock() {
      return clock;
    },
    async reopen() {
      await journal.close();
      journal = store.open(clock);
    },
  };
}

function planContract(opened: Opened): void {
  it('gives a plan back as it was kept, and leaves the first under its hash', async () => {
    await opened.journal.keepPlan({ ...PLAN, templates: { 'other.xml': '<Response/>' } });
    expect(await opened.journal.plan(PLAN.hash)).toEqual(PLAN);
  });

  it('has no plan that was not kept', async () => {
    expect(await opened.journal.plan('nothing')).toBeUndefined();
  });
}

function eventContract(opened: Opened): void {
  it('takes an event with one pending run a rule', async () => {
    const event = anEvent({ subject: 'ana' });
    const appended = await opened.journal.appendEvent(event, [RUN, { ...RUN, rule: 'people/text' }]);
    expect(appended.duplicate).toBe(false);
    const pending = await opened.journal.claimRuns(10);
    expect(pending.map(({ run }) => run.id)).toEqual(appended.runIds);
    expect(pending[0]).toEqual({
      run: { id: appended.runIds[0], eventId: appended.eventId, ...RUN, state: 'pending' },
      event,
      tries: 1,
      isFresh: true,
    });
  });

  it('takes an event that fires no rule', async () => {
    expect(await opened.journal.appendEvent(anEvent(), [])).toMatchObject({ runIds: [], duplicate: false });
  });

  it('knows a duplicate by source and id, writes nothing, and returns the first runs', async () => {
    const first = await opened.journal.appendEvent(anEvent(), [RUN]);
    const again = await opened.journal.appendEvent(anEvent({ type: 'other' }), [RUN, RUN, RUN]);
    expect(again).toEqual({ ...first, duplicate: true });
    expect(await opened.journal.claimRuns(10)).toHaveLength(1);
  });

  it('takes the same id from another source as another event', async () => {
    await opened.journal.appendEvent(anEvent(), [RUN]);
    expect(await opened.journal.appendEvent(anEvent({ source: '/b' }), [RUN])).toMatchObject({ duplicate: false });
  });

  it('keeps one event of many that come at once with one id', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => opened.journal.appendEvent(anEvent(), [RUN])));
    expect(all.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(1);
  });

  it('takes nothing of an event when one of its runs cannot be taken', async () => {
    const lost = { rule: 'people/call', planHash: 'never kept' };
    await expect(opened.journal.appendEvent(anEvent(), [RUN, lost])).rejects.toBeInstanceOf(Error);
    expect(await opened.journal.stories(10)).toEqual([]);
    expect(await opened.journal.appendEvent(anEvent(), [RUN])).toMatchObject({ duplicate: false });
  });

  it('keeps every character of an event', async () => {
    const text = 'ñ & <b> "\' \\ \u0000 \n 🔥 \uD800';
    const event = anEvent({ subject: 'año 🔥', data: { text, deep: [[{ n: 1.5, b: false, z: null }]] } });
    const { eventId } = await opened.journal.appendEvent(event, []);
    expect((await opened.journal.story(eventId))?.event).toEqual(event);
  });
}

function reopenContract(opened: Opened): void {
  it('has everything after it was closed and opened again', async () => {
    const { eventId, runId } = await appendOne(opened.journal);
    await opened.journal.recordStep(runId, { path: '0', op: 'log', result: 'x' });
    await opened.journal.intendMessage(draftOf(runId));
    const before = await opened.journal.story(eventId);
    await opened.reopen();
    expect(await opened.journal.story(eventId)).toEqual(before);
    expect(await opened.journal.plan(PLAN.hash)).toEqual(PLAN);
    expect((await opened.journal.appendEvent(anEvent(), [RUN])).duplicate).toBe(true);
    expect(await opened.journal.claimRuns(10)).toHaveLength(1);
  });
}
