import { STATES } from '../../message/message.ts';
import type { Journal } from '../journal.ts';
import { text } from '../row.ts';
import type { Database } from './database.ts';

/** Faults of one kind that are told one by one; more are counted. */
const MOST_TOLD = 20;

/** SQLITE_CORRUPT (https://sqlite.org/rescode.html#corrupt). */
const SQLITE_CORRUPT = 11;

/** One thing that must hold: a query for what it does not hold for, as `id`, and the words for that. */
interface Invariant {
  readonly sql: string;
  readonly told: (id: string) => string;
}

const KNOWN_STATES = Object.keys(STATES)
  .map((state) => `'${state}'`)
  .join(', ');
const FINAL_STATES = Object.entries(STATES)
  .filter(([, { rank }]) => rank === 9)
  .map(([state]) => `'${state}'`)
  .join(', ');

const INVARIANTS: readonly Invariant[] = [
  {
    sql: `SELECT id FROM message WHERE state NOT IN (${KNOWN_STATES})`,
    told: (id) => `message ${id} is in a state that is not known`,
  },
  {
    sql: "SELECT id FROM message WHERE state IN ('waiting', 'retrying') AND due_at IS NULL",
    told: (id) => `message ${id} waits, and is never due`,
  },
  {
    sql: `SELECT id FROM message WHERE state IN ('sending', ${FINAL_STATES}) AND due_at IS NOT NULL`,
    told: (id) => `message ${id} is due, though it is being sent or has ended`,
  },
  {
    sql: "SELECT id FROM message WHERE state = 'sending' AND attempt_id IS NULL",
    told: (id) => `message ${id} is being sent without an attempt`,
  },
  {
    sql: `SELECT message.id FROM message LEFT JOIN attempt ON attempt.id = attempt_id
          WHERE attempt_id IS NOT NULL AND (attempt.id IS NULL OR attempt.message_id <> message.id)`,
    told: (id) => `the last attempt at message ${id} is not its own`,
  },
  {
    sql: `SELECT id FROM message
          WHERE state <> json_extract('[' || replace(rtrim(states, char(10)), char(10), ',') || ']', '$[#-1].state')`,
    told: (id) => `message ${id} is in another state than the last one that was written down for it`,
  },
  {
    sql: "SELECT id FROM run WHERE state NOT IN ('pending', 'done', 'failed', 'dead')",
    told: (id) => `run ${id} is in a state that is not known`,
  },
  {
    sql: "SELECT id FROM run WHERE state <> 'pending' AND (is_claimed = 1 OR is_blocked = 1)",
    told: (id) => `run ${id} has ended, and is claimed or waits for its turn`,
  },
  {
    sql: `SELECT id FROM run AS first WHERE state = 'pending' AND is_blocked = 1
          AND NOT EXISTS (SELECT 1 FROM run WHERE state = 'pending' AND order_key = first.order_key AND is_blocked = 0)`,
    told: (id) => `run ${id} waits for its turn, and nothing with its key is before it`,
  },
];

/** Reads the whole journal, and holds it against what SQLite and the verbs promise. */
export function verifyVerb(database: Database): Journal['verify'] {
  const integrity = database.prepare('SELECT integrity_check AS told FROM pragma_integrity_check');
  const orphans = database.prepare(
    `SELECT format('a row of %s names a %s that is not there', "table", parent) AS told FROM pragma_foreign_key_check`,
  );
  const invariants = INVARIANTS.map(({ sql, told }) => ({ query: database.prepare(sql), told }));
  const look = (): readonly string[] => {
    const damage = integrity.all().map((row) => text(row, 'told'));
    // What stands in a damaged file says nothing.
    if (damage.some((what) => what !== 'ok')) return atMost(damage.map(damaged));
    return [
      ...atMost(orphans.all().map((row) => text(row, 'told'))),
      ...invariants.flatMap(({ query, told }) => atMost(query.all().map((row) => told(text(row, 'id'))))),
    ];
  };
  return async () => {
    try {
      return await database.view(look);
    } catch (failure) {
      // SQLite gives up on some damage instead of telling of it.
      if (!(failure instanceof Error && 'errcode' in failure && failure.errcode === SQLITE_CORRUPT)) throw failure;
      return [damaged(failure.message)];
    }
  };
}

function damaged(what: string): string {
  return `the file is damaged: ${what}`;
}

function atMost(faults: readonly string[]): readonly string[] {
  if (faults.length <= MOST_TOLD) return faults;
  return [...faults.slice(0, MOST_TOLD), `and ${faults.length - MOST_TOLD} more of this kind`];
}
