import { readdirSync, readFileSync } from 'node:fs';
import type { ClientBase } from 'pg';
import { JournalUnusable } from '../journal.ts';
import { integer, type Row } from './row.ts';

/** Held by the one host that migrates; any number, our own. */
const LOCK = 1_776_200_001;

/**
 * Brings the schema `ringbook` up to this Ringbook's form, one migration a transaction, never back; one host does it, and others
 * that start meanwhile wait for it. A journal of a newer Ringbook is worked with where its migrations say that this one may
 * (`oldest`), and refused by name where they do not.
 */
export async function migrate(
  client: ClientBase,
  place: string,
  mayWrite: boolean,
  installEngine: () => Promise<void>,
): Promise<void> {
  const migrations = readMigrations();
  if ((await upToDate(client, place, migrations.length)) || !mayWrite) return assertUsable(client, place, migrations);
  await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
  try {
    const found = await versionOf(client);
    if (found.version < migrations.length) await installEngine();
    for (let next = found.version; next < migrations.length; next++) {
      await apply(client, migrations[next] ?? '', next + 1);
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  }
}

/** What a journal says of itself: its form, and the oldest form whose hosts may work beside it. */
interface Version {
  readonly version: number;
  readonly oldest: number;
}

async function upToDate(client: ClientBase, place: string, known: number): Promise<boolean> {
  const { version, oldest } = await versionOf(client);
  if (oldest > known) {
    const reason = `a newer Ringbook wrote it (form ${version}, which hosts that know form ${known} may not work with); use a newer one`;
    throw new JournalUnusable(place, reason);
  }
  return version >= known;
}

async function assertUsable(client: ClientBase, place: string, migrations: readonly string[]): Promise<void> {
  const { version } = await versionOf(client);
  if (version === 0)
    throw new JournalUnusable(place, 'there is no journal in this database; a host that is started makes one');
  if (version < migrations.length) {
    throw new JournalUnusable(place, 'an older Ringbook wrote it; start the host once, which brings it up to date');
  }
}

async function versionOf(client: ClientBase): Promise<Version> {
  const isThere = await client.query<Row>("SELECT to_regclass('ringbook.migration') IS NOT NULL AS is_there");
  if (isThere.rows[0]?.['is_there'] !== true) return { version: 0, oldest: 0 };
  const { rows } = await client.query<Row>(
    'SELECT coalesce(max(version), 0)::float8 AS version, coalesce(max(oldest), 0)::float8 AS oldest FROM ringbook.migration',
  );
  const [row = {}] = rows;
  return { version: integer(row, 'version'), oldest: integer(row, 'oldest') };
}

/** The texts of migrations/0001.sql and on; the number of a file is the form that it leads to. */
function readMigrations(): readonly string[] {
  const folder = new URL('migrations/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.toSorted().map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

/** `-- oldest: 3` in a migration says that hosts which know form 3 go on beside it; without it, those of the form before do. */
const OLDEST = /^-- oldest: (\d+)$/m;

async function apply(client: ClientBase, migration: string, version: number): Promise<void> {
  const oldest = Number(OLDEST.exec(migration)?.[1] ?? 0);
  await client.query('BEGIN');
  try {
    if (version === 1) await client.query(FIRST);
    await client.query(migration);
    await client.query('INSERT INTO ringbook.migration (version, oldest) VALUES ($1, $2)', [version, oldest]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

const FIRST = `
  CREATE SCHEMA IF NOT EXISTS ringbook;
  CREATE TABLE ringbook.migration (
    version integer PRIMARY KEY,
    oldest integer NOT NULL, -- hosts that know this form may work beside it
    applied_at timestamptz NOT NULL DEFAULT now()
  );`;
