/** Hosts as processes on one PostgreSQL, each with a wire to it that can be cut, behind one address; and what can befall them. */
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import type { Clock } from '../../src/time/time.ts';
import { type PostgresServer, query, startPostgres } from '../journal/postgres-server.ts';
import { type Proxy, startProxy } from '../journal/proxy.ts';
import { type Child, type Files, freePort, openRig, post, type Rig, type Sender } from './rig.ts';
import type { Start } from './start.ts';

/** Long enough for a busy machine to renew it, and short enough to be waited for often. */
const LEASE_SECONDS = 2;

/** Hosts that share a journal. They have places, so that one that was started again is found where the last one was. */
export interface Hosts {
  readonly rig: Rig;
  readonly server: PostgresServer;
  /** The address of the journal, by no wire. */
  readonly url: string;
  readonly leaseMs: number;
  /** ringbook.yml, which every project of theirs has: providers reach all of them at one address. */
  readonly settings: string;
  /** The host at a place; it may have died. */
  at(place: number): Child;
  /** The wire between the host at a place and the database. */
  wire(place: number): Proxy;
  /** Starts a host at a place where none is any more. */
  start(place: number, how?: Partial<Start>): Promise<Child>;
  /** No callbacks and no events come to a place from now on, or they do again: what a balancer of load does. */
  take(place: number, isOut: boolean): void;
  /** Posts an event at the one address; whether it was acknowledged. */
  post(event: Sender): Promise<boolean>;
  /** Stops all, in order; returns what is to be said of those that could not be, as they had ended by themselves. */
  stop(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openHosts(
  count: number,
  speed: number,
  files: Files = {},
  leaseSeconds = LEASE_SECONDS,
): Promise<Hosts> {
  const server = await startPostgres();
  const url = await server.newDatabase();
  await quicken(url, speed);
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const wires = await Promise.all(ports.map(() => startProxy(Number(new URL(url).port))));
  const out = new Set<number>();
  let turn = 0;
  const front = await startProxy(() => {
    const inService = ports.filter((_, place) => !out.has(place));
    return inService[turn++ % inService.length] ?? 0;
  });
  const settings = `publicUrl: http://127.0.0.1:${front.port}\n`;
  const shelf = { address: url, read: (clock: Clock) => openPostgresJournal({ url, clock, readOnly: true }) };
  const rig = await openRig({ speed, files: { 'ringbook.yml': settings, ...files }, shelf });
  const children: Child[] = [];
  const at = (place: number): Child => children[place] ?? missing(place);
  const wire = (place: number): Proxy => wires[place] ?? missing(place);
  const start: Hosts['start'] = async (place, how) => {
    const journal = wire(place).urlOf(url);
    const child = await rig.start({ port: ports[place] ?? 0, journal, leaseSeconds, ...how });
    children[place] = child;
    return child;
  };
  await Promise.all(ports.map((_, place) => start(place)));
  return {
    rig,
    server,
    url,
    leaseMs: leaseSeconds * 1_000,
    settings,
    at,
    wire,
    start,
    take: (place, isOut) => void (isOut ? out.add(place) : out.delete(place)),
    post: (event) => post(front.port, event),
    stop: async () => {
      const stops = children.filter((child) => !child.isDead()).map((child) => child.stop());
      return (await Promise.allSettled(stops)).flatMap((end) =>
        end.status === 'rejected' ? [String(end.reason)] : [],
      );
    },
    async close() {
      await Promise.all(children.filter((child) => !child.isDead()).map((child) => child.kill()));
      for (const proxy of [front, ...wires]) await proxy.close();
      await rig.close();
      await server.stop();
    },
  };
}

function missing(place: number): never {
  throw new Error(`there is no host at place ${place}`);
}

/** The clock of the hosts is faster than the database's, which counts what is due: it is told how much. */
export async function quicken(url: string, speed: number): Promise<void> {
  await query(
    url,
    `CREATE OR REPLACE FUNCTION ringbook.job_time(due bigint, now_ms bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
       SELECT CASE WHEN due > now_ms THEN clock_timestamp() + (due - now_ms) / ${speed}::float8 * interval '1 millisecond' END
     $$`,
  );
}
