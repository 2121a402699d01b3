import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimLost, type Journal, type Limit } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import {
  ACCEPTED,
  anEvent,
  appendOne,
  countingClock,
  draftOf,
  PLAN,
  RUN,
  UNKNOWN,
} from '../../src/testing/journal-values.ts';
import { type PostgresServer, query, startPostgres } from './postgres-server.ts';
import { type Proxy, startProxy } from './proxy.ts';

let server: PostgresServer;
let proxy: Proxy;
let url: string;
let journals: Journal[];

beforeAll(async () => {
  server = await startPostgres();
  proxy = await startProxy(Number(new URL(server.urlOf('x')).port));
}, 60_000);
beforeEach(async () => {
  journals = [];
  url = await server.newDatabase();
});
afterEach(async () => {
  proxy.mend();
  for (const journal of journals) await journal.close();
  await server.giveBack(url);
});
afterAll(async () => {
  await proxy.close();
  await server.stop();
}, 60_000);

async function open(address = url): Promise<Journal> {
  const journal = await openPostgresJournal({ url: address, clock: countingClock() });
  journals.push(journal);
  await journal.keepPlan(PLAN);
  return journal;
}

/** Two hosts, one for even and one for odd numbers. */
async function openBoth(): Promise<(n: number) => Journal> {
  const [even, odd] = [await open(), await open()];
  return (n) => (n % 2 === 0 ? even : odd);
}

/** As if every host had been stopped for longer than its lease, and another looked. */
async function outliveLeases(): Promise<void> {
  await query(url, "UPDATE ringbook.host SET lease_until = clock_timestamp() - interval '1 second'");
}

describe('a host that was gone for longer than its lease', () => {
  it('loses its runs and its sends to another, and none of its late writes is taken', async () => {
    const paused = await open();
    const { runId } = await appendOne(paused);
    await paused.claimRuns(1);
    await paused.intendMessage(draftOf(runId), 'a1');
    await outliveLeases();
    const other = await open();
    expect(await other.takeOver()).toBe(1);
    const step = { path: '0', op: 'log', result: 'late' };
    const late = [
      () => paused.settleAttempt('a1', ACCEPTED),
      () => paused.recordStep(runId, step),
      () => paused.intendMessage({ ...draftOf(runId), id: 'late' }, 'a2'),
    ];
    for (const write of late) await expect(write()).rejects.toBeInstanceOf(ClaimLost);
    expect(await other.claimRuns(10)).toMatchObject([{ run: { id: runId }, tries: 2 }]);
    expect(await other.message(draftOf(runId).id)).toMatchObject({ state: 'unknown', attempts: 1 });
    expect(await other.message('late')).toBeUndefined();
    expect(await other.steps(runId)).toEqual([]);
    expect(await other.verify()).toEqual([]);
  });

  it.each(['finishRun', 'deferRun', 'releaseRun'] as const)(
    'cannot %s what another has taken over and claimed',
    async (verb) => {
      const paused = await open();
      const { runId } = await appendOne(paused);
      await paused.claimRuns(1);
      await outliveLeases();
      const other = await open();
      await other.takeOver();
      await other.claimRuns(1);
      const writes = {
        finishRun: () => paused.finishRun(runId, { state: 'failed', error: 'late' }),
        deferRun: () => paused.deferRun(runId, 0),
        releaseRun: () => paused.releaseRun(runId, 0, 'late'),
      };
      await expect(writes[verb]()).rejects.toBeInstanceOf(ClaimLost);
      expect(await other.claimRuns(1)).toEqual([]);
      await other.finishRun(runId, { state: 'done' });
      expect(await other.run(runId)).toMatchObject({ state: 'done' });
    },
  );

  it('is another host from then on, which works like any other', async () => {
    const paused = await open();
    await outliveLeases();
    await (await open()).takeOver();
    const { runId } = await appendOne(paused);
    await expect(paused.claimRuns(1)).rejects.toBeInstanceOf(ClaimLost);
    await expect.poll(() => paused.claimRuns(1).catch(() => []), { timeout: 10_000 }).toHaveLength(1);
    await paused.finishRun(runId, { state: 'done' });
    // Its plan is kept for it again.
    expect(await query(url, 'SELECT * FROM ringbook.host_plan')).toHaveLength(2);
  });

  it('starts nevertheless where that was in the middle of its start', async () => {
    const slow = await open();
    await outliveLeases();
    await (await open()).takeOver();
    const plan = { ...PLAN, hash: 'cd'.repeat(32) };
    await slow.keepPlan(plan);
    await expect(slow.appendEvent(anEvent(), [{ ...RUN, planHash: plan.hash }])).resolves.toMatchObject({
      duplicate: false,
    });
    const keepers = 'SELECT FROM ringbook.host_plan JOIN ringbook.host ON id = host WHERE hash = $1';
    expect(await query(url, keepers, [plan.hash])).toHaveLength(1);
  });

  it('keeps everything where nobody has taken over yet', async () => {
    const paused = await open();
    const { runId } = await appendOne(paused);
    await paused.claimRuns(1);
    await outliveLeases();
    await paused.recordStep(runId, { path: '0', op: 'log', result: 'in time' });
    await paused.finishRun(runId, { state: 'done' });
    expect(await (await open()).run(runId)).toMatchObject({ state: 'done' });
  });
});

describe('hosts beside each other', () => {
  it('leave what a living host has claimed and is sending to it', async () => {
    const first = await open();
    const { runId } = await appendOne(first);
    await first.claimRuns(1);
    await first.intendMessage(draftOf(runId), 'a1');
    const second = await open();
    expect(await second.takeOver()).toBe(0);
    expect(await second.claimRuns(10)).toEqual([]);
    expect(await first.settleAttempt('a1', UNKNOWN, 1)).toMatchObject({ state: 'unknown' });
    await first.finishRun(runId, { state: 'done' });
  });

  it('claim each run once', async () => {
    const both = await openBoth();
    for (let n = 0; n < 40; n++) await both(0).appendEvent(anEvent({ id: `e${n}` }), [RUN]);
    const claimed = await Promise.all(Array.from({ length: 20 }, (_, n) => both(n).claimRuns(3)));
    const ids = claimed.flatMap((runs) => runs.map(({ run }) => run.id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(40);
  });

  it('give the places of one bucket to all of them together', async () => {
    const both = await openBoth();
    const rate: Limit = { kind: 'rate', key: 'account', intervalMs: 1_000_000 };
    const cap: Limit = { kind: 'cap', key: 'day', max: 1_000_000 };
    const { runIds } = await both(0).appendEvent(anEvent(), [RUN]);
    const ids = Array.from({ length: 30 }, (_, n) => `m${n}`);
    for (const id of ids) await both(0).intendMessage({ ...draftOf(runIds[0] ?? ''), id });
    const places = await Promise.all(ids.map((id, n) => both(n).admit(id, [rate, cap], 'phone')));
    const at = places.map((place) => (place.kind === 'later' ? place.at : 0)).toSorted((a, b) => a - b);
    expect(at.filter((time) => time === 0)).toHaveLength(1);
    for (const [n, time] of at.entries()) if (n > 1) expect(time - (at[n - 1] ?? 0)).toBe(1_000_000);
  });

  it('exhaust one cap together, and never more', async () => {
    const both = await openBoth();
    const { runIds } = await both(0).appendEvent(anEvent(), [RUN]);
    const ids = Array.from({ length: 30 }, (_, n) => `m${n}`);
    for (const id of ids) await both(0).intendMessage({ ...draftOf(runIds[0] ?? ''), id });
    const asked = await Promise.all(
      ids.map((id, n) => both(n).admit(id, [{ kind: 'cap', key: 'day', max: 7 }], 'phone')),
    );
    expect(asked.filter((admission) => admission.kind === 'now')).toHaveLength(7);
  });

  it('keep the order of runs with one key, whichever of them took the events', async () => {
    const both = await openBoth();
    const ordered = { ...RUN, orderKey: 'ana' };
    await Promise.all(Array.from({ length: 20 }, (_, n) => both(n).appendEvent(anEvent({ id: `e${n}` }), [ordered])));
    const done: number[] = [];
    for (let n = 0; n < 20; n++) {
      const claimed = await both(n).claimRuns(10);
      expect(claimed).toHaveLength(1);
      done.push(claimed[0]?.run.eventId ?? 0);
      await both(n).finishRun(claimed[0]?.run.id ?? '', { state: 'done' });
    }
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  it('begin an attempt at a message once', async () => {
    const both = await openBoth();
    const { runId } = await appendOne(await open());
    await both(0).intendMessage(draftOf(runId));
    const begun = await Promise.allSettled([0, 1, 2, 3].map((n) => both(n).beginAttempt(draftOf(runId).id, `a${n}`)));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

/** What Node or `pg` says of a connection that was cut. */
const BROKEN = /Connection terminated|ECONNRESET|ECONNREFUSED/;

describe('a connection that breaks', () => {
  it('rejects what was asked, says nothing false, and goes on when the database is back', async () => {
    const journal = await open(proxy.urlOf(url));
    proxy.cut();
    await expect(journal.appendEvent(anEvent({ id: 'lost' }), [RUN])).rejects.toThrow(BROKEN);
    proxy.mend();
    const { runId } = await appendOne(journal);
    expect(await journal.claimRuns(10)).toMatchObject([{ run: { id: runId } }]);
  });

  it('takes an event once that was journaled though nobody heard of it', async () => {
    const journal = await open(proxy.urlOf(url));
    proxy.swallowNext();
    await expect(journal.appendEvent(anEvent(), [RUN])).rejects.toThrow(BROKEN);
    expect(await journal.appendEvent(anEvent(), [RUN])).toMatchObject({ duplicate: true });
    expect(await journal.claimRuns(10)).toHaveLength(1);
  });

  it('leaves no run claimed that nobody knows to be', async () => {
    const journal = await open(proxy.urlOf(url));
    await appendOne(journal);
    proxy.swallowNext();
    await expect(journal.claimRuns(1)).rejects.toThrow(BROKEN);
    expect(await journal.claimRuns(1)).toMatchObject([{ tries: 1 }]);
  });

  it('keeps what it has claimed, and tries an attempt anew of which no byte has left', async () => {
    const journal = await open(proxy.urlOf(url));
    const { runId } = await appendOne(journal);
    await journal.claimRuns(1);
    proxy.swallowNext();
    await expect(journal.intendMessage(draftOf(runId), 'a1')).rejects.toThrow(BROKEN);
    const { isNew, message } = await journal.intendMessage(draftOf(runId), 'a2');
    expect({ isNew, message }).toMatchObject({ isNew: false, message: { state: 'retrying', attempts: 0 } });
    expect(await journal.beginAttempt(message.id, 'a3')).toMatchObject({ state: 'sending' });
    await journal.settleAttempt('a3', ACCEPTED);
    await journal.finishRun(runId, { state: 'done' });
    expect(await journal.verify()).toEqual([]);
  });

  it('leaves a send that is under way to who made it', async () => {
    const journal = await open(proxy.urlOf(url));
    const { runId } = await appendOne(journal);
    await journal.claimRuns(1);
    await journal.intendMessage(draftOf(runId), 'a1');
    proxy.cut();
    await expect(journal.settleAttempt('a1', ACCEPTED)).rejects.toThrow(BROKEN);
    proxy.mend();
    expect(await journal.settleAttempt('a1', ACCEPTED)).toMatchObject({ state: 'accepted' });
  });
});

describe('hosts that say the same about the same at one time', () => {
  it('take one message on, whichever of them is first', async () => {
    const host = await openBoth();
    const { runId } = await appendOne(host(0));
    const objects = ['job:1', 'job:2', 'team:ops'];
    const options = { template: 'job-failed', oncePerRelated: true } as const;
    const intents = Array.from({ length: 40 }, (_, n) => {
      // In another order each time: nobody may wait for one who waits for him.
      const related = objects.map((_object, index) => objects[(index + n) % objects.length] ?? '');
      return host(n).intendMessage({ ...draftOf(runId), id: `m${n}`, options: { ...options, related } }, `a${n}`);
    });
    const results = await Promise.all(intents);
    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(results.map(({ message }) => message.id)).size).toBe(1);
    expect(await host(0).messages(50)).toHaveLength(1);
  });
});
