import type { CustomTypesConfig, Pool, PoolConfig, QueryResultRow } from 'pg';
import { JournalUnusable } from '../journal.ts';

/** Connections of one host for reading and writing. */
const CONNECTIONS = 6;
/** After that the database counts as gone: the door says 503, and what was asked for is asked again. */
const CONNECT_MS = 5_000;
/** The database gives up on a statement after this; nothing that is asked while a host works takes a tenth of it. */
const STATEMENT_MS = 30_000;
/** The connection is given up for lost a little later. */
const ANSWER_MS = STATEMENT_MS + 5_000;

/** Statements are planned once for a connection, and that may be while the tables are empty: they are to use the indexes anyway. */
const BY_INDEXES = '-c enable_seqscan=off -c jit=off';

/** A connection string, and the words for it in messages: without the password. */
export interface Address {
  readonly connectionString: string;
  readonly place: string;
}

/** Throws `JournalUnusable`, whose message and cause hold nothing of what was given but its beginning. */
export function addressOf(url: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw new JournalUnusable('postgres://…', 'it is no address; write postgres://user:password@host:5432/database');
  }
  const user = parsed.username === '' ? '' : `${parsed.username}@`;
  return { connectionString: url, place: `postgres://${user}${parsed.host}${parsed.pathname}` };
}

/**
 * Opens connections when they are asked for. `broken` is told of one that broke while nobody used it. Patient ones wait for
 * an answer however long it takes.
 */
export async function connect(
  address: Address,
  broken: (cause: unknown) => void,
  connections = CONNECTIONS,
  isPatient = false,
): Promise<Pool> {
  const { default: pg } = await import('pg');
  // Numbers and times here are all below 2^53.
  const getTypeParser: CustomTypesConfig['getTypeParser'] = (oid, format) =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);
  const config: PoolConfig = {
    connectionString: address.connectionString,
    max: connections,
    application_name: 'ringbook',
    connectionTimeoutMillis: CONNECT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    ...(!isPatient && { statement_timeout: STATEMENT_MS, query_timeout: ANSWER_MS, options: BY_INDEXES }),
    keepAlive: true,
    types: { getTypeParser },
  };
  const pool = new pg.Pool(config);
  pool.on('error', broken);
  // While it is used, whoever uses it is told; without a listener Node would take it for nobody's error and end.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A question by its text: prepared once on each connection. */
export async function ask<Answer extends QueryResultRow>(
  pool: Pick<Pool, 'query'>,
  name: string,
  text: string,
  values: readonly unknown[],
): Promise<readonly Answer[]> {
  const { rows } = await pool.query<Answer>({ name, text, values: [...values] });
  return rows;
}
