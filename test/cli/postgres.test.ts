import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { events } from '../../src/cli/events.ts';
import { journal } from '../../src/cli/journal.ts';
import { messages } from '../../src/cli/messages.ts';
import { runs } from '../../src/cli/runs.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { anEvent, draftOf, PLAN, RUN } from '../../src/testing/journal-values.ts';
import { realClock } from '../../src/time/real.ts';
import { repository } from '../behaviour/network.ts';
import { type PostgresServer, query, startPostgres } from '../journal/postgres-server.ts';
import { inProcess } from './in-process.ts';
import type { Ended } from './ringbook.ts';

let server: PostgresServer;
let url: string;
let folder: string;

beforeAll(async () => {
  server = await startPostgres();
  url = await server.newDatabase();
  folder = mkdtempSync(join(tmpdir(), 'ringbook-'));
  const password = new URL(url).password;
  writeFileSync(join(folder, 'ringbook.yml'), `journal: ${url.replace(password, '${env.DB_PASSWORD}')}\n`);
  await leaveSomething();
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
}, 60_000);

/** A run that failed with its message, and an event that did not fit. */
async function leaveSomething(): Promise<void> {
  const host = await openPostgresJournal({ url, clock: realClock });
  const { plan } = loadProject(repository, newRegistry(builtIn));
  await host.keepPlan(PLAN);
  await host.keepPlan(plan);
  const { runIds } = await host.appendEvent(anEvent(), [RUN]);
  const [runId = ''] = runIds;
  await host.intendMessage(draftOf(runId), 'a1');
  await host.reportState(draftOf(runId).id, { state: 'failed', error: 'no route' });
  await host.finishRun(runId, { state: 'failed', error: 'no route' });
  await host.close();
  await query(
    url,
    `INSERT INTO ringbook.inbox (source, id, type, time, data, refused, refused_at)
     VALUES ('/shop', 'o1', 'order', '2026-11-21T10:00:00.000Z', '{}', 'data.phone is missing', 1)`,
  );
}

async function ringbook(command: Command, ...args: readonly string[]): Promise<Ended> {
  const environment = {
    DB_PASSWORD: new URL(url).password,
    // For who has to be a host for a moment: nothing is sent.
    RINGBOOK_SANDBOX_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    RINGBOOK_SANDBOX_AUTH_TOKEN: '0'.repeat(32),
    RINGBOOK_SANDBOX_URL: 'http://127.0.0.1:1',
  };
  const ended = await inProcess(command, args, { folder, environment });
  expect(`${ended.out}${ended.err}`).not.toContain(environment.DB_PASSWORD);
  return ended;
}

test('a journal in PostgreSQL is named in ringbook.yml, its password in the environment', async () => {
  expect((await ringbook(messages)).out).toContain('failed');
  expect((await ringbook(runs, 'list', '--state', 'failed')).out).toContain('no route');
  expect((await ringbook(runs, 'show', '1.0')).out).toContain('no route');
});

test('a variable that is not set is named', async () => {
  const ended = await inProcess(runs, [], { folder, environment: {} });
  expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('${env.DB_PASSWORD}, which is not set') });
});

test('events that were put aside are listed with their reasons', async () => {
  expect((await ringbook(events, 'refused')).out).toMatch(/order +\/shop +o1 +data.phone is missing/);
  const told: unknown = JSON.parse((await ringbook(events, 'refused', '--json', '--journal', url)).out);
  expect(told).toMatchObject([{ id: 'o1', source: '/shop', type: 'order', reason: 'data.phone is missing' }]);
});

test('a journal in PostgreSQL is verified and pruned like any other, and backed up by other means', async () => {
  expect((await ringbook(journal, 'verify')).out).toContain('in order  postgres://postgres@127.0.0.1');
  expect((await ringbook(journal, 'prune')).out).toContain('pruned    0 events');
  const refused = await ringbook(journal, 'backup', 'copy.db');
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('pg_dump --schema=ringbook') });
});

test('a run is resumed beside whatever hosts there are', async () => {
  const ended = await ringbook(runs, 'resume', '1.0', '--project', repository, '--journal', url);
  expect(ended).toMatchObject({ code: 0, err: '' });
  expect(await query(url, "SELECT state FROM ringbook.run WHERE id = '1.0'")).toEqual([{ state: 'pending' }]);
});

test('a database that is not there is a problem with a name', async () => {
  const nowhere = 'postgres://ana:s3cr3t-canary@127.0.0.1:1/calls';
  const ended = await ringbook(messages, 'list', '--journal', nowhere);
  expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('RB0703') });
  expect(ended.err).toContain('postgres://ana@127.0.0.1:1/calls');
  expect(ended.err).not.toContain('s3cr3t-canary');
});
