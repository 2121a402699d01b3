import type { Pool, PoolClient } from 'pg';
import { STATES } from '../../message/message.ts';
import type { Clock } from '../../time/time.ts';
import { BackupRefused, type Journal } from '../journal.ts';
import { isInTheWay } from './gather.ts';
import { integer, type Row, text } from './row.ts';

const DAY_MS = 86_400_000;
/** Somebody else was at the same rows: there are others to be found then. */
const MOST_TRIES = 5;
/** Rows of buckets and of past days that go with one step. */
const MOST_COUNTS = 1_000;

/** Keeping the journal small. What others change at the same time is left to the next time. */
export function pruneVerb(pool: Pool, clock: Clock): Journal['prune'] {
  const attempt = async (before: number, limit: number): Promise<number> => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await client.query(BY_INDEXES);
      const removed = await prune(client, before, limit, clock.now());
      await client.query('COMMIT');
      client.release();
      return removed;
    } catch (failure) {
      client.release(true);
      throw failure;
    }
  };
  return async (before, limit) => {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(before, limit);
      } catch (failure) {
        if (tries === MOST_TRIES || !isInTheWay(failure)) throw failure;
      }
    }
  };
}

/** It takes few rows of many: no plan that reads a whole table is any good, whatever is known of the tables. */
const BY_INDEXES = 'SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off';

async function prune(client: PoolClient, before: number, limit: number, now: number): Promise<number> {
  const old = await client.query<Row>(OLD_EVENTS, [before, now - DAY_MS, limit]);
  const events = old.rows.map((row) => integer(row, 'number'));
  // Runs that are resumed meanwhile are found here, and everything is left as it is.
  await client.query('SELECT FROM ringbook.run WHERE event_number = ANY ($1::bigint[]) FOR UPDATE', [events]);
  for (const sql of REMOVAL) await client.query(sql, [events]);
  await client.query(
    `DELETE FROM ringbook.bucket WHERE key IN (SELECT key FROM ringbook.bucket WHERE next_at < $1 LIMIT $2)`,
    [now, MOST_COUNTS],
  );
  await client.query(
    `DELETE FROM ringbook.sent_count
     WHERE (day, key) IN (SELECT day, key FROM ringbook.sent_count WHERE day < $1 LIMIT $2)`,
    [Math.floor(now / DAY_MS), MOST_COUNTS],
  );
  const unheld = await client.query<Row>(UNHELD_PLANS);
  // One by one, so that runs are only looked through for these.
  for (const row of unheld.rows) await client.query(UNUSED_PLAN_REMOVAL, [text(row, 'hash')]);
  return events.length;
}

const UNHELD_PLANS = `SELECT hash FROM ringbook.plan AS p
  WHERE NOT EXISTS (SELECT FROM ringbook.host_plan AS h WHERE h.hash = p.hash)`;
const UNUSED_PLAN_REMOVAL = `DELETE FROM ringbook.plan
  WHERE hash = $1 AND NOT EXISTS (SELECT FROM ringbook.run WHERE plan_hash = $1)
    AND NOT EXISTS (SELECT FROM ringbook.host_plan AS h WHERE h.hash = $1)`;

/** Events that may go, by the index of their age. What is protected is looked at again each time: there is little of it. */
const OLD_EVENTS = `
  SELECT number FROM ringbook.event AS e
  WHERE received_at < $1
    AND NOT EXISTS (SELECT FROM ringbook.run WHERE event_number = e.number AND state IN ('pending', 'dead'))
    AND NOT EXISTS (
      SELECT FROM ringbook.run AS r JOIN ringbook.message AS m ON m.run_id = r.id
      WHERE r.event_number = e.number
        AND (m.state IN (${ofRank(0, 2)}) OR m.state IN (${ofRank(3, 8)}) AND m.changed_at > $2))
  ORDER BY received_at, number LIMIT $3 FOR UPDATE SKIP LOCKED`;

function ofRank(least: number, most: number): string {
  const states = Object.entries<{ readonly rank: number }>(STATES).filter(
    ([, { rank }]) => rank >= least && rank <= most,
  );
  return states.map(([state]) => `'${state}'`).join(', ');
}

const RUNS = 'SELECT id FROM ringbook.run WHERE event_number = ANY ($1::bigint[])';
const MESSAGES = `SELECT id FROM ringbook.message WHERE run_id IN (${RUNS})`;

/** Everything that came of some events, from its leaves to themselves. */
const REMOVAL = [
  `DELETE FROM ringbook.label WHERE message_number IN (SELECT number FROM ringbook.message WHERE run_id IN (${RUNS}))`,
  `DELETE FROM ringbook.former_provider_id WHERE message_id IN (${MESSAGES})`,
  `DELETE FROM ringbook.attempt WHERE message_id IN (${MESSAGES})`,
  `DELETE FROM ringbook.message WHERE run_id IN (${RUNS})`,
  `DELETE FROM ringbook.step WHERE run_id IN (${RUNS})`,
  'DELETE FROM ringbook.run WHERE event_number = ANY ($1::bigint[])',
  'DELETE FROM ringbook.event WHERE number = ANY ($1::bigint[])',
];

/** PostgreSQL has its own ways, which are better than a copy in a file. */
export function backupVerb(place: string): Journal['backup'] {
  return (path) =>
    Promise.reject(
      new BackupRefused(path, `${place} is backed up by PostgreSQL's own means, such as pg_dump --schema=ringbook`),
    );
}

/** Faults of one kind that are told one by one; more are counted. */
const MOST_TOLD = 20;

/** One thing that must hold: a query for what it does not hold for, as `id`, and the words for that. */
interface Invariant {
  readonly sql: string;
  readonly told: (id: string) => string;
}

const INVARIANTS: readonly Invariant[] = [
  {
    sql: `SELECT id FROM ringbook.message WHERE state NOT IN (${ofRank(0, 9)})`,
    told: (id) => `message ${id} is in a state that is not known`,
  },
  {
    sql: "SELECT id FROM ringbook.message WHERE state IN ('waiting', 'retrying') AND due_at IS NULL",
    told: (id) => `message ${id} waits, and is never due`,
  },
  {
    sql: `SELECT id FROM ringbook.message WHERE state IN ('sending', ${ofRank(9, 9)}) AND due_at IS NOT NULL`,
    told: (id) => `message ${id} is due, though it is being sent or has ended`,
  },
  {
    sql: `SELECT m.id FROM ringbook.message AS m LEFT JOIN ringbook.attempt AS a ON a.id = attempt_id
          WHERE (attempt_id IS NOT NULL OR m.state = 'sending') AND a.message_id IS DISTINCT FROM m.id`,
    told: (id) => `the last attempt at message ${id} is not its own, or is not there`,
  },
  {
    sql: `SELECT id FROM ringbook.message
          WHERE NOT starts_with(split_part(states, E'\\n', -2), '{"state":"' || state || '"')`,
    told: (id) => `message ${id} is in another state than the last one that was written down for it`,
  },
  {
    sql: "SELECT id FROM ringbook.run WHERE state NOT IN ('pending', 'done', 'failed', 'dead')",
    told: (id) => `run ${id} is in a state that is not known`,
  },
  {
    sql: "SELECT id FROM ringbook.run WHERE state <> 'pending' AND (claimed_by IS NOT NULL OR is_blocked)",
    told: (id) => `run ${id} has ended, and is claimed or waits for its turn`,
  },
  {
    sql: `SELECT id FROM ringbook.run AS first WHERE state = 'pending' AND is_blocked AND NOT EXISTS (
            SELECT FROM ringbook.run WHERE state = 'pending' AND order_key = first.order_key AND NOT is_blocked)`,
    told: (id) => `run ${id} waits for its turn, and nothing with its key is before it`,
  },
  {
    sql: `SELECT id FROM ringbook.run WHERE state = 'pending' AND claimed_by IS NOT NULL
          AND NOT EXISTS (SELECT FROM ringbook.host WHERE host.id = claimed_by)`,
    told: (id) => `run ${id} is claimed by a host that is not there any more`,
  },
  {
    sql: `SELECT id FROM ringbook.run WHERE state = 'pending' AND claimed_by IS NULL AND NOT is_blocked
          AND NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE key = 'run:' || run.id)`,
    told: (id) => `run ${id} could go on, and no job says so`,
  },
  {
    sql: `SELECT id FROM ringbook.message WHERE due_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE key = 'message:' || message.id)`,
    told: (id) => `message ${id} is due, and no job says so`,
  },
  {
    sql: `SELECT message_id AS id FROM ringbook.attempt AS a
          WHERE NOT EXISTS (SELECT FROM ringbook.message WHERE id = a.message_id)`,
    told: (id) => `message ${id} has attempts, and is not there`,
  },
  {
    sql: 'SELECT id FROM ringbook.run AS r WHERE NOT EXISTS (SELECT FROM ringbook.event WHERE number = r.event_number)',
    told: (id) => `the event of run ${id} is not there`,
  },
];

/** Holds the whole journal against what the verbs promise, on one view of it; that the pages are whole, the database sees to. */
export function verifyVerb(openPool: () => Promise<Pool>): Journal['verify'] {
  return async () => {
    const pool = await openPool();
    try {
      const client = await pool.connect();
      try {
        return await faultsOf(client);
      } finally {
        client.release(true);
      }
    } finally {
      await pool.end();
    }
  };
}

async function faultsOf(client: PoolClient): Promise<readonly string[]> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const faults: string[] = [];
  for (const { sql, told } of INVARIANTS) {
    const { rows } = await client.query<Row>(sql);
    faults.push(...atMost(rows.map((row) => told(text(row, 'id')))));
  }
  return faults;
}

function atMost(faults: readonly string[]): readonly string[] {
  if (faults.length <= MOST_TOLD) return faults;
  return [...faults.slice(0, MOST_TOLD), `and ${faults.length - MOST_TOLD} more of this kind`];
}
