/** What a message costs the database, which docs/scale.md tells: more than that is a fault. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { anEvent, BUSY, draftOf, PLAN, REJECTED, RUN, UNKNOWN } from '../../src/testing/journal-values.ts';
import { realClock } from '../../src/time/real.ts';
import { type PostgresServer, query, startPostgres } from './postgres-server.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  // What is counted is then what the verbs write: no copies of whole pages after a checkpoint, nobody who tidies up.
  await query(server.urlOf('postgres'), 'ALTER SYSTEM SET full_page_writes = off');
  await query(server.urlOf('postgres'), 'ALTER SYSTEM SET autovacuum = off');
  await query(server.urlOf('postgres'), 'SELECT pg_reload_conf()');
}, 60_000);
afterAll(() => server.stop(), 60_000);

let sent = 0;

/** The way of a text that its provider takes: three commits, as the host asks for them. */
async function sendOne(journal: Journal): Promise<string> {
  const nth = sent++;
  const { claimed } = await journal.appendEvent(anEvent({ id: `event ${nth}` }), [RUN], 1);
  const runId = claimed[0]?.run.id ?? '';
  const attempt = `attempt ${nth}`;
  const { message } = await journal.intendMessage({ ...draftOf(runId), id: `${runId}.0` }, attempt);
  await Promise.all([
    journal.settleAttempt(attempt, { kind: 'accepted', providerId: `SM${nth}`, answer: { status: 'queued' } }),
    journal.recordStep(runId, { path: '0', op: 'sms_send', result: { id: message.id, state: 'accepted' } }),
    journal.finishRun(runId, { state: 'done' }),
  ]);
  return message.id;
}

async function sendMany(journal: Journal, count: number, atOnce: number): Promise<void> {
  let left = count;
  const sender = async (): Promise<void> => {
    while (left-- > 0) await sendOne(journal);
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
}

async function numberOf(url: string, sql: string): Promise<number> {
  return Number((await query(url, `SELECT (${sql})::float8 AS number`))[0]?.['number']);
}

/** Each transaction that writes has a number, and what a host asks for is one statement a transaction. */
const TRANSACTIONS = 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text';
const WAL_BYTES = "SELECT pg_current_wal_insert_lsn() - '0/0'";
const TABLE_BYTES = `SELECT sum(pg_total_relation_size(oid)) FROM pg_class
  WHERE relnamespace = 'ringbook'::regnamespace AND relkind = 'r'`;

/** What `docs/scale.md` says of the cost of a message. */
function documented(what: string): number {
  const text = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');
  const cell = new RegExp(`^\\| ${what} +\\| ([0-9,.]+)`, 'm').exec(text)?.[1];
  if (cell === undefined) throw new Error(`docs/scale.md says nothing of "${what}"`);
  return Number(cell.replaceAll(',', ''));
}

describe('a message whose provider takes it', () => {
  const MESSAGES = 400;
  /** Leases are renewed meanwhile. */
  const ROOM = 10;
  let url: string;
  let journal: Journal;
  beforeAll(async () => {
    url = await server.newDatabase();
    journal = await openPostgresJournal({ url, clock: realClock });
    await journal.keepPlan(PLAN);
    await sendMany(journal, 50, 10);
  });
  afterAll(() => journal.close());

  async function spent(sql: string, work: () => Promise<void>): Promise<number> {
    const before = await numberOf(url, sql);
    await work();
    return (await numberOf(url, sql)) - before;
  }

  it('alone costs the statements that are documented, each a round trip and a commit', async () => {
    const statements = await spent(TRANSACTIONS, () => sendMany(journal, 50, 1));
    expect(statements / 50).toBeLessThanOrEqual(documented('Statements, a message alone') + ROOM / 50);
  });

  it('shares its statements with all that are under way', async () => {
    const statements = await spent(TRANSACTIONS, () => sendMany(journal, MESSAGES, 50));
    expect(statements).toBeLessThanOrEqual((documented('Statements, a message alone') * MESSAGES) / 50 + 2 * ROOM);
  });

  it('costs no more bytes of the log than are documented', async () => {
    await query(url, 'CHECKPOINT');
    const bytes = await spent(WAL_BYTES, () => sendMany(journal, MESSAGES, 50));
    expect(bytes / MESSAGES).toBeLessThanOrEqual(documented('Bytes of the log'));
  });

  it('costs no more bytes of its tables than are documented', async () => {
    await query(url, 'VACUUM');
    const bytes = await spent(TABLE_BYTES, async () => {
      await sendMany(journal, 5 * MESSAGES, 50);
      await query(url, 'VACUUM');
    });
    expect(bytes / (5 * MESSAGES)).toBeLessThanOrEqual(documented('Bytes of tables and indexes'));
  });
});

/** A million would take a minute to make. What is read below is a small part of one of its tables, read once. */
const PILE = 200_000;
const MOST_READ = PILE / 20;

/** Far from the numbers that the verbs give. */
const FIRST = 1_000_000;
const THEN = String(Date.UTC(2026, 0));
const LATER = String(Date.UTC(2100, 0));

/** How the runs and messages of a pile stand: as columns of theirs. */
interface Standing {
  readonly run: Readonly<Record<string, string>>;
  readonly message: Readonly<Record<string, string>> & { readonly state: string };
  readonly outcome: string;
}

const OLD: Standing = {
  run: { state: "'done'", finished_at: THEN },
  message: { state: "'delivered'", provider_id: "'OLD' || n" },
  outcome: "'accepted'",
};
const WAITING: Standing = {
  run: { state: "'pending'", due_at: LATER },
  message: { state: "'retrying'", due_at: LATER },
  outcome: "'rejected'",
};

/** Messages, each with its event, run and attempt. */
function pileOf({ run, message, outcome }: Standing): readonly string[] {
  const each = `FROM generate_series(${FIRST + 1}, ${FIRST + PILE}) AS n`;
  const insert = (table: string, columns: Readonly<Record<string, string>>): string =>
    `INSERT INTO ringbook.${table} (${Object.keys(columns)}) OVERRIDING SYSTEM VALUE SELECT ${Object.values(columns)} ${each}`;
  const about = { op: "'sms_send'", channel: "'sms'", resource: "'phone'", sender: "'+12025550100'", content: "'{}'" };
  const times = { created_at: THEN, changed_at: THEN, attempt_began_at: THEN };
  return [
    insert('event', {
      number: 'n',
      source: "'/pile'",
      id: 'n',
      type: "'new-user'",
      time: "'2026-11-21T00:00:00Z'",
      data: "'{}'",
      received_at: `${THEN} + n`,
    }),
    insert('run', {
      ...run,
      id: "n || '.0'",
      event_number: 'n',
      place: '0',
      rule: "'people/call'",
      plan_hash: `'${PLAN.hash}'`,
      is_begun: 'true',
      tries: '1',
      epoch: '1',
    }),
    insert('message', {
      ...message,
      ...about,
      ...times,
      number: 'n',
      id: "n || '.0.0'",
      run_id: "n || '.0'",
      recipient: "'+1202555' || n",
      priority: '3',
      attempts: '1',
      attempt_id: "'pile ' || n",
      attempt_number: '1',
      states: `ringbook.state_line(${message.state}, ${THEN}, NULL)`,
    }),
    insert('attempt', {
      id: "'pile ' || n",
      message_id: "n || '.0.0'",
      number: '1',
      began_at: THEN,
      outcome,
      settled_at: THEN,
    }),
  ];
}

/** Rows that were read one after the other, and entries of indexes; a backend tells of them when it ends. */
const READ = `SELECT relname AS name, coalesce(seq_tup_read, 0)::float8 AS "inTables",
    (SELECT coalesce(sum(idx_tup_read), 0)::float8 FROM pg_stat_user_indexes AS i WHERE i.relid = t.relid) AS "inIndexes"
  FROM pg_stat_user_tables AS t WHERE schemaname = 'ringbook' AND relname IN ('event', 'run', 'message', 'attempt', 'step')
  ORDER BY relname`;

type Rows = Awaited<ReturnType<typeof query>>;

function rowsRead(before: Rows, after: Rows): readonly { table: unknown; inTables: number; inIndexes: number }[] {
  return after.map((row, nth) => ({
    table: row['name'],
    inTables: Number(row['inTables']) - Number(before[nth]?.['inTables']),
    inIndexes: Number(row['inIndexes']) - Number(before[nth]?.['inIndexes']),
  }));
}

/** All that hosts ask for while they work; resolves with the id of a message that was sent. */
async function workAt(journal: Journal): Promise<string> {
  await sendMany(journal, 20, 20);
  const id = await sendOne(journal);
  const appended = async (more: Partial<typeof RUN & { orderKey: string }> = {}): Promise<string> =>
    (await journal.appendEvent(anEvent({ id: `event ${sent++}` }), [{ ...RUN, ...more }])).runIds[0] ?? '';
  const ordered = await appended({ orderKey: 'ana' });
  await appended({ orderKey: 'ana' });
  await journal.claimRuns(1);
  await journal.releaseRun(ordered, 0, 'it broke off');
  await journal.claimRuns(10);
  await journal.deferRun(ordered, 0);
  await journal.wakeRun(ordered);
  const waiting = await appended();
  await journal.claimRuns(1);
  const { message } = await journal.intendMessage({ ...draftOf(waiting), options: { tags: ['vip'], priority: 1 } });
  await journal.admit(
    message.id,
    [
      { kind: 'rate', key: 'phone', intervalMs: 0 },
      { kind: 'cap', key: 'day', max: 99 },
    ],
    'phone',
  );
  await journal.beginAttempt(message.id, `${message.id} 1`);
  await journal.settleAttempt(`${message.id} 1`, BUSY, 1);
  await journal.postponeMessage(message.id, 1);
  await journal.beginAttempt(message.id, `${message.id} 2`);
  await journal.settleAttempt(`${message.id} 2`, UNKNOWN, 1);
  await journal.recordLook(message.id, 1);
  await journal.settleSighting(`${message.id} 2`, [{ providerId: 'none of ours', answer: {} }]);
  await journal.reportState(id, { state: 'delivered' });
  const refused = await appended();
  await journal.claimRuns(5);
  await journal.intendMessage(draftOf(refused), `${refused} 1`);
  await journal.settleAttempt(`${refused} 1`, REJECTED);
  await journal.finishRun(refused, { state: 'failed', error: 'refused' });
  await journal.resendMessage(draftOf(refused).id);
  await journal.resumeRun(refused);
  await journal.dueMessages(10);
  await journal.nextRunDue();
  await journal.nextMessageDue();
  return id;
}

/** What people ask for, and what is done now and then. */
async function workAndLookAt(journal: Journal): Promise<void> {
  await readEverything(journal, await workAt(journal));
  await journal.takeOver();
  await journal.prune(1, 100);
}

async function readEverything(journal: Journal, id: string): Promise<void> {
  const { runId, lastAttempt } = (await journal.message(id)) ?? { runId: '' };
  await journal.messageOfAttempt(lastAttempt?.id ?? '');
  await journal.attempts(id);
  await journal.stateChanges(id);
  await journal.steps(runId);
  await journal.run(runId);
  await journal.story(Number(runId.split('.')[0]));
  await journal.stories(10);
  await journal.runs(10);
  await journal.runs(10, ['failed', 'dead']);
  for (const filter of [{}, { to: '+34666555444' }, { tag: 'vip' }, { states: ['unknown', 'waiting'] } as const]) {
    await journal.messages(10, filter);
  }
}

describe.each([
  ['old messages', OLD, workAndLookAt],
  // Who takes over from a host that died reads all that waits, once.
  ['messages and runs that wait', WAITING, workAt],
] as const)('a journal full of %s', (_, standing, ask) => {
  let url: string;
  beforeAll(async () => {
    url = await server.newDatabase();
  });

  const readSoFar = (): ReturnType<typeof query> => query(url, READ);

  it('is worked with, and nothing of them is read, though the plans were made when it was empty', async () => {
    const journal = await openPostgresJournal({ url, clock: realClock });
    await journal.keepPlan(PLAN);
    // More often than it takes PostgreSQL to keep a plan for good.
    for (let n = 0; n < 7; n++) await ask(journal);
    for (const sql of pileOf(standing)) await query(url, sql);
    const before = await readSoFar();
    for (let n = 0; n < 3; n++) await ask(journal);
    await journal.close();
    await expect.poll(() => numberOf(url, CONNECTIONS), { timeout: 10_000 }).toBe(0);
    const read = rowsRead(before, await readSoFar());
    expect(read.filter(({ inTables, inIndexes }) => inTables + inIndexes > MOST_READ)).toEqual([]);
  }, 120_000);
});

const CONNECTIONS =
  "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ringbook' AND datname = current_database()";
