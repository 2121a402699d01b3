import type { Event } from './event/event.ts';
import { type Host, startHost, type World } from './host.ts';
import { newWire } from './http/wire.ts';
import { openSqliteJournal } from './journal/sqlite/sqlite.ts';
import { watchedJournal } from './journal/watched.ts';
import { isFinal, type State } from './message/message.ts';
import type { Registry } from './plugin/plugin.ts';
import { watchedRegistry } from './plugin/watched.ts';
import type { Project } from './project.ts';
import type { Observe } from './run/interpret.ts';
import type { PhoneEntry, PhoneState, Phones, Sandbox } from './sandbox/sandbox.ts';
import { startSandbox } from './sandbox/server.ts';
import { outcomeOf } from './scenario/outcome.ts';
import { type Fault, play, type Stage } from './scenario/play.ts';
import { newWeb } from './scenario/replies.ts';
import type { Given, GivenEvent, Played, Scenario } from './scenario/scenario.ts';
import { ledToSandbox, withoutFlows } from './stand-in.ts';
import type { VirtualClock, Watch } from './time/time.ts';
import { newVirtualClock } from './time/virtual.ts';
import { newStillness } from './time/watch.ts';

/**
 * Plays a scenario on a host and a phone network of its own, in memory, on a clock that moves only when nothing else does.
 * Rejects with `ProblemsFound` where the environment that the scenario gives lacks something.
 */
export async function rehearse(
  scenario: Scenario,
  project: Project,
  registry: Registry,
  observe?: Observe,
): Promise<Played> {
  const { given } = scenario;
  const watch = newStillness();
  const clock = newVirtualClock(given.now, watch);
  const web = newWeb(given.replies, clock);
  const wire = newWire({ clock, watch, outside: web.answer });
  const network = { ...wire, clock, host: '127.0.0.1', port: 0 };
  const sandbox = await startSandbox({ ...network, newId: newIds('sandbox') });
  try {
    prepare(sandbox, given);
    const world: World = {
      ...wire,
      clock,
      newId: newIds('host'),
      random: () => JITTER,
      watch,
      environment: { ...given.environment, ...sandbox.environment },
      ...(observe && { observe }),
    };
    const rehearsed = watchedRegistry(withoutFlows(registry, project.resources), watch);
    const host = await openHost(inMemory(project, registry), rehearsed, world, watch);
    try {
      for (const { number, url } of host.lines) sandbox.takeNumber(number, url);
      const log = follow(host, sandbox.phones);
      const faults = await play(scenario.when, stageOf({ host, sandbox, clock, log, still: () => watch.still() }));
      const entries = sandbox.phones.entries().toReversed();
      const outcome = outcomeOf({ entries, requests: web.requests, failures: log.failures });
      return { outcome, faults: [...faults, ...log.troubles], ...(await firedBy(log, host, project)) };
    } finally {
      await host.stop();
    }
  } finally {
    await sandbox.close();
  }
}

/** Of the jitter of retries: the same in every run. */
const JITTER = 0.5;

async function openHost(project: Project, registry: Registry, world: World, watch: Watch): Promise<Host> {
  const journal = watchedJournal(openSqliteJournal({ path: ':memory:', clock: world.clock }), watch);
  try {
    return await startHost(project, registry, journal, world, 0);
  } catch (failure) {
    await journal.close();
    throw failure;
  }
}

/** Ids that are the same in every run; nobody is there who could guess them. */
function newIds(of: string): () => string {
  let count = 0;
  return () => `${of}-${++count}`;
}

function prepare({ phones, faults }: Sandbox, given: Given): void {
  for (const [number, habit] of given.habits) phones.setHabit(number, habit);
  for (const rule of given.faults) faults.add(rule);
}

/** The project with every resource led to the phone network, wherever it leads otherwise. */
function inMemory(project: Project, registry: Registry): Project {
  // Nobody is really reached, so that whom a rule reaches is seen as it is.
  const { publicUrl: _, forceRecipient: __, allowRecipients: ___, ...settings } = project.config;
  const config = { ...settings, retentionMs: undefined };
  const resources = new Map([...project.resources].map(([mid, file]) => [mid, ledToSandbox(file, registry)] as const));
  return { ...project, config, resources };
}

/** What is known of a play while it goes on. */
interface Log {
  readonly failures: { readonly rule: string; readonly error: string }[];
  readonly troubles: Fault[];
  /** Rules of the runs that have not ended, by run. */
  readonly running: Map<string, string>;
  readonly messages: Map<string, State>;
  readonly entries: Map<string, PhoneEntry>;
  /** Events that were accepted, those that the host told itself among them. */
  readonly accepted: { readonly eventId: number; readonly type: string }[];
}

function follow(host: Host, phones: Phones): Log {
  const log: Log = {
    failures: [],
    troubles: [],
    running: new Map(),
    messages: new Map(),
    entries: new Map(),
    accepted: [],
  };
  host.bus.on('accepted', ({ eventId, runIds }, { type }) => {
    log.accepted.push({ eventId, type });
    for (const id of runIds) log.running.set(id, id);
  });
  host.bus.on('message', ({ id, state }) => void log.messages.set(id, state));
  host.bus.on('trouble', (what, cause) => {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    log.troubles.push({ message: `${what}${why}` });
  });
  host.bus.on('run', ({ id, rule }, end) => {
    if (end.state !== 'deferred') log.running.delete(id);
    if (end.state === 'failed') log.failures.push({ rule, error: end.error });
  });
  phones.subscribe((entry) => void log.entries.set(entry.id, entry));
  return log;
}

function stageOf(parts: {
  readonly host: Host;
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  readonly log: Log;
  readonly still: () => Promise<void>;
}): Stage {
  const { host, sandbox, clock, log, still } = parts;
  const newId = newIds('event');
  return {
    clock,
    phones: sandbox.phones,
    still,
    accept: (event) => accept(eventOf(event, newId, clock), host, log),
    open: () => [
      ...[...log.running.values()].map((rule) => `the rule "${rule}" has not ended`),
      ...unended(log).map(
        ({ kind, to, state }) => `the ${kind === 'sms' ? 'message' : 'call'} to ${to} is still ${state}`,
      ),
    ],
    isOver: () =>
      log.running.size === 0 &&
      unended(log).length === 0 &&
      [...log.messages.values()].every((state) => isFinal(state)),
  };
}

/** States of the phone network that nothing follows. */
const LAST: readonly PhoneState[] = [
  'delivered',
  'undelivered',
  'received',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
];

function unended({ entries }: Log): readonly PhoneEntry[] {
  return [...entries.values()].filter(({ state }) => !LAST.includes(state));
}

function eventOf(event: GivenEvent, newId: () => string, clock: VirtualClock): Event {
  return { id: newId(), source: 'scenario', time: new Date(clock.now()).toISOString(), ...event };
}

async function accept(event: Event, host: Host, log: Log): Promise<string | undefined> {
  const acceptance = await host.accept(event);
  if (acceptance.kind === 'refused') {
    return `the event is refused: ${acceptance.problems.map(({ message }) => message).join('; ')}`;
  }
  const { eventId, duplicate } = acceptance.appended;
  const story = await host.story(eventId);
  if (duplicate || !story) return undefined;
  for (const { id, rule } of story.runs) if (log.running.has(id)) log.running.set(id, rule);
  return undefined;
}

async function firedBy(log: Log, host: Host, { plan }: Project): Promise<Pick<Played, 'fired' | 'passedOver'>> {
  const accepted = await Promise.all(
    log.accepted.map(async ({ eventId, type }) => {
      const story = await host.story(eventId);
      return { type, rules: (story?.runs ?? []).map(({ rule }) => rule) };
    }),
  );
  const passedOver = accepted.flatMap(({ type, rules }) =>
    plan.rules.filter(({ name, on }) => on.includes(type) && !rules.includes(name)),
  );
  return {
    fired: new Set(accepted.flatMap(({ rules }) => rules)),
    passedOver: new Set(passedOver.map(({ name }) => name)),
  };
}
