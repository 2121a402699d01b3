/** What every journal must do, called once for each implementation. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import type { Clock } from '../../src/time/time.ts';
import { interruptedContract, messageContract } from './journal-message.ts';
import { anEvent, appendOne, countingClock, draftOf, PLAN, RUN } from './journal-values.ts';

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
    storyContract(opened);
    if (isDurable) reopenContract(opened);
    if (isDurable) interruptedContract(opened);
  });
}

/** The journal of the test that runs, opened before it and removed after it. */
export interface Opened {
  readonly journal: Journal;
  /** Closes the journal and opens it again. */
  reopen(): Promise<void>;
}

function openedJournal(newStore: () => JournalStore): Opened {
  let store: JournalStore;
  let journal: Journal;
  let clock: Clock;
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
    const pending = await opened.journal.pendingRuns(10);
    expect(pending.map(({ run }) => run.id)).toEqual(appended.runIds);
    expect(pending[0]).toEqual({
      run: { id: appended.runIds[0], eventId: appended.eventId, ...RUN, state: 'pending' },
      event,
    });
  });

  it('takes an event that fires no rule', async () => {
    expect(await opened.journal.appendEvent(anEvent(), [])).toMatchObject({ runIds: [], duplicate: false });
  });

  it('knows a duplicate by source and id, writes nothing, and returns the first runs', async () => {
    const first = await opened.journal.appendEvent(anEvent(), [RUN]);
    const again = await opened.journal.appendEvent(anEvent({ type: 'other' }), [RUN, RUN, RUN]);
    expect(again).toEqual({ ...first, duplicate: true });
    expect(await opened.journal.pendingRuns(10)).toHaveLength(1);
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

function runContract(opened: Opened): void {
  it('pages pending runs oldest first, past the tenth', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n++)
      ids.push(...(await opened.journal.appendEvent(anEvent({ id: `${n}` }), [RUN, RUN])).runIds);
    const seen: string[] = [];
    for (let page = await opened.journal.pendingRuns(5); page.length > 0; ) {
      seen.push(...page.map(({ run }) => run.id));
      page = await opened.journal.pendingRuns(5, seen.at(-1));
    }
    expect(seen).toEqual(ids);
  });

  it('keeps a run that was put off out of what is due, until its time has come', async () => {
    const { runId } = await appendOne(opened.journal);
    expect(await opened.journal.nextDue()).toBeUndefined();
    // Far off, whatever the clock of these tests says; and long past.
    await opened.journal.deferRun(runId, 9_000_000_000_000);
    expect(await opened.journal.pendingRuns(10)).toEqual([]);
    expect(await opened.journal.nextDue()).toBe(9_000_000_000_000);
    await opened.journal.deferRun(runId, 1);
    expect((await opened.journal.pendingRuns(10)).map(({ run }) => run.id)).toEqual([runId]);
    await opened.journal.finishRun(runId, { state: 'done' });
    expect(await opened.journal.nextDue()).toBeUndefined();
  });

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

  it('ends a run once', async () => {
    const { runId, eventId } = await appendOne(opened.journal);
    await opened.journal.finishRun(runId, { state: 'failed', error: 'no such number' });
    await opened.journal.finishRun(runId, { state: 'done' });
    expect(await opened.journal.pendingRuns(10)).toEqual([]);
    expect((await opened.journal.story(eventId))?.runs[0]).toMatchObject({ state: 'failed', error: 'no such number' });
  });
}

function storyContract(opened: Opened): void {
  it('tells the story of an event: runs, steps, messages and every state with its time', async () => {
    const { journal } = opened;
    const { eventId, runId } = await appendOne(journal);
    const message = await journal.intendMessage(draftOf(runId));
    await journal.beginAttempt({ id: 'a1', messageId: message.id, number: 1 });
    await journal.settleAttempt('a1', { kind: 'accepted', providerId: 'SM1', answer: { sid: 'SM1' } }, false);
    const { message: last } = await journal.reportState(message.id, { state: 'delivered' });
    await journal.recordStep(runId, { path: '0', op: 'sms_send', result: { sid: 'SM1' } });
    await journal.finishRun(runId, { state: 'done' });

    const story = await journal.story(eventId);
    const states = story?.runs[0]?.messages[0]?.states ?? [];
    expect(states.map(({ state }) => state)).toEqual(['waiting', 'sending', 'accepted', 'delivered']);
    expect(states.map(({ at }) => at)).toEqual(states.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(story).toEqual({
      eventId,
      event: anEvent(),
      runs: [
        {
          id: runId,
          eventId,
          ...RUN,
          state: 'done',
          steps: [{ path: '0', op: 'sms_send', result: { sid: 'SM1' } }],
          messages: [{ ...last, states }],
        },
      ],
    });
  });

  it('has no story of an event that never was', async () => {
    expect(await opened.journal.story(404)).toBeUndefined();
  });

  it('lists the newest stories and messages first, as many as are asked for', async () => {
    for (const id of ['1', '2', '3']) {
      const { runIds } = await opened.journal.appendEvent(anEvent({ id }), [RUN]);
      await opened.journal.intendMessage({ ...draftOf(runIds[0] ?? ''), id: `m${id}` });
    }
    expect((await opened.journal.stories(2)).map(({ event }) => event.id)).toEqual(['3', '2']);
    expect((await opened.journal.messages(2)).map(({ id }) => id)).toEqual(['m3', 'm2']);
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
    expect(await opened.journal.pendingRuns(10)).toHaveLength(1);
  });
}
