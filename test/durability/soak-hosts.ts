/**
 * Three hosts on one PostgreSQL, to which everything happens again and again while events come in: they are killed and halted, at
 * random and at each failpoint, their connections are cut and slow, and the database is started again. The network's books are
 * compared with what was acknowledged. `npm run soak:hosts -- 300` from the command line; a short form is a test.
 */
import type { Channel } from '../../src/message/message.ts';
import { query } from '../journal/postgres-server.ts';
import { FAULTS, type Fault, failpoints } from './host-faults.ts';
import { type Hosts, openHosts } from './hosts.ts';
import type { Rig, Sender } from './rig.ts';

const HOSTS = 3;
/** Between two events. */
const EVERY_MS = 150;
/** Of what is left at the end. */
const PATIENCE_MS = 120_000;
/** How many times as fast the clock goes: a host is away for 5 s at most, and a send is looked up for 15 minutes. */
const SPEED = 120;
/** More than any soak makes of anything. */
const MOST = 1_000_000;

export interface SoakedHosts {
  readonly rounds: number;
  readonly failpoints: number;
  /** How often each kind of fault came. */
  readonly faults: Readonly<Record<string, number>>;
  readonly events: number;
  readonly sends: number;
  /** Sends that were made twice and are marked as possible duplicates. */
  readonly marked: number;
  /** Sends that are marked, and were made once. */
  readonly markedInVain: number;
  /** Runs that an operator had to let go on. */
  readonly resumed: number;
  readonly wrong: readonly string[];
}

export async function soakHosts(
  rounds: number,
  told: (round: number, fault: string) => void = () => undefined,
): Promise<SoakedHosts> {
  const hosts = await openHosts(HOSTS, SPEED);
  try {
    const load = newLoad(hosts);
    const points = await survey(hosts, load);
    const counts: Record<string, number> = {};
    for (const [index, fault] of plan(rounds, points).entries()) {
      told(index + 1, fault.name);
      counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
      const end = load.begin();
      await fault.befall(hosts, index % HOSTS);
      await end();
    }
    const events = await load.all();
    const resumed = await settle(hosts, 3 * events.length);
    const fallen = await hosts.stop();
    const books = await compare(hosts.rig, events);
    const sends = hosts.rig.sandbox.phones.entries().length;
    const left = [...(await hosts.rig.leftovers()), ...(await hosts.rig.reading((journal) => journal.verify()))];
    const locked = await query(hosts.url, 'SELECT key FROM graphile_worker.jobs WHERE locked_at IS NOT NULL');
    const wrong = [
      ...fallen,
      ...books.wrong,
      ...left,
      ...locked.map(({ key }) => `job ${String(key)} is locked by nobody`),
    ];
    return {
      rounds,
      failpoints: points.length,
      faults: counts,
      events: events.length,
      sends,
      ...books,
      resumed,
      wrong,
    };
  } finally {
    await hosts.close();
  }
}

/** What happens in each round: each kind of fault in turn, and of those at a failpoint each point in turn. */
function plan(rounds: number, points: readonly string[]): readonly Fault[] {
  const kinds = FAULTS.map((make, kind) => ({ make, next: kind }));
  return Array.from({ length: rounds }, (_, round) => {
    const kind = kinds[round % kinds.length];
    const point = points[kind?.next ?? 0] ?? '';
    if (kind) kind.next = (kind.next + 1) % points.length;
    return (kind?.make ?? FAULTS[0])(point);
  });
}

/** Events that come in, each again and again until somebody has acknowledged it, as any sender does. */
function newLoad(hosts: Hosts) {
  const events: Sender[] = [];
  let underWay: Promise<void>[] = [];
  const send = async (event: Sender): Promise<void> => {
    while (!(await hosts.post(event))) await pause(EVERY_MS);
  };
  const next = (): void => {
    const number = events.length;
    const event = { id: `n${number}.`, phone: `+1202${String(5_500_000 + number)}` };
    events.push(event);
    underWay.push(send(event));
  };
  return {
    /** One every so often until the end, which is not waited for: what was not acknowledged goes on being sent. */
    begin: (): (() => Promise<void>) => {
      const timer = setInterval(next, EVERY_MS);
      return async () => clearInterval(timer);
    },
    /** All that there ever were, once each is acknowledged. */
    all: async (): Promise<readonly Sender[]> => {
      await Promise.all(underWay);
      underWay = [];
      return events;
    },
    next,
  };
}

type Load = ReturnType<typeof newLoad>;

/** The failpoints that hosts reach which are left alone. */
async function survey(hosts: Hosts, load: Load): Promise<readonly string[]> {
  for (let count = 0; count < 2 * HOSTS; count++) load.next();
  await settle(hosts, 3 * (await load.all()).length);
  const hits = await Promise.all(Array.from({ length: HOSTS }, (_, place) => hosts.at(place).stop()));
  await Promise.all(hits.map((_, place) => hosts.start(place)));
  return failpoints(hits);
}

/** Runs whose hosts all died in the middle of them are set aside: an operator says that they were not to blame. Returns how many. */
async function settle(hosts: Hosts, count: number): Promise<number> {
  const end = performance.now() + PATIENCE_MS;
  let resumed = 0;
  while (performance.now() < end) {
    if (hosts.rig.sandbox.phones.entries().length >= count && (await hosts.rig.leftovers()).length === 0) break;
    const dead = await hosts.rig.deadRuns();
    for (const run of dead) await hosts.at(0).resume(run);
    resumed += dead.length;
    await pause(250);
  }
  return resumed;
}

/** A call to the desk, a message, and one that the delivery of the first leads to: each once for each event, or marked. */
async function compare(rig: Rig, events: readonly Sender[]) {
  const made = new Map<string, number>();
  for (const { kind, to, words } of rig.sandbox.phones.entries()) {
    const key = keyOf(kind, to, words);
    made.set(key, (made.get(key) ?? 0) + 1);
  }
  const mayBeTwice = await rig.reading(async (journal) => {
    const messages = await journal.messages(MOST);
    const marked = messages.filter(({ possibleDuplicate }) => possibleDuplicate);
    return new Set(
      marked.map(({ channel, to, content }) =>
        keyOf(channel, to, content.kind === 'text' ? content.text : JSON.stringify(content)),
      ),
    );
  });
  const expected = events.flatMap(({ id, phone }) => [`call ${id}`, `sms ${phone} Welcome`, `sms ${phone} Did it `]);
  const wrong = expected.flatMap((key) => {
    const times = made.get(key) ?? 0;
    return times === 1 || (times > 1 && mayBeTwice.has(key)) ? [] : [`${key} ${times} times`];
  });
  const known = new Set(expected);
  const strange = [...made.keys()].filter((key) => !known.has(key)).map((key) => `unexpected: ${key}`);
  const marked = expected.filter((key) => (made.get(key) ?? 0) > 1 && mayBeTwice.has(key)).length;
  return { wrong: [...wrong, ...strange], marked, markedInVain: mayBeTwice.size - marked };
}

function keyOf(channel: Channel, to: string, words: string): string {
  return channel === 'call' ? `call ${/Ana (n\d+\.)/.exec(words)?.[1]}` : `sms ${to} ${words.slice(0, 7)}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const rounds = Number(process.argv[2] ?? 300);
  const begun = performance.now();
  const soaked = await soakHosts(rounds, (round, fault) =>
    process.stderr.write(`\r\u001B[K${round}/${rounds} ${fault}`),
  );
  const { wrong, ...figures } = soaked;
  console.log(`\n${JSON.stringify(figures, undefined, 2)}\n${Math.round((performance.now() - begun) / 1_000)} s`);
  console.log(wrong.length === 0 ? 'nothing lost, nothing twice but what is marked' : wrong.join('\n'));
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
