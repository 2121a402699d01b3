import type { PoolClient } from 'pg';
import type { Clock } from '../../time/time.ts';
import { JournalUnusable } from '../journal.ts';
import { type Batch, type MoveTarget, type Place, TABLE_NAMES, TABLES, type TableName } from '../move.ts';
import { addressOf, connect } from './connect.ts';
import { migrate } from './migrate.ts';
import { integer, type Row, text } from './row.ts';
import { encodeJson } from './text.ts';

/** Held by the one who moves a journal in; any number, our own. */
const LOCK = 1_776_200_002;

/** Tables whose numbers the database gives. */
const NUMBERED = ['event', 'step', 'message'] as const;

/** Opens a database to move a journal into. Rejects with `JournalUnusable`. */
export async function openTarget(url: string, clock: Clock): Promise<MoveTarget> {
  const address = addressOf(url);
  const { place } = address;
  const pool = await connect(address, () => undefined, 1);
  let client: PoolClient | undefined;
  try {
    client = await pool.connect();
    await migrate(client, place, true, async () => {
      const { installEngine } = await import('./engine.ts');
      await installEngine(address.connectionString);
    });
    await lock(client, place);
  } catch (failure) {
    client?.release(true);
    await pool.end();
    if (failure instanceof JournalUnusable) throw failure;
    throw new JournalUnusable(place, failure instanceof Error ? failure.message : String(failure), failure);
  }
  const open = client;
  return {
    begin: (fingerprint) => inTransaction(open, () => begin(open, place, fingerprint)),
    take: (batch) => inTransaction(open, () => take(open, batch, clock.now())),
    finish: (source) => inTransaction(open, () => finish(open, place, source)),
    close: async () => {
      open.release(true);
      await pool.end();
    },
  };
}

async function lock(client: PoolClient, place: string): Promise<void> {
  const { rows } = await client.query<Row>('SELECT pg_try_advisory_lock($1) AS is_ours', [LOCK]);
  if (rows[0]?.['is_ours'] !== true) throw new JournalUnusable(place, 'another move into it is under way');
}

async function inTransaction<Result>(client: PoolClient, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (failure) {
    // Where the connection is gone, so is the transaction.
    await client.query('ROLLBACK').catch(() => undefined);
    throw failure;
  }
}

async function begin(client: PoolClient, place: string, fingerprint: string): ReturnType<MoveTarget['begin']> {
  // A host that registers meanwhile waits for this, and finds the move then.
  await client.query('LOCK TABLE ringbook.host IN EXCLUSIVE MODE');
  const moves = await client.query<Row>('SELECT * FROM ringbook.move');
  const same = moves.rows.find((row) => row['fingerprint'] === fingerprint);
  if (same) return { isFinished: same['finished_at'] !== null, ...afterOf(same) };
  if (moves.rows.some((row) => row['finished_at'] === null)) {
    const reason =
      'the move of another journal into it broke off, or the journal has changed since; drop the schema ringbook, and move again';
    throw new JournalUnusable(place, reason);
  }
  const { rows } = await client.query<Row>(STATE);
  if (rows[0]?.['has_hosts'] === true) throw new JournalUnusable(place, 'a host works on it; stop that one first');
  if (rows[0]?.['is_empty'] !== true) {
    throw new JournalUnusable(place, 'it is not empty; name a database in which no event has come in');
  }
  await client.query('INSERT INTO ringbook.move (fingerprint) VALUES ($1)', [fingerprint]);
  return { isFinished: false };
}

const STATE = `SELECT
  EXISTS (SELECT FROM ringbook.host WHERE lease_until > clock_timestamp()) AS has_hosts,
  NOT EXISTS (SELECT FROM ringbook.event) AND NOT EXISTS (SELECT FROM ringbook.bucket)
    AND NOT EXISTS (SELECT FROM ringbook.sent_count) AS is_empty`;

function afterOf(row: Row): { readonly after?: Place } {
  const table = TABLE_NAMES.find((name) => name === row['at_table']);
  return table ? { after: { table, key: JSON.parse(text(row, 'at_key')) } } : {};
}

async function take(client: PoolClient, { rows, states, place }: Batch, now: number): Promise<void> {
  await client.query(insertionOf(place.table), [encodeJson(rows)]);
  if (states.length > 0) await client.query(STATES, [encodeJson(states)]);
  await client.query(HAND_OUT, [dueOf('run', place.table, rows), dueOf('message', place.table, rows), now]);
  await client.query('UPDATE ringbook.move SET at_table = $1, at_key = $2', [place.table, encodeJson(place.key)]);
}

/** Rows that come as JSON. Of plans, a host may have kept some when the database was made. */
function insertionOf(table: TableName): string {
  const columns = Object.entries(TABLES[table].columns);
  const names = columns.map(([name]) => name).join(', ');
  return `INSERT INTO ringbook.${table} (${names}) OVERRIDING SYSTEM VALUE
    SELECT ${names} FROM json_to_recordset($1) AS one (${columns.map((column) => column.join(' ')).join(', ')})
    ${table === 'plan' ? 'ON CONFLICT DO NOTHING' : ''}`;
}

const STATES = `UPDATE ringbook.message AS m SET states = m.states || history.lines
  FROM (
    SELECT message_id, string_agg(ringbook.state_line(state, at, detail), '' ORDER BY place) AS lines
    FROM ROWS FROM (json_to_recordset($1) AS (message_id text, state text, at bigint, detail text)) WITH ORDINALITY
      AS one (message_id, state, at, detail, place) GROUP BY message_id) AS history
  WHERE m.id = history.message_id`;
const HAND_OUT = "SELECT ringbook.hand_out($1, $2, '{}', $3)";

/** Ids of rows that may be due, now or later. */
function dueOf(wanted: TableName, table: TableName, rows: Batch['rows']): readonly string[] {
  if (wanted !== table) return [];
  const due = rows.filter((row) => (table === 'run' ? row['state'] === 'pending' : row['due_at'] !== null));
  return due.map((row) => text(row, 'id'));
}

async function finish(
  client: PoolClient,
  place: string,
  { fingerprint, counts, lastNumbers }: Parameters<MoveTarget['finish']>[0],
): Promise<void> {
  for (const table of TABLE_NAMES) {
    const { rows } = await client.query<Row>(`SELECT count(*) AS count FROM ringbook.${table}`);
    const count = integer(rows[0] ?? {}, 'count');
    // A host that made the tables has left its plan.
    if (count < counts[table] || (count > counts[table] && table !== 'plan')) {
      throw new JournalUnusable(place, `${count} rows of ${table} are there, and ${counts[table]} were to be moved`);
    }
  }
  for (const table of NUMBERED) {
    const sequence = `ringbook.${table}_number_seq`;
    await client.query(
      `SELECT setval('${sequence}', greatest($1::bigint, (SELECT last_value FROM ${sequence}))) WHERE $1::bigint > 0`,
      [lastNumbers[table]],
    );
  }
  await client.query('UPDATE ringbook.move SET finished_at = now() WHERE fingerprint = $1', [fingerprint]);
}
