import { hostname } from 'node:os';
import type { Pool } from 'pg';
import type { Clock } from '../../time/time.ts';
import { ask } from './connect.ts';
import { integer, type Row } from './row.ts';

/** A host that was not heard of for so long has lost what it claimed. Long enough for a full garbage collection or a slow disk. */
const LEASE_SECONDS = 30;
/** So often in a lease, so that no one failure loses it. */
const RENEWALS = 6;

/** So many renewals apart, jobs are looked for that nobody has: once a minute. */
const STRAYS_EVERY = 12;
/** In leases. Whoever lives has said by then under which ids it locks jobs. */
const STRAY_LEASES = 2;

/** Why a send is in doubt after its host died. */
const STOPPED = 'the host stopped while it was being sent';

/** Who this host is to the others. Times of leases are the database's. */
export interface HostLease {
  /** Changes when the lease was lost. */
  id(): number;
  /** Between two renewals. */
  readonly intervalMs: number;
  /** Holds on to the lease; returns whether it was lost, and this is another host from here on. */
  renew(): Promise<boolean>;
  /** Takes over what hosts have left behind whose lease has ended. Returns how many sends are in doubt. */
  takeOver(clock: Clock, own?: 'with its own'): Promise<number>;
  /** Says under which ids graphile-worker locks jobs here. */
  usePool(poolId: string): Promise<void>;
  /** Lets go of all jobs that are locked under these ids. */
  leavePools(poolIds: readonly string[]): Promise<void>;
  /** Lets go of everything: what was left undone is the next one's. */
  end(): Promise<void>;
}

export async function newHostLease(pool: Pool, seconds = LEASE_SECONDS): Promise<HostLease> {
  /** Kept here, since another host may remove what the database knows of this one while its graphile-worker goes on. */
  let pools: readonly string[] = [];
  const register = async (): Promise<number> => {
    const [row = {}] = await ask<Row>(pool, 'register', REGISTER, [`${hostname()} ${process.pid}`, seconds, pools]);
    return integer(row, 'id');
  };
  let id = await register();
  let ended = false;
  let takeOvers = 0;
  return {
    id: () => id,
    intervalMs: (seconds * 1_000) / RENEWALS,
    renew: async () => {
      if (ended) return false;
      const renewed = await ask<Row>(pool, 'renew', RENEW, [id, seconds, pools]);
      if (renewed.length > 0) return false;
      id = await register();
      return true;
    },
    takeOver: async (clock, own) => {
      if (takeOvers++ % STRAYS_EVERY === 0)
        await ask(pool, 'strays', 'SELECT ringbook.retake_strays($1, $2)', [STRAY_LEASES * seconds, clock.now()]);
      const [row = {}] = await ask<Row>(pool, 'take over', TAKE_OVER, [own ? id : null, STOPPED, clock.now()]);
      return integer(row, 'doubted');
    },
    usePool: async (poolId) => {
      pools = [...pools, poolId];
      await ask(pool, 'use pool', 'UPDATE ringbook.host SET pools = $2 WHERE id = $1', [id, pools]);
    },
    leavePools: async (poolIds) => {
      pools = pools.filter((poolId) => !poolIds.includes(poolId));
      await ask(pool, 'leave pools', LEAVE_POOLS, [id, poolIds]);
    },
    end: async () => {
      ended = true;
      await ask(pool, 'end', 'UPDATE ringbook.host SET lease_until = clock_timestamp() WHERE id = $1', [id]);
    },
  };
}

const UNTIL = "clock_timestamp() + $2 * interval '1 second'";
const REGISTER = `INSERT INTO ringbook.host (name, lease_until, pools) VALUES ($1, ${UNTIL}, $3) RETURNING id`;
/** As long as nobody has taken over, a lease that has ended can be renewed: nothing was lost. */
const RENEW = `UPDATE ringbook.host SET lease_until = ${UNTIL}, pools = $3 WHERE id = $1 RETURNING id`;
const LEAVE_POOLS = `WITH freed AS (SELECT graphile_worker.force_unlock_workers($2))
  UPDATE ringbook.host SET pools = ARRAY(SELECT p FROM unnest(pools) AS p WHERE NOT p = ANY ($2))
  FROM freed WHERE id = $1`;
const TAKE_OVER = 'SELECT ringbook.take_over_dead($1::bigint, $2, $3) AS doubted';
