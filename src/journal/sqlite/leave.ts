import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { StatementSync } from 'node:sqlite';
import type { Clock } from '../../time/time.ts';
import { JournalUnusable } from '../journal.ts';
import { type Batch, type Counts, type MoveSource, type Place, TABLE_NAMES, TABLES, type TableName } from '../move.ts';
import { integer, type Row, text } from '../row.ts';
import { type Database, openDatabase } from './database.ts';
import { dueVerbs } from './due.ts';
import { newMessages, toStateChanges } from './message.ts';
import { MOVED_ID } from './migrate.ts';

/** Rows that go at one time, and characters in them: a transaction of some 50 ms. */
const MOST_ROWS = 1_000;
const MOST_CHARACTERS = 2_000_000;

/**
 * Opens a journal file to be moved elsewhere, as its one writing host, and sees to what the last host left behind. Rejects with
 * `JournalInUse` or `JournalUnusable`.
 */
export async function openSource(path: string, clock: Clock): Promise<MoveSource> {
  const database = openDatabase({ path, readOnly: false });
  try {
    await dueVerbs(database, newMessages(database, clock)).takeOver();
    const counts = countsOf(database);
    return {
      fingerprint: await fingerprintOf(database),
      counts,
      lastNumbers: lastNumbersOf(database),
      countTo: (place) => countTo(database, counts, place),
      batches: (after) => batchesOf(database, after),
      retire: () => database.handle.exec(`PRAGMA application_id = ${MOVED_ID}`),
      close: () => database.close(),
    };
  } catch (failure) {
    database.close();
    throw failure;
  }
}

/** Of the file itself, after all that was written is in it. */
async function fingerprintOf({ handle, path }: Database): Promise<string> {
  if (handle.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] !== 0) {
    throw new JournalUnusable(path, 'another program is reading it; try again when that has ended');
  }
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  return hash.digest('hex');
}

function countsOf(database: Database): Counts {
  const count = (table: TableName): number =>
    integer(database.prepare(`SELECT count(*) AS count FROM ${table}`).get() ?? {}, 'count');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each of the names
  return Object.fromEntries(TABLE_NAMES.map((table) => [table, count(table)])) as Counts;
}

function countTo(database: Database, counts: Counts, { table, key }: Place): number {
  const before = TABLE_NAMES.slice(0, TABLE_NAMES.indexOf(table)).reduce((sum, name) => sum + counts[name], 0);
  const keys = keysOf(table);
  const sql = `SELECT count(*) AS count FROM ${table} WHERE (${keys.join(', ')}) <= (${keys.map(() => '?').join(', ')})`;
  return before + integer(database.prepare(sql).get(...key) ?? {}, 'count');
}

function keysOf(table: TableName): readonly string[] {
  const of = TABLES[table];
  return 'key' in of ? of.key : ['rowid'];
}

function lastNumbersOf(database: Database): MoveSource['lastNumbers'] {
  const find = database.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?');
  const last = (table: string): number => {
    const row = find.get(table);
    return row ? integer(row, 'seq') : 0;
  };
  return { event: last('event'), step: last('step'), message: last('message') };
}

function* batchesOf(database: Database, after?: Place): Iterable<Batch> {
  for (const table of TABLE_NAMES.slice(after ? TABLE_NAMES.indexOf(after.table) : 0)) {
    yield* tableBatches(database, table, table === after?.table ? after.key : undefined);
  }
}

function* tableBatches(database: Database, table: TableName, after?: Place['key']): Iterable<Batch> {
  const columns = Object.keys(TABLES[table].columns);
  const keys = keysOf(table);
  const shown = [...columns.map(shownAs), ...(table === 'message' ? ['states'] : [])];
  const statement = database.prepare(
    `SELECT ${keys.map((key, index) => `${key} AS key_${index}`).join(', ')}, ${shown.join(', ')} FROM ${table}
     ${after ? `WHERE (${keys.join(', ')}) > (${keys.map(() => '?').join(', ')})` : ''} ORDER BY ${keys.join(', ')}`,
  );
  for (const rows of inParts(statement, after ?? [])) {
    const last = rows.at(-1) ?? {};
    const key = keys.map((_, index) => keyPart(last[`key_${index}`]));
    yield {
      rows: rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]]))),
      states: table === 'message' ? rows.flatMap(statesOf) : [],
      place: { table, key },
    };
  }
}

/** A way is one column here, and several there. */
const IN_WAY: Readonly<Record<string, string>> = {
  way_resource: `way ->> '$.resource'`,
  way_to: `way ->> '$.to'`,
  way_from: `way ->> '$.from'`,
  way_content: `way -> '$.content'`,
};

function shownAs(column: string): string {
  return column in IN_WAY ? `${IN_WAY[column]} AS ${column}` : column;
}

function* inParts(statement: StatementSync, after: Place['key']): Iterable<readonly Row[]> {
  let rows: Row[] = [];
  let characters = 0;
  for (const row of statement.iterate(...after)) {
    rows.push(row);
    for (const value of Object.values(row)) if (typeof value === 'string') characters += value.length;
    if (rows.length < MOST_ROWS && characters < MOST_CHARACTERS) continue;
    yield rows;
    rows = [];
    characters = 0;
  }
  if (rows.length > 0) yield rows;
}

function statesOf(row: Row): Batch['states'] {
  return toStateChanges(row).map(({ state, at, detail }) => ({
    message_id: text(row, 'id'),
    state,
    at,
    ...(detail !== undefined && { detail: JSON.stringify(detail) }),
  }));
}

function keyPart(value: unknown): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError('a row has no key');
}
