import { STATES } from '../../message/message.ts';
import type { Clock } from '../../time/time.ts';
import type { Journal } from '../journal.ts';
import { integer, text } from '../row.ts';
import type { Database } from './database.ts';

const DAY_MS = 86_400_000;
/** Rows of buckets and of past days that go with one step. */
const MOST_COUNTS = 1_000;

/** Removes what is old. `keptPlans` are those that a host may start runs with, though no run has them yet. */
export function pruneVerb(database: Database, clock: Clock, keptPlans: ReadonlySet<string>): Journal['prune'] {
  const old = database.prepare(oldEvents());
  const removal = prepareRemoval(database);
  const plans = database.prepare('SELECT hash FROM plan WHERE NOT EXISTS (SELECT 1 FROM run WHERE plan_hash = hash)');
  const removePlan = database.prepare('DELETE FROM plan WHERE hash = ?');
  const removeBuckets = database.prepare(
    'DELETE FROM bucket WHERE key IN (SELECT key FROM bucket WHERE next_at < ? LIMIT ?)',
  );
  const removeCounts = database.prepare(
    'DELETE FROM sent_count WHERE (day, key) IN (SELECT day, key FROM sent_count WHERE day < ? LIMIT ?)',
  );
  return (before, limit) =>
    database.write(() => {
      const now = clock.now();
      const events = old.all({ before, limit, moving: now - DAY_MS }).map((row) => integer(row, 'number'));
      for (const event of events) for (const statement of removal) statement.run(event);
      removeBuckets.run(now, MOST_COUNTS);
      removeCounts.run(Math.floor(now / DAY_MS), MOST_COUNTS);
      for (const hash of plans.all().map((row) => text(row, 'hash'))) if (!keptPlans.has(hash)) removePlan.run(hash);
      return events.length;
    });
}

/** Events that may go, by the index of their age. What is protected is looked at again each time: there is little of it. */
function oldEvents(): string {
  return `SELECT number FROM event
    WHERE received_at < :before
      AND NOT EXISTS (SELECT 1 FROM run WHERE event_number = event.number AND state IN ('pending', 'dead'))
      AND NOT EXISTS (
        SELECT 1 FROM run CROSS JOIN message ON run_id = run.id
        WHERE event_number = event.number
          AND (message.state IN (${ofRank(0, 2)}) OR message.state IN (${ofRank(3, 8)}) AND changed_at > :moving))
    ORDER BY received_at, number LIMIT :limit`;
}

function ofRank(least: number, most: number): string {
  const states = Object.entries<{ readonly rank: number }>(STATES).filter(
    ([, { rank }]) => rank >= least && rank <= most,
  );
  return states.map(([state]) => `'${state}'`).join(', ');
}

/** Everything that came of one event, from its leaves to itself. */
function prepareRemoval(database: Database) {
  const runs = 'SELECT id FROM run WHERE event_number = ?';
  const messages = `SELECT id FROM message WHERE run_id IN (${runs})`;
  return [
    `DELETE FROM label WHERE message_number IN (SELECT number FROM message WHERE run_id IN (${runs}))`,
    `DELETE FROM former_provider_id WHERE message_id IN (${messages})`,
    `DELETE FROM attempt WHERE message_id IN (${messages})`,
    `DELETE FROM message WHERE run_id IN (${runs})`,
    `DELETE FROM step WHERE run_id IN (${runs})`,
    'DELETE FROM run WHERE event_number = ?',
    'DELETE FROM event WHERE number = ?',
  ].map((sql) => database.prepare(sql));
}
