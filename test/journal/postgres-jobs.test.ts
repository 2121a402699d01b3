import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { appendOne, countingClock, draftOf, PLAN } from '../../src/testing/journal-values.ts';
import { type PostgresServer, query, startPostgres } from './postgres-server.ts';

let server: PostgresServer;
let url: string;
let journals: Journal[];

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
beforeEach(async () => {
  journals = [];
  url = await server.newDatabase();
});
afterEach(async () => {
  for (const journal of journals) await journal.close();
  await server.giveBack(url);
});
afterAll(async () => {
  await server.stop();
}, 60_000);

async function open(): Promise<Journal> {
  const journal = await openPostgresJournal({ url, clock: countingClock() });
  journals.push(journal);
  await journal.keepPlan(PLAN);
  return journal;
}

/** As if every host had been stopped for longer than its lease, and another looked. */
async function outliveLeases(): Promise<void> {
  await query(url, "UPDATE ringbook.host SET lease_until = clock_timestamp() - interval '1 second'");
}

/** A message that is due, whose job was fetched under an id of graphile-worker `ago`. */
async function fetchedBy(poolId: string, ago = '0 s'): Promise<string> {
  const journal = await open();
  const { runId } = await appendOne(journal);
  await journal.claimRuns(1);
  const { message } = await journal.intendMessage(draftOf(runId));
  const lock =
    'UPDATE graphile_worker._private_jobs SET locked_by = $1, locked_at = now() - $2::interval WHERE key = $3';
  await query(url, lock, [poolId, ago, `message:${message.id}`]);
  return message.id;
}

async function jobOf(message: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [job] = await query(url, 'SELECT id, locked_by FROM graphile_worker.jobs WHERE key = $1', [
    `message:${message}`,
  ]);
  return job;
}

describe('a job that a host had fetched', () => {
  it('is handed out anew when that host is dead, and is not done because the host wakes and says so of the old one', async () => {
    const message = await fetchedBy('pool-1');
    await query(url, "UPDATE ringbook.host SET pools = '{pool-1}'");
    const before = await jobOf(message);
    await outliveLeases();
    await (await open()).takeOver();
    // What graphile-worker does when a task has ended, by the id alone.
    await query(url, 'DELETE FROM graphile_worker._private_jobs WHERE id = $1', [before?.['id']]);
    const after = await jobOf(message);
    expect(after).toMatchObject({ locked_by: null });
    expect(after?.['id']).not.toBe(before?.['id']);
  });

  it('is handed out anew when nobody knows who has it, after two leases', async () => {
    const message = await fetchedBy('a host that died at once', '61 s');
    await (await open()).takeOver();
    expect(await jobOf(message)).toMatchObject({ locked_by: null });
  });

  it('is left to a host that may be about to say who it is', async () => {
    const message = await fetchedBy('a host that has just begun', '10 s');
    await (await open()).takeOver();
    expect(await jobOf(message)).toMatchObject({ locked_by: 'a host that has just begun' });
  });

  it('is left to a host that lives, however long that takes', async () => {
    const message = await fetchedBy('pool-1', '1 hour');
    await query(url, "UPDATE ringbook.host SET pools = '{pool-1}'");
    await (await open()).takeOver();
    expect(await jobOf(message)).toMatchObject({ locked_by: 'pool-1' });
  });
});

it('says under which ids its jobs are fetched again after a host was taken for dead', async () => {
  const journal = await open();
  const pump = journal.handOut?.events(async () => undefined);
  pump?.wake();
  const pools = async (): Promise<unknown> =>
    (await query(url, 'SELECT pools FROM ringbook.host ORDER BY id'))[0]?.['pools'];
  await expect.poll(pools, { timeout: 10_000 }).toHaveLength(1);
  const before = await pools();
  await outliveLeases();
  await (await open()).takeOver();
  const { runId } = await appendOne(journal);
  // Asks for something that a host which is taken for dead may not do, by which it learns of it.
  await journal.claimRuns(1).catch(() => []);
  await expect
    .poll(() => query(url, 'SELECT id FROM ringbook.host WHERE pools = $1::text[]', [before]), { timeout: 10_000 })
    .toHaveLength(1);
  expect(runId).toBeDefined();
  await pump?.drain();
});
