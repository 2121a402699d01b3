/** No verb of the host reads what is done, put off or not asked for: each of its statements finds its rows by an index. */
import { expect, it } from 'vitest';
import { admitVerbs } from '../../src/journal/sqlite/admit.ts';
import { type Database, openDatabase } from '../../src/journal/sqlite/database.ts';
import { dueVerbs } from '../../src/journal/sqlite/due.ts';
import { eventVerbs, newAppend } from '../../src/journal/sqlite/event.ts';
import { findVerbs } from '../../src/journal/sqlite/find.ts';
import { intendVerbs } from '../../src/journal/sqlite/intend.ts';
import { newMessages } from '../../src/journal/sqlite/message.ts';
import { pruneVerb } from '../../src/journal/sqlite/prune.ts';
import { reportVerbs } from '../../src/journal/sqlite/report.ts';
import { runVerbs } from '../../src/journal/sqlite/run.ts';
import { sendVerbs } from '../../src/journal/sqlite/send.ts';
import { storyVerbs } from '../../src/journal/sqlite/story.ts';
import { countingClock } from '../../src/testing/journal-values.ts';

/** The statements that `make` prepares, each with what SQLite says it will do for it. */
function plansOf(make: (database: Database) => unknown): readonly { sql: string; plan: readonly string[] }[] {
  const database = openDatabase({ path: ':memory:', readOnly: false });
  const texts: string[] = [];
  make({
    ...database,
    prepare(sql) {
      texts.push(sql);
      return database.prepare(sql);
    },
  });
  const plans = texts.map((sql) => ({
    sql,
    plan: database.handle
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail)),
  }));
  database.close();
  return plans;
}

/** Newest first by number, until enough are found: no index does better. */
const NEWEST = /^SELECT [^]*ORDER BY (number|event_number) DESC/;
/** A partial index holds nothing but what is asked for. */
const PARTIAL = /USING (COVERING )?INDEX (run_ready|run_pending|run_claimed|message_open)/;
/** Few rows, and looked at by prune alone. */
const SMALL = /^SCAN (plan|bucket|urgency)\b/;

const clock = countingClock();
const VERBS: Readonly<Record<string, (database: Database) => unknown>> = {
  events: (database) => eventVerbs(database, newAppend(database, clock), new Set()),
  runs: (database) => runVerbs(database, clock),
  intents: (database) => intendVerbs(database, newMessages(database, clock)),
  sends: (database) => sendVerbs(database, newMessages(database, clock)),
  limits: (database) => admitVerbs(database, newMessages(database, clock)),
  reports: (database) => reportVerbs(database, newMessages(database, clock), newAppend(database, clock)),
  due: (database) => dueVerbs(database, newMessages(database, clock)),
  finding: (database) => findVerbs(database),
  stories: (database) => storyVerbs(database, clock),
  pruning: (database) => pruneVerb(database, clock, new Set()),
};

it.each(Object.entries(VERBS))('the statements of %s scan no table', (_, make) => {
  const plans = plansOf(make);
  expect(plans.length).toBeGreaterThan(1);
  const scans = plans
    .filter(({ sql }) => !NEWEST.test(sql))
    .flatMap(({ sql, plan }) =>
      plan
        .filter((step) => step.startsWith('SCAN') && !PARTIAL.test(step) && !SMALL.test(step))
        .map((step) => `${step}: ${sql}`),
    );
  expect(scans).toEqual([]);
});

it('claims by the index of what can be claimed, without sorting', () => {
  const plans = plansOf(VERBS['runs'] ?? (() => {}));
  const ready = plans.find(({ sql }) => sql.includes('event.id, source')) ?? { plan: [] };
  expect(ready.plan.join('\n')).toContain('USING INDEX run_ready');
  expect(ready.plan.join('\n')).not.toContain('TEMP B-TREE');
});
