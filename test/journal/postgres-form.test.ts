import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Journal, JournalUnusable } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { ACCEPTED, appendOne, draftOf, PLAN } from '../../src/testing/journal-values.ts';
import { realClock } from '../../src/time/real.ts';
import { type PostgresServer, query, startPostgres } from './postgres-server.ts';

let server: PostgresServer;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
beforeEach(async () => {
  url = await server.newDatabase();
});
afterAll(() => server.stop(), 60_000);

const clock = realClock;

async function failureOf(opening: Promise<Journal>): Promise<Error> {
  try {
    await (await opening).close();
  } catch (failure) {
    if (failure instanceof JournalUnusable) return failure;
  }
  throw new Error('it was opened');
}

/** Everything that an error would show, wherever it was printed. */
function shown(failure: Error): string {
  return `${failure.stack} ${JSON.stringify(failure, Object.getOwnPropertyNames(failure))} ${String(failure.cause)}`;
}

describe('the form of a journal in PostgreSQL', () => {
  it('is made once by hosts that start at one time', async () => {
    await query(server.urlOf('postgres'), 'CREATE DATABASE fresh');
    const fresh = server.urlOf('fresh');
    const journals = await Promise.all([1, 2, 3].map(() => openPostgresJournal({ url: fresh, clock })));
    for (const journal of journals) await journal.keepPlan(PLAN);
    for (const journal of journals) await journal.close();
    const versions = await query(fresh, 'SELECT version FROM ringbook.migration ORDER BY version');
    expect(versions.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('is worked with where a newer Ringbook says that this one may', async () => {
    await query(url, 'INSERT INTO ringbook.migration (version, oldest) VALUES (99, 5)');
    const journal = await openPostgresJournal({ url, clock });
    await journal.keepPlan(PLAN);
    expect(await journal.plan(PLAN.hash)).toEqual(PLAN);
    await journal.close();
  });

  it('is refused by name where a newer Ringbook says that this one may not', async () => {
    await query(url, 'INSERT INTO ringbook.migration (version, oldest) VALUES (99, 98)');
    const failure = await failureOf(openPostgresJournal({ url, clock }));
    expect(failure.message).toContain('a newer Ringbook wrote it (form 99');
  });

  it('is made by a host, and not by who reads', async () => {
    await query(server.urlOf('postgres'), 'CREATE DATABASE unread');
    const failure = await failureOf(openPostgresJournal({ url: server.urlOf('unread'), clock, readOnly: true }));
    expect(failure.message).toContain('there is no journal in this database');
    const schemas = await query(server.urlOf('unread'), "SELECT 1 FROM pg_namespace WHERE nspname = 'ringbook'");
    expect(schemas).toEqual([]);
  });

  it('is not written to by who reads', async () => {
    const reader = await openPostgresJournal({ url, clock, readOnly: true });
    await expect(reader.keepPlan(PLAN)).rejects.toThrow('readonly');
    expect(await reader.messages(1)).toEqual([]);
    expect(await query(url, 'SELECT 1 FROM ringbook.host WHERE lease_until > clock_timestamp()')).toEqual([]);
    await reader.close();
  });
});

describe('the address of a journal', () => {
  it.each([
    ['postgres://ana:s3cr3t-canary@127.0.0.1:1/none', 'postgres://ana@127.0.0.1:1/none'],
    ['postgres://ana:s3cr3t-canary@127.0.0.1:99999999/x', 'postgres://…'],
    ['postgres//ana:s3cr3t-canary@127.0.0.1/x', 'postgres://…'],
  ])('stands in no error with its password: %#', async (address, told) => {
    const failure = await failureOf(openPostgresJournal({ url: address, clock }));
    expect(failure.message).toContain(told);
    expect(shown(failure)).not.toContain('s3cr3t-canary');
  });

  it('stands in no error with its password when that is wrong', async () => {
    await query(url, 'CREATE ROLE somebody LOGIN PASSWORD $$right$$');
    const wrong = url.replace(/\/\/.*@/, '//somebody:s3cr3t-canary@');
    const failure = await failureOf(openPostgresJournal({ url: wrong, clock }));
    expect(failure.message).toContain('somebody');
    expect(shown(failure)).not.toContain('s3cr3t-canary');
  });
});

/** The SQL of docs/operating.md that makes the roles. */
function documentedRoles(): string {
  const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
  const sql = /```sql roles\n([\s\S]*?)```/.exec(text)?.[1];
  if (sql === undefined) throw new Error('docs/operating.md says nothing of roles');
  return sql;
}

describe('the roles of docs/operating.md', () => {
  let hostUrl: string;
  let emitterUrl: string;
  beforeAll(async () => {
    const own = await server.newDatabase();
    await query(own, documentedRoles());
    await query(own, "ALTER ROLE ringbook_host PASSWORD 'h'; ALTER ROLE shop PASSWORD 's'");
    hostUrl = own.replace(/\/\/.*@/, '//ringbook_host:h@');
    emitterUrl = own.replace(/\/\/.*@/, '//shop:s@');
  });

  it('let a host do all its work, and change nothing of the form', async () => {
    const journal = await openPostgresJournal({ url: hostUrl, clock });
    await journal.keepPlan(PLAN);
    await journal.takeOver();
    const seen: string[] = [];
    const pump = journal.handOut?.runs({
      clock,
      capacity: 1,
      take: () => Promise.resolve([]),
      nextDue: () => Promise.resolve(undefined),
      failed: () => undefined,
      work: async ({ run }) => {
        await journal.intendMessage(draftOf(run.id), 'a1');
        await journal.settleAttempt('a1', ACCEPTED);
        await journal.finishRun(run.id, { state: 'done' });
        seen.push(run.id);
      },
    });
    pump?.wake();
    const { runId } = await appendOne(journal);
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([runId]);
    await pump?.drain();
    expect(await journal.prune(clock.now() + 1_000, 10)).toBe(0);
    expect(await journal.verify()).toEqual([]);
    await journal.close();
    await expect(query(hostUrl, 'DROP TABLE ringbook.event')).rejects.toThrow('must be owner');
    await expect(query(hostUrl, 'CREATE TABLE ringbook.own (x int)')).rejects.toThrow('permission denied');
  });

  it('let an application emit, and read or write nothing', async () => {
    const [emitted] = await query(emitterUrl, "SELECT ringbook.emit('new-user', '{}') AS id");
    expect(emitted?.['id']).toMatch(/^[0-9a-f-]{36}$/);
    for (const sql of [
      'SELECT * FROM ringbook.inbox',
      'DELETE FROM ringbook.run',
      "SELECT ringbook.act(1, '[]', '{}')",
      "SELECT graphile_worker.add_job('x')",
    ]) {
      await expect(query(emitterUrl, sql)).rejects.toThrow('permission denied');
    }
  });
});
