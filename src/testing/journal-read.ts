/** The part of a journal's contract that is about what people read. */
import { describe, expect, it } from 'vitest';
import type { MessageFilter } from '../journal/journal.ts';
import type { Opened } from './journal-opened.ts';
import { ACCEPTED, anEvent, appendOne, draftOf, RUN } from './journal-values.ts';

export function readContract(opened: Opened): void {
  describe('what people read', () => {
    storyContract(opened);
    runListContract(opened);
    filterContract(opened);
  });
}

function storyContract(opened: Opened): void {
  it('tells the story of an event: runs, steps, messages and every state with its time', async () => {
    const { journal } = opened;
    const { eventId, runId } = await appendOne(journal);
    const { message } = await journal.intendMessage(draftOf(runId), 'a1');
    await journal.settleAttempt('a1', ACCEPTED);
    const { message: last } = await journal.reportState(message.id, { state: 'delivered' });
    await journal.recordStep(runId, { path: '0', op: 'sms_send', result: { sid: 'SM1' } });
    await journal.finishRun(runId, { state: 'done' });

    const story = await journal.story(eventId);
    const states = story?.runs[0]?.messages[0]?.states ?? [];
    expect(states.map(({ state }) => state)).toEqual(['waiting', 'sending', 'accepted', 'delivered']);
    expect(states.map(({ at }) => at)).toEqual(states.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(await journal.stateChanges(message.id)).toEqual(states);
    const steps = [{ path: '0', op: 'sms_send', result: { sid: 'SM1' } }];
    const run = { id: runId, eventId, ...RUN, state: 'done', steps, messages: [{ ...last, states }] };
    expect(story).toEqual({ eventId, event: anEvent(), runs: [run] });
  });

  it('has no story of an event, run or message that never was', async () => {
    expect(await opened.journal.story(404)).toBeUndefined();
    expect(await opened.journal.run('404.0')).toBeUndefined();
    expect(await opened.journal.attempts('404')).toEqual([]);
    expect(await opened.journal.stateChanges('404')).toEqual([]);
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

function runListContract(opened: Opened): void {
  it('lists runs with their events, the newest first, of all states or some', async () => {
    const { journal } = opened;
    const ids: string[] = [];
    for (const id of ['1', '2']) ids.push(...(await journal.appendEvent(anEvent({ id }), [RUN, RUN])).runIds);
    const [done = '', failed = '', dead = '', pending = ''] = ids;
    await journal.finishRun(done, { state: 'done' });
    await journal.finishRun(failed, { state: 'failed', error: 'no' });
    await journal.finishRun(dead, { state: 'dead', error: 'no' });
    const list = async (...args: Parameters<typeof journal.runs>): Promise<readonly string[]> =>
      (await journal.runs(...args)).map(({ id }) => id);
    expect(await list(10)).toEqual([pending, dead, failed, done]);
    expect(await list(10, ['failed', 'dead', 'failed'])).toEqual([dead, failed]);
    expect(await list(1, ['done', 'failed'])).toEqual([failed]);
    expect(await list(10, [])).toEqual([]);
    expect(await journal.run(dead)).toEqual({
      id: dead,
      eventId: 2,
      ...RUN,
      state: 'dead',
      error: 'no',
      event: anEvent({ id: '2' }),
    });
  });
}

function filterContract(opened: Opened): void {
  const list = async (filter?: MessageFilter, before?: string, limit = 10): Promise<readonly string[]> =>
    (await opened.journal.messages(limit, filter, before)).map(({ id }) => id);

  /** Three messages; times are those of the clock, one millisecond a reading. */
  async function three(): Promise<void> {
    const { journal } = opened;
    const { runId } = await appendOne(journal);
    const related = ['job:4711', 'topic:9'];
    const extra = { node: 'a "b" ñ', count: 3, rate: 0.5, big: 1e21, isNight: true, list: ['x'] };
    await journal.intendMessage({ ...draftOf(runId), id: 'm1', options: { tags: ['night', 'ops'], related, extra } });
    await journal.intendMessage({ ...draftOf(runId), id: 'm2', to: '+34600000000', options: { tags: ['ops'] } }, 'a2');
    await journal.intendMessage({ ...draftOf(runId), id: 'm3', resource: 'pager' }, 'a3');
    await journal.settleAttempt('a3', ACCEPTED);
  }

  it.each<readonly [MessageFilter, readonly string[]]>([
    [{}, ['m3', 'm2', 'm1']],
    [{ states: ['waiting'] }, ['m1']],
    [{ states: ['sending', 'waiting'] }, ['m2', 'm1']],
    [{ states: ['accepted', 'waiting'] }, ['m3', 'm1']],
    [{ states: [] }, []],
    [{ to: '+34600000000' }, ['m2']],
    [{ resource: 'pager' }, ['m3']],
    [{ tag: 'ops' }, ['m2', 'm1']],
    [{ tag: 'night', states: ['sending'] }, []],
    [{ tag: "x' OR true --" }, []],
    [{ related: 'topic:9' }, ['m1']],
    [{ extra: { key: 'node', value: 'a "b" ñ' } }, ['m1']],
    [{ extra: { key: 'count', value: '3' } }, ['m1']],
    [{ extra: { key: 'rate', value: '0.5' } }, ['m1']],
    [{ extra: { key: 'big', value: '1e+21' } }, ['m1']],
    [{ extra: { key: 'isNight', value: 'true' }, tag: 'ops' }, ['m1']],
    [{ extra: { key: 'count', value: '4' } }, []],
    [{ extra: { key: 'nothing', value: '3' } }, []],
  ])('finds by %j', async (filter, ids) => {
    await three();
    expect(await list(filter)).toEqual(ids);
  });

  it('finds by time', async () => {
    await three();
    const [m3, m2] = await opened.journal.messages(2);
    expect(await list({ since: m2?.createdAt ?? 0 })).toEqual(['m3', 'm2']);
    expect(await list({ until: m3?.createdAt ?? 0 })).toEqual(['m2', 'm1']);
  });

  it('pages on from a message, and not from one that is not there', async () => {
    await three();
    expect(await list({}, undefined, 1)).toEqual(['m3']);
    expect(await list({}, 'm3', 1)).toEqual(['m2']);
    expect(await list({ tag: 'ops' }, 'm2')).toEqual(['m1']);
    expect(await list({}, 'm1')).toEqual([]);
    expect(await list({}, 'nobody')).toEqual([]);
  });
}
