/** What can befall one of several hosts on a PostgreSQL, and how it is over again. */
import type { Hosts } from './hosts.ts';

/** One thing that happens to one host while the others work. */
export interface Fault {
  readonly kind: string;
  readonly name: string;
  /** Resolves when the host works again, or another in its place. */
  befall(hosts: Hosts, place: number): Promise<void>;
}

/** A host that is to reach a failpoint under load gets so long; where it does not, it happens to it there and then. */
const REACH_MS = 2_000;
/** A point is passed so often at most before it happens. */
const PASSES = 12;
/** A host is away for a lease, and for as long as the others need to notice and to go on with its work. */
const BEYOND_LEASE_MS = 1_500;
/** Work between two faults, at most. */
const BREATH_MS = 500;

type MakeFault = (point: string) => Fault;

/** Every kind, in the order in which rounds have them; `point` is for those that have one. */
export const FAULTS: readonly [MakeFault, ...(readonly MakeFault[])] = [
  (point) => ({
    kind: 'killed at a failpoint',
    name: `killed ${point}`,
    befall: async (hosts, place) => {
      await reach(hosts, place, point, 'SIGKILL');
      await replace(hosts, place);
    },
  }),
  (point) => ({
    kind: 'halted at a failpoint',
    name: `halted ${point}`,
    befall: async (hosts, place) => {
      await reach(hosts, place, point, 'SIGSTOP');
      await sleepOver(hosts, place);
    },
  }),
  () => ({
    kind: 'killed',
    name: 'killed',
    befall: async (hosts, place) => {
      await breathe();
      await replace(hosts, place);
    },
  }),
  () => ({
    kind: 'halted',
    name: 'halted',
    befall: async (hosts, place) => {
      await breathe();
      hosts.at(place).halt();
      await sleepOver(hosts, place);
    },
  }),
  () => ({
    kind: 'killed after it was halted',
    name: 'killed after it was halted',
    befall: async (hosts, place) => {
      await breathe();
      hosts.at(place).halt();
      await sleepOver(hosts, place);
      await pause(BREATH_MS);
      await replace(hosts, place);
    },
  }),
  () => ({
    kind: 'connections cut',
    name: 'connections cut',
    befall: async (hosts, place) => {
      await breathe();
      hosts.wire(place).cut();
      await pause(Math.random() * (hosts.leaseMs + BEYOND_LEASE_MS));
      hosts.wire(place).mend();
      await breathe();
    },
  }),
  () => ({
    kind: 'answers of the database lost',
    name: 'answers of the database lost',
    befall: async (hosts, place) => {
      for (let times = 0; times < 3; times++) {
        await breathe();
        hosts.wire(place).swallowNext();
      }
      await breathe();
    },
  }),
  () => ({
    kind: 'connections slow',
    name: 'connections slow',
    befall: async (hosts, place) => {
      hosts.wire(place).slow(20 + Math.random() * 200);
      await pause(4 * BREATH_MS);
      hosts.wire(place).slow(0);
      await breathe();
    },
  }),
  () => ({
    kind: 'database started again',
    name: 'database started again',
    befall: async (hosts) => {
      await breathe();
      await hosts.server.restart();
      await breathe();
    },
  }),
];

/** Every write of the journal, each request of a provider, and the work on what is handed out. Reading changes nothing. */
const WRITES =
  /^((before|after) (request|the work on .+)|(before|after) (keepPlan|takeOver|deferRun|recordStep|finishRun|appendEvent|intendMessage|beginAttempt|settleAttempt|settleSighting|recordLook|reportState|wakeRun))$/;

const OF_THE_START = /keepPlan|takeOver/;

/** The failpoints among what hosts have reached, each once; those of a start are reached when the host starts again. */
export function failpoints(hits: readonly Readonly<Record<string, number>>[]): readonly string[] {
  return [...new Set(hits.flatMap((reached) => Object.keys(reached)))].filter((point) => WRITES.test(point)).toSorted();
}

/** Lets it happen at a point. Points of the start are reached by a host that is started anew. */
async function reach(hosts: Hosts, place: number, point: string, signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  if (OF_THE_START.test(point)) {
    await hosts.at(place).kill();
    await hosts.start(place, { kill: { point, signal, occurrence: 1 } });
    return;
  }
  hosts.at(place).arm({ point, signal, occurrence: 1 + Math.floor(Math.random() * PASSES) });
  const end = performance.now() + REACH_MS;
  while (!hosts.at(place).isBlown() && performance.now() < end) await pause(10);
  if (hosts.at(place).isBlown()) return;
  if (signal === 'SIGKILL') await hosts.at(place).kill();
  else hosts.at(place).halt();
}

/** A host that is halted is found to be away, and comes back when others have its work. */
async function sleepOver(hosts: Hosts, place: number): Promise<void> {
  await pause(BREATH_MS / 2);
  hosts.take(place, true);
  await pause(hosts.leaseMs + BEYOND_LEASE_MS);
  hosts.at(place).goOn();
  hosts.take(place, false);
  await breathe();
}

async function replace(hosts: Hosts, place: number): Promise<void> {
  await hosts.at(place).kill();
  hosts.take(place, true);
  // Half of them are back before their lease has ended, as with a machine that starts again; others are found dead.
  if (Math.random() < 0.5) await pause(hosts.leaseMs);
  await hosts.start(place);
  hosts.take(place, false);
}

function breathe(): Promise<void> {
  return pause(Math.random() * BREATH_MS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
