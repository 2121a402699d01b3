import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { journal as command } from '../../src/cli/journal.ts';
import type { Journal, Limit } from '../../src/journal/journal.ts';
import { TABLE_NAMES, TABLES } from '../../src/journal/move.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { ACCEPTED, anEvent, draftOf, PLAN, REJECTED, RUN, UNKNOWN } from '../../src/testing/journal-values.ts';
import { realClock } from '../../src/time/real.ts';
import { type PostgresServer, query, startPostgres } from '../journal/postgres-server.ts';
import { startProxy } from '../journal/proxy.ts';
import { inProcess } from './in-process.ts';
import { type Ended, ringbook } from './ringbook.ts';

/** More than any of these journals has of anything. */
const ALL = 100_000;

let server: PostgresServer;
let url: string;
let folder: string;
let path: string;

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
beforeEach(async () => {
  url = await server.newDatabase();
  folder = mkdtempSync(join(tmpdir(), 'ringbook-'));
  path = join(folder, 'journal.db');
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await server.giveBack(url);
});
afterAll(() => server.stop(), 60_000);

function open(): Journal {
  return openSqliteJournal({ path, clock: realClock });
}

function move(from = path, to = url): Promise<Ended> {
  return inProcess(command, ['move', from, to], { folder });
}

/** One of each thing that a journal can hold, as a host leaves it that is killed. */
async function fill(journal: Journal): Promise<void> {
  await journal.keepPlan(PLAN);
  const append = async (id: string, orderKey?: string): Promise<string> => {
    const event = anEvent({ id, subject: 'ana', data: { text: `${id} \0 \ud800 \uFDD0 ñ 🔥` } });
    const { runIds } = await journal.appendEvent(event, [{ ...RUN, ...(orderKey !== undefined && { orderKey }) }]);
    return runIds[0] ?? '';
  };
  const done = await append('done');
  await journal.claimRuns(1);
  await journal.recordStep(done, { path: '0', op: 'log', result: 'second \0' });
  await journal.recordStep(done, { path: '1', op: 'log', result: { of: ['two'] } });
  const options = { tags: ['night'], related: ['job:1'], extra: { customer: 'acme' }, priority: 2 };
  const { message } = await journal.intendMessage({ ...draftOf(done), options }, 'a1');
  await journal.settleAttempt('a1', ACCEPTED);
  await journal.reportState(message.id, { state: 'delivered', answer: { price: '-0.01' } });
  await journal.finishRun(done, { state: 'done' });

  const failed = await append('failed');
  await journal.intendMessage(draftOf(failed), 'a2');
  await journal.settleAttempt('a2', REJECTED);
  await journal.finishRun(failed, { state: 'failed', error: 'not a mobile \0 number' });
  await journal.resendMessage(draftOf(failed).id);

  await journal.finishRun(await append('dead'), { state: 'dead', error: 'it broke off' });
  const later = await append('later');
  await journal.claimRuns(1);
  await journal.deferRun(later, Date.UTC(2100, 0));
  for (const id of ['first of two', 'second of two']) await append(id, 'ana');

  const unknown = await append('unknown');
  await journal.intendMessage(draftOf(unknown), 'a3');
  await journal.settleAttempt('a3', UNKNOWN, Date.UTC(2100, 0));
  const limits: readonly Limit[] = [
    { kind: 'rate', key: 'sender', intervalMs: 1_000_000_000_000 },
    { kind: 'cap', key: 'recipient', max: 5 },
  ];
  for (const id of ['admitted', 'limited']) {
    const run = await append(id);
    await journal.intendMessage(draftOf(run));
    await journal.admit(draftOf(run).id, limits, 'phone');
  }
  // Through another resource than its own, after a first one that refused it.
  const routed = await append('routed');
  const way = { resource: 'first', to: '+12025550177', from: '+12025550199' };
  await journal.intendMessage(draftOf(routed), 'a5', { ...way, content: { kind: 'text', text: 'kun \0' } });
  await journal.settleAttempt('a5', REJECTED, Date.now(), true);
  await journal.beginAttempt(draftOf(routed).id, 'a6', { ...way, resource: 'second' });
  await journal.settleAttempt('a6', ACCEPTED);
  // Claimed, and being sent.
  await append('cut off');
  const claimed = await journal.claimRuns(10);
  const cutOff = claimed.find(({ event }) => event.id === 'cut off');
  await journal.intendMessage(draftOf(cutOff?.run.id ?? ''), 'a4');
}

/** A journal of so many events, each with a run, a step and a message. */
async function fillWith(events: number): Promise<void> {
  const journal = open();
  await journal.keepPlan(PLAN);
  await Promise.all(
    Array.from({ length: events }, async (_, n) => {
      const { runIds } = await journal.appendEvent(anEvent({ id: `e${n}` }), [RUN]);
      const [id = ''] = runIds;
      await journal.recordStep(id, { path: '0', op: 'log', result: n });
      await journal.intendMessage(draftOf(id), `a${n}`);
    }),
  );
  await journal.close();
}

/** Everything that can be read of a journal. */
async function everythingIn(journal: Journal): Promise<unknown> {
  const messages = await journal.messages(ALL);
  const everything = {
    stories: await journal.stories(ALL),
    runs: await journal.runs(ALL),
    messages,
    attempts: await Promise.all(messages.map(({ id }) => journal.attempts(id))),
    found: await Promise.all(
      [{ tag: 'night' }, { related: 'job:1' }, { extra: { key: 'customer', value: 'acme' } }].map((filter) =>
        journal.messages(ALL, filter),
      ),
    ),
    plan: await journal.plan(PLAN.hash),
    faults: await journal.verify(),
  };
  await journal.close();
  return everything;
}

async function bothSides(): Promise<{ readonly from: unknown; readonly to: unknown }> {
  const from = await everythingIn(openSqliteJournal({ path, clock: realClock, readOnly: true }));
  return { from, to: await everythingIn(await openPostgresJournal({ url, clock: realClock, readOnly: true })) };
}

describe('ringbook journal move', () => {
  test('takes everything along, under its ids and numbers', async () => {
    const host = open();
    await fill(host);
    // As of a host that was killed: nothing of it is given back.
    await host.close();
    const { code, out, err } = await move();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^moved {5}11 events, 11 runs, 8 messages to postgres:\/\/postgres@127\.0\.0\.1:\d+\/journal_\d+\n/,
    );
    const { from, to } = await bothSides();
    expect(to).toEqual(from);
    expect(from).toMatchObject({ faults: [] });
  });

  test('takes every column along', async () => {
    await open().close();
    const handle = new DatabaseSync(path, { readOnly: true });
    const columns = TABLE_NAMES.flatMap((table) =>
      handle
        .prepare('SELECT name FROM pragma_table_info(?)')
        .all(table)
        .map(({ name }) => `${table}.${String(name)}`),
    );
    handle.close();
    const taken = TABLE_NAMES.flatMap((table) => Object.keys(TABLES[table].columns).map((name) => `${table}.${name}`));
    // A claim is void after a move; the history of a message goes in lines, and a way in parts.
    expect(columns.filter((column) => !taken.includes(column))).toEqual([
      'run.is_claimed',
      'run.is_woken',
      'message.states',
      'attempt.way',
    ]);
  });

  test('leaves limits as they were, and gives no number twice', async () => {
    const host = open();
    await fill(host);
    const { eventId } = await host.appendEvent(anEvent({ id: 'pruned' }), []);
    await host.prune(Date.now() + 1, 1);
    await host.close();
    await move();
    const moved = await openPostgresJournal({ url, clock: realClock });
    // As every host does before it takes an event.
    await moved.keepPlan(PLAN);
    const { runIds } = await moved.appendEvent(anEvent({ id: 'new' }), [RUN]);
    expect(runIds[0]).toBe(`${eventId + 1}.0`);
    await moved.intendMessage(draftOf(runIds[0] ?? ''));
    const cap: Limit = { kind: 'cap', key: 'recipient', max: 1 };
    const rate: Limit = { kind: 'rate', key: 'sender', intervalMs: 1 };
    const id = draftOf(runIds[0] ?? '').id;
    expect(await moved.admit(id, [cap], 'phone')).toMatchObject({ kind: 'refused' });
    expect(await moved.admit(id, [rate], 'phone')).toMatchObject({ kind: 'later' });
    await moved.close();
  });

  test('goes on where it was killed, and moves nothing twice', async () => {
    await fillWith(1_100);
    const wire = await startProxy(Number(new URL(url).port));
    wire.slow(40);
    const { child, ended } = ringbook(['journal', 'move', path, wire.urlOf(url)], { folder });
    const isBegun = async (): Promise<boolean> =>
      (await query(url, 'SELECT FROM ringbook.move WHERE at_table IS NOT NULL')).length > 0;
    await expect.poll(isBegun, { timeout: 60_000, interval: 20 }).toBe(true);
    child.kill('SIGKILL');
    await ended;
    await wire.close();
    expect(await query(url, 'SELECT FROM ringbook.move WHERE finished_at IS NULL')).toHaveLength(1);
    await expect(openPostgresJournal({ url, clock: realClock })).rejects.toThrow(
      '"ringbook journal move" goes on with it',
    );

    const { code, err } = await move();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { from, to } = await bothSides();
    expect(to).toEqual(from);
    expect(to).toMatchObject({ faults: [] });
  }, 120_000);

  test('once done, leaves a file that can be read, and on which no host starts', async () => {
    await fillWith(1);
    await move();
    expect(open).toThrow('it was moved into a database; start hosts on that');
    expect((await move()).err).toContain('it was moved into a database');
    const read = openSqliteJournal({ path, clock: realClock, readOnly: true });
    expect(await read.stories(ALL)).toHaveLength(1);
    await read.close();
  });

  test('is refused while a host has the file', async () => {
    const host = open();
    const { code, err } = await move();
    await host.close();
    expect(code).toBe(1);
    expect(err).toContain('is in use by another host');
    expect(await query(url, 'SELECT * FROM ringbook.move')).toEqual([]);
  });

  test('is refused while a host works on the database', async () => {
    await fillWith(1);
    const host = await openPostgresJournal({ url, clock: realClock });
    const { code, err } = await move();
    await host.close();
    expect(code).toBe(1);
    expect(err).toContain('a host works on it; stop that one first');
  });

  test('is refused where events have come in', async () => {
    await fillWith(1);
    const other = await openPostgresJournal({ url, clock: realClock });
    await other.appendEvent(anEvent(), []);
    await other.close();
    const { code, err } = await move();
    expect(code).toBe(1);
    expect(err).toContain('it is not empty');
    expect(err).not.toContain('test-only');
  });

  test('does not mix two journals where the one before broke off', async () => {
    await fillWith(1);
    await query(url, "INSERT INTO ringbook.move (fingerprint) VALUES ('another')");
    const { code, err } = await move();
    expect(code).toBe(1);
    expect(err).toContain('broke off, or the journal has changed since');
  });

  test.each([
    [[], 'move takes the journal, which is a file, and postgres://'],
    [['journal.db'], 'move takes the journal, which is a file, and postgres://'],
    [['journal.db', 'other.db'], 'move goes from a file to postgres://'],
    [['postgres://a/b', 'postgres://a/c'], 'move goes from a file to postgres://'],
  ])('says what it takes after %j', async (words, told) => {
    const { code, err } = await inProcess(command, ['move', ...words], { folder });
    expect(code).toBe(2);
    expect(err).toContain(told);
  });

  test('makes no journal where there is none', async () => {
    const { code, err } = await move(join(folder, 'none.db'));
    expect(code).toBe(1);
    expect(err).toContain('there is no journal at');
  });
});
