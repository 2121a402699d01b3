import type { Message } from '../../src/message/message.ts';
import type { Project } from '../../src/project.ts';
import type { Fault, PhoneEntry } from '../../src/sandbox/sandbox.ts';
import { type DurableWorld, newUser, openWorld } from './world.ts';

/** Events of one simulation. */
const EVENTS = 3;
/** Deaths of the host in one simulation, at most. */
const DEATHS = 4;
const SECOND = 1_000;
/** Long enough for three attempts that are each looked for for 15 minutes, and for lost callbacks to be asked about. */
const QUIET_MS = 3 * 3_600 * SECOND;

/** What came of a seed: what is wrong, in words, and how much went on. */
export interface Simulated {
  readonly wrong: readonly string[];
  readonly deaths: number;
  readonly sends: number;
  readonly resends: number;
}

/**
 * Lets hosts live and die on a phone network full of faults, then lets three quiet hours pass, and compares the journal with the
 * network's books. The same seed is the same story.
 */
export async function simulate(seed: number, project: Project): Promise<Simulated> {
  const random = mulberry32(seed);
  let mayDie = false;
  let deaths = 0;
  const world = await openWorld(project, {
    random,
    reach: (_, die) => {
      if (!mayDie || deaths >= DEATHS || random() > 0.02) return;
      deaths++;
      die();
    },
  });
  try {
    await world.start();
    mayDie = true;
    const unacknowledged = new Set<number>();
    for (let event = 0; event < EVENTS; event++) {
      addFaults(world, random);
      if (!(await world.post(eventOf(event)))) unacknowledged.add(event);
      await world.pass(Math.floor(random() * 40 * SECOND));
      if (!world.isAlive()) await world.start();
    }
    mayDie = false;
    if (!world.isAlive()) await world.start();
    world.sandbox.faults.clear();
    for (const event of unacknowledged) await world.post(eventOf(event));
    await world.pass(QUIET_MS);
    return { deaths, ...(await audit(world)) };
  } finally {
    await world.close();
  }
}

function eventOf(number: number) {
  return newUser(`user${number}`, `+1202555010${number}`);
}

/** Mulberry32: small, fast, and the same everywhere (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FAULTS: readonly ((random: () => number) => Fault)[] = [
  () => ({ kind: 'throttled', retryAfterSeconds: 3 }),
  () => ({ kind: 'throttled' }),
  () => ({ kind: 'error', when: 'before' }),
  () => ({ kind: 'error', when: 'after' }),
  () => ({ kind: 'dropped', when: 'before' }),
  () => ({ kind: 'dropped', when: 'after' }),
  () => ({ kind: 'truncated' }),
  () => ({ kind: 'html' }),
  () => ({ kind: 'slow', byteMs: 5 }),
  () => ({ kind: 'callback-lost' }),
  () => ({ kind: 'callback-doubled' }),
  () => ({ kind: 'callback-reordered' }),
  (random) => ({ kind: 'callback-late', byMs: Math.floor(random() * 60 * SECOND) }),
  (random) => ({ kind: 'list-lag', byMs: Math.floor(random() * 1_200 * SECOND) }),
  () => ({ kind: 'busy' }),
  () => ({ kind: 'no-answer' }),
  () => ({ kind: 'undelivered', errorCode: 30003 }),
  () => ({ kind: 'refused', errorCode: 21610 }),
];

function addFaults({ sandbox }: DurableWorld, random: () => number): void {
  for (let count = Math.floor(random() * 4); count > 0; count--) {
    const fault = FAULTS[Math.floor(random() * FAULTS.length)]?.(random);
    if (fault) sandbox.faults.add({ fault, times: 1 + Math.floor(random() * 3) });
  }
}

/** Compares what the journal says with what the network did. */
async function audit({ journal, sandbox }: DurableWorld): Promise<Omit<Simulated, 'deaths'>> {
  const messages = await journal.messages(1_000);
  const entries = new Map(sandbox.phones.entries().map((entry) => [entry.id, entry]));
  const runs = await journal.runs(1_000);
  const wrong = [
    ...(await journal.verify()),
    ...missingEvents(runs.map(({ event }) => event.id)),
    ...runs.filter(({ state }) => state === 'dead').map(({ id, error }) => `run ${id} is dead: ${error}`),
    ...messages.flatMap((message) => wrongIn(message, entries)),
    ...wrongCounts(messages, [...entries.values()]),
  ];
  const resends = messages.filter(({ possibleDuplicate }) => possibleDuplicate).length;
  return { wrong, sends: entries.size, resends };
}

function missingEvents(ids: readonly string[]): readonly string[] {
  const expected = Array.from({ length: EVENTS }, (_, number) => eventOf(number).id);
  return expected.filter((id) => !ids.includes(id)).map((id) => `the event ${id} is lost`);
}

/** A message must have come to an end that the network agrees with; only one that nobody can know of may wait for a person. */
function wrongIn(message: Message, entries: ReadonlyMap<string, PhoneEntry>): readonly string[] {
  const { id, state, providerId, dueAt } = message;
  if (state === 'unknown' && dueAt === undefined) return [];
  if (['waiting', 'retrying', 'sending', 'unknown'].includes(state)) return [`message ${id} is still ${state}`];
  if (state === 'rejected') return providerId === undefined ? [] : [`message ${id} is rejected, and was taken`];
  const entry = entries.get(providerId ?? '');
  if (!entry) return [`message ${id} is ${state}, and the network does not know it`];
  return entry.state === state ? [] : [`message ${id} is ${state} here and ${entry.state} there`];
}

/** For each kind and number the network did no less than the journal knows of, and no more than that and the marked resends. */
function wrongCounts(messages: readonly Message[], entries: readonly PhoneEntry[]): readonly string[] {
  const keys = new Set(messages.map(({ channel, to }) => `${channel} ${to}`));
  return [...keys].flatMap((key) => {
    const own = messages.filter(({ channel, to }) => `${channel} ${to}` === key);
    const done = entries.filter(({ kind, to }) => `${kind} ${to}` === key).length;
    const known = own.filter(({ providerId }) => providerId !== undefined).length;
    const allowed = own.reduce((sum, message) => sum + mostOf(message), 0);
    if (done < known) return [`${key}: ${known} are known to be sent, and ${done} were`];
    return done > allowed ? [`${key}: ${done} were sent, and ${allowed} at most should have been`] : [];
  });
}

/** How often the network may have taken a message: once, and once more for each time that it was marked and sent again. */
function mostOf({ state, attempts, possibleDuplicate }: Message): number {
  if (possibleDuplicate) return attempts;
  return state === 'rejected' ? 0 : 1;
}
