import type { Pool } from 'pg';
import type { Clock } from '../../time/time.ts';
import { ClaimLost, type Journal, JournalUnusable } from '../journal.ts';
import type { Batch, Call } from './batch.ts';
import { backupVerb, pruneVerb, verifyVerb } from './care.ts';
import { type Address, addressOf, ask, connect } from './connect.ts';
import { findVerbs } from './find.ts';
import { type Gather, newGather } from './gather.ts';
import { newHandOut } from './hand-out.ts';
import { type HostLease, newHostLease } from './host.ts';
import { refusedEvents } from './inbox.ts';
import { migrate } from './migrate.ts';
import type { Row } from './row.ts';
import { type Claims, runVerbs } from './run.ts';
import { sendVerbs } from './send.ts';
import { storyVerbs } from './story.ts';
import { encodeJson } from './text.ts';

/** How a journal in PostgreSQL is opened. */
export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database` */
  readonly url: string;
  readonly clock: Clock;
  /** Nothing is made, migrated or written, and this process is no host. */
  readonly readOnly?: boolean;
  /** Something that the operator should know; the journal goes on. */
  readonly trouble?: (what: string, cause: unknown) => void;
  /** For tests: a host that was not heard of for so long has lost what it claimed. */
  readonly leaseSeconds?: number;
}

/**
 * Opens a journal in a PostgreSQL database, in the schema `ringbook`, and makes or migrates it where that is to be done. Any
 * number of hosts may have it open. All that is asked for in one turn of the event loop, or while the database is busy with
 * what was asked before, is done together, in one transaction and one round trip. Rejects with `JournalUnusable`.
 */
export async function openPostgresJournal(options: PostgresOptions): Promise<Journal> {
  const { clock, readOnly = false, trouble = () => undefined } = options;
  const address = addressOf(options.url);
  const pool = await connect(address, (cause) => trouble('a connection to the database broke', cause));
  try {
    await prepare(pool, address, !readOnly);
    const reading = readVerbs(pool, clock, address);
    const lease = readOnly ? undefined : await newHostLease(pool, options.leaseSeconds);
    if (lease) await assertWhole(pool, lease, address.place);
    return lease
      ? hostJournal(pool, address, lease, reading, { clock, trouble })
      : readOnlyJournal(pool, clock, reading, address.place);
  } catch (failure) {
    await pool.end();
    if (failure instanceof JournalUnusable) throw failure;
    throw new JournalUnusable(address.place, wordsOf(failure), failure);
  }
}

/** One of them listens, the others fetch and complete jobs, many at a time. */
const ENGINE_CONNECTIONS = 4;
/** Of a host that loses its lease again and again while it starts. */
const MOST_TRIES = 5;
/** Before a run is tried again that could not be given back. */
const GIVE_BACK_MS = 1_000;

async function prepare(pool: Pool, { connectionString, place }: Address, mayWrite: boolean): Promise<void> {
  const client = await pool.connect();
  try {
    await migrate(client, place, mayWrite, async () => {
      const { installEngine } = await import('./engine.ts');
      await installEngine(connectionString);
    });
  } finally {
    client.release();
  }
}

/** After this host has registered: a move that begins later finds it. */
async function assertWhole(pool: Pool, lease: HostLease, place: string): Promise<void> {
  const unfinished = await ask<Row>(pool, 'moves', 'SELECT FROM ringbook.move WHERE finished_at IS NULL', []);
  if (unfinished.length === 0) return;
  await lease.end();
  const reason = 'a journal is being moved into it, or that broke off: "ringbook journal move" goes on with it';
  throw new JournalUnusable(place, reason);
}

type Reading = ReturnType<typeof readVerbs>;

function readVerbs(pool: Pool, clock: Clock, address: Address) {
  return {
    ...findVerbs(pool, clock),
    ...storyVerbs(pool, clock),
    refusedEvents: (limit: number) => refusedEvents(pool, limit),
    backup: backupVerb(address.place),
    verify: verifyVerb(() => connect(address, () => undefined, 1, true)),
  };
}

function hostJournal(
  pool: Pool,
  address: Address,
  lease: HostLease,
  reading: Reading,
  { clock, trouble }: Required<Pick<PostgresOptions, 'clock' | 'trouble'>>,
): Journal {
  const claims: Claims = new Map();
  const keptPlans = new Map<string, string>();
  const gather = newGather({
    clock,
    act: (batch, keys) => act(pool, lease.id(), batch, keys),
    lost: renew,
    reconcile: (calls) => reconcile(pool, lease.id(), claims, calls, clock.now()),
  });
  let renewing: Promise<void> | undefined;
  const renewal = setInterval(renew, lease.intervalMs);
  renewal.unref();
  function renew(): void {
    renewing ??= renewLease()
      .catch((cause: unknown) => trouble('the lease of this host could not be renewed', cause))
      .finally(() => {
        renewing = undefined;
      });
  }
  async function renewLease(): Promise<void> {
    if (await lease.renew()) {
      trouble('this host was gone for longer than its lease: others have its runs', undefined);
      for (const [hash, body] of keptPlans) await gather.do({ verb: 'plan', hash, body });
    }
    await lease.takeOver(clock);
  }
  const verbs = runVerbs(gather, claims, clock, keptPlans);
  /** A host that was taken for dead while it started is another one, and starts. */
  const keepPlan: Journal['keepPlan'] = async (plan) => {
    for (let tries = 1; ; tries++) {
      try {
        return await verbs.keepPlan(plan);
      } catch (failure) {
        if (!(failure instanceof ClaimLost) || tries === MOST_TRIES) throw failure;
        await renewing;
      }
    }
  };
  return {
    ...reading,
    ...verbs,
    keepPlan,
    ...sendVerbs(gather, claims),
    handOut: newHandOut({
      pool,
      openPool: () =>
        connect(address, (cause) => trouble('a connection to the database broke', cause), ENGINE_CONNECTIONS),
      lease,
      gather,
      claims,
      clock,
      giveBack: ({ run }, failure) => verbs.releaseRun(run.id, clock.now() + GIVE_BACK_MS, wordsOf(failure)),
      trouble,
    }),
    takeOver: () => lease.takeOver(clock, 'with its own'),
    prune: pruneVerb(pool, clock),
    close: async () => {
      clearInterval(renewal);
      await renewing;
      await gather.idle();
      // Where the database is gone, the lease ends by itself.
      await lease.end().catch(() => undefined);
      await pool.end();
    },
  };
}

async function act(
  pool: Pool,
  host: number,
  { oneByOne, together }: Batch,
  keys: readonly string[],
): Promise<readonly unknown[]> {
  const values = [host, encodeJson(oneByOne), keys, encodeJson(together)];
  return (await ask<Row>(pool, 'act', 'SELECT ringbook.act($1, $2, $3, $4) AS result', values)).map(
    ({ result }) => result,
  );
}

/** After the connection broke in the middle of calls: whoever made them was told that they failed. */
async function reconcile(pool: Pool, host: number, claims: Claims, calls: readonly Call[], now: number): Promise<void> {
  const neverSent = calls.flatMap(({ attempt, verb }) => (verb === 'intend' || verb === 'begin' ? [attempt] : []));
  await ask(pool, 'reconcile', 'SELECT ringbook.reconcile($1, $2, $3, $4)', [
    host,
    [...claims.keys()],
    neverSent.filter((attempt) => attempt !== undefined),
    now,
  ]);
}

/** Writes nothing, and says so. */
function readOnlyJournal(pool: Pool, clock: Clock, reading: Reading, place: string): Journal {
  const refused = (): Promise<never> => Promise.reject(new Error(`${place} is open for reading only (readonly)`));
  const gather: Gather = { do: refused, idle: () => Promise.resolve() };
  return {
    ...reading,
    ...runVerbs(gather, new Map(), clock, new Map()),
    ...sendVerbs(gather, new Map()),
    takeOver: refused,
    prune: refused,
    close: () => pool.end(),
  };
}

function wordsOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
