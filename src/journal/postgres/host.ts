import { hostname } from 'node:os';
import type { Pool } from 'pg';
import type { Clock } from '../../time/time.ts';
import { ask } from './connect.ts';
import { integer, type Row } from './row.ts';

/** A host that was not heard of for so long has lost what it claimed. Long enough for a full garbage collection or a slow disk. */
const LEASE_SECONDS = 30;
/** So often in a lease, so that no one failure loses it. */
const RENEWALS = 6;

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
  const register = async (): Promise<number> => {
    const [row = {}] = await ask<Row>(pool, 'register', REGISTER, [`${hostname()} ${process.pid}`, seconds]);
    return integer(row, 'id');
  };
  let id = await register();
  let ended = false;
  return {
    id: () => id,
    intervalMs: (seconds * 1_000) / RENEWALS,
    renew: async () => {
      if (ended) return false;
      const renewed = await ask<Row>(pool, 'renew', RENEW, [id, seconds]);
      if (renewed.length > 0) return false;
      id = await register();
      return true;
    },
    takeOver: async (clock, own) => {
      const [row = {}] = await ask<Row>(pool, 'take over', TAKE_OVER, [own ? id : null, STOPPED, clock.now()]);
      return integer(row, 'doubted');
    },
    usePool: async (poolId) =>
      void (await ask(pool, 'use pool', 'UPDATE ringbook.host SET pools = pools || $2::text WHERE id = $1', [
        id,
        poolId,
      ])),
    leavePools: async (poolIds) => void (await ask(pool, 'leave pools', LEAVE_POOLS, [id, poolIds])),
    end: async () => {
      ended = true;
      await ask(pool, 'end', 'UPDATE ringbook.host SET lease_until = clock_timestamp() WHERE id = $1', [id]);
    },
  };
}

const UNTIL = "clock_timestamp() + $2 * interval '1 second'";
const REGISTER = `INSERT INTO ringbook.host (name, lease_until) VALUES ($1, ${UNTIL}) RETURNING id`;
/** As long as nobody has taken over, a lease that has ended can be renewed: nothing was lost. */
const RENEW = `UPDATE ringbook.host SET lease_until = ${UNTIL} WHERE id = $1 RETURNING id`;
const LEAVE_POOLS = `WITH freed AS (SELECT graphile_worker.force_unlock_workers($2))
  UPDATE ringbook.host SET pools = ARRAY(SELECT p FROM unnest(pools) AS p WHERE NOT p = ANY ($2))
  FROM freed WHERE id = $1`;
const TAKE_OVER = 'SELECT ringbook.take_over_dead($1::bigint, $2, $3) AS doubted';
