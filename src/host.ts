import { EventEmitter } from 'eventemitter3';
import { consoleRoutes } from './console/routes.ts';
import { acceptEmitted } from './event/emitted.ts';
import type { Event } from './event/event.ts';
import { type Acceptance, acceptEvent, type ReceiveOptions, receiveEvents } from './event/receive.ts';
import type { HttpClient, HttpServer, Listen } from './http/http.ts';
import type {
  AppendedEvent,
  Journal,
  MoveResult,
  NewRun,
  PendingRun,
  Report,
  Sequel,
  Story,
} from './journal/journal.ts';
import { keepHistoryShort } from './journal/retention.ts';
import { newBreaker } from './message/breaker.ts';
import { callbackPath, callbackRoutes } from './message/callback.ts';
import { newSender, type Sender } from './message/carry.ts';
import { deliver } from './message/deliver.ts';
import { type Desk, newDesk } from './message/desk.ts';
import { deskRoutes } from './message/desk-routes.ts';
import { heardRoutes } from './message/heard.ts';
import { limitsOf } from './message/limits.ts';
import type { Message } from './message/message.ts';
import { caught, type Net, netRefusal } from './message/net.ts';
import { newOutbox } from './message/outbox.ts';
import { startSweep } from './message/sweep.ts';
import { toldEvent, toldType } from './message/told.ts';
import type { EventVerdict, Registry } from './plugin/plugin.ts';
import { startSources } from './plugin/run-sources.ts';
import { newWays } from './plugin/ways.ts';
import { ProblemsFound } from './problem/problem.ts';
import type { Project } from './project.ts';
import { type ResourcesInUse, useResources } from './resources-in-use.ts';
import { newEvaluator, valueIn } from './rulebook/evaluate.ts';
import { newConditionReader } from './rulebook/expression.ts';
import type { Evaluate } from './rulebook/rulebook.ts';
import { type Execution, executeRun, type RunEnd } from './run/execute.ts';
import type { Observe } from './run/interpret.ts';
import { newMatch } from './run/match.ts';
import { newPlanCache } from './run/plans.ts';
import { resumeRoute } from './run/resume.ts';
import type { Run } from './run/run.ts';
import { newWorker } from './run/worker.ts';
import { safetyNet, safetyNotice } from './safety.ts';
import type { JsonObject } from './schema/schema.ts';
import { type Clock, type FedPump, PUMP_AT_REST, type Pump, type Watch } from './time/time.ts';

/** Runs under way at a stop may take this long to end by themselves before they are cut. */
const DRAIN_MS = 5_000;

/** What the host tells while it works. */
export interface HostEvents {
  accepted: [appended: AppendedEvent, event: Event];
  message: [message: Message];
  run: [run: Run, end: RunEnd];
  log: [line: string];
  /** Something that the operator should know; the host goes on. */
  trouble: [what: string, cause: unknown];
}

/** The world as the host sees it; a test may bring its own. */
export interface World {
  readonly clock: Clock;
  /** Ids that cannot be guessed. */
  readonly newId: () => string;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly http: HttpClient;
  readonly listen: Listen;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of a virtual clock. */
  readonly watch?: Watch;
  /** Told of each step of a run, for whoever measures what is reached. */
  readonly observe?: Observe;
}

/** A host at work. */
export interface Host {
  /** Where it listens. */
  readonly url: string;
  /** Numbers that people can write to, and where their provider is to tell of that. */
  readonly lines: readonly { readonly number: string; readonly url: string }[];
  readonly bus: EventEmitter<HostEvents>;
  /** Takes an event as the HTTP door does, without HTTP. */
  accept(event: Event): Promise<Acceptance>;
  /** One event and all that came of it so far. */
  story(eventId: number): Promise<Story | undefined>;
  /** What a person can do about messages. */
  readonly desk: Desk;
  /** Resolves when nothing is due. */
  idle(): Promise<void>;
  /** Lets what is under way end, cuts it after a while, and gives back everything that was taken. */
  stop(): Promise<void>;
}

/**
 * Starts a host on a compiled project and an open journal, which it closes at its stop: the way of an event, from the door
 * to the provider and back. One at rest does what it is asked, and nothing that is due by itself. Rejects with `ProblemsFound`
 * when the project or its environment has errors.
 */
export async function startHost(
  project: Project,
  registry: Registry,
  journal: Journal,
  world: World,
  port: number,
  isAtRest = false,
): Promise<Host> {
  const house = openHouse(project, registry, journal, world);
  await takeUp(house);
  const events = wayIn(house);
  const messages = wayOut(house, events);
  if (!isAtRest) {
    house.due.outbox = outboxOf(house, messages);
    house.due.worker = workerOf(house, messages);
  }
  const server = await openDoors(house, events, messages, port);
  house.due.url = server.url;
  const errands = isAtRest ? undefined : startErrands(house, events, messages);
  const { worker, outbox } = house.due;
  worker.wake();
  outbox.wake();

  return {
    url: server.url,
    lines: house.resources.lines.map(({ number, path }) => ({ number, url: `${publicUrlOf(house)}${path}` })),
    bus: house.bus,
    accept: (event) => acceptEvent(event, events.acceptance),
    story: (eventId) => journal.story(eventId),
    desk: messages.desk,
    idle: async () => {
      await worker.idle();
      await outbox.idle();
      await worker.idle();
    },
    stop: async () => {
      // Whoever brings events goes first, and may still see them taken.
      await errands?.sources?.stop();
      const timer = setTimeout(() => house.cut.abort(), DRAIN_MS);
      await Promise.all([worker.drain(), outbox.drain(), errands?.stop()]);
      clearTimeout(timer);
      await server.close();
      await journal.close();
    },
  };
}

/** What all parts of a host have in common. */
interface House {
  readonly project: Project;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly world: World;
  readonly resources: ResourcesInUse;
  readonly net: Net;
  readonly bus: EventEmitter<HostEvents>;
  readonly evaluate: Evaluate;
  /** Aborted where a stop cuts what is under way. */
  readonly cut: AbortController;
  readonly log: (line: string) => void;
  readonly trouble: (what: string, cause: unknown) => void;
  /** What is known only once the rest is there: who works off what is due, nobody where the host is at rest; and its address. */
  readonly due: { worker: FedPump<PendingRun>; outbox: Pump; url: string };
}

function openHouse(project: Project, registry: Registry, journal: Journal, world: World): House {
  const bus = new EventEmitter<HostEvents>();
  const cut = new AbortController();
  const log = (line: string): void => void bus.emit('log', line);
  const resources = useResources(project, registry, world.environment, { http: world.http, log });
  const { net, problems } = safetyNet(project.config, world.environment);
  if (problems.length > 0) throw new ProblemsFound(problems);
  return {
    project,
    registry,
    journal,
    world,
    resources,
    net,
    bus,
    evaluate: newEvaluator(),
    cut,
    log,
    trouble: (what, cause) => void (cut.signal.aborted || bus.emit('trouble', what, cause)),
    due: { worker: PUMP_AT_REST, outbox: PUMP_AT_REST, url: '' },
  };
}

function publicUrlOf({ project, due }: House): string {
  return project.config.publicUrl ?? due.url;
}

/** What the host before left behind. */
async function takeUp({ journal, project, trouble }: House): Promise<void> {
  await journal.keepPlan(project.plan);
  const doubted = await journal.takeOver();
  if (doubted > 0)
    trouble(`${doubted} sends were cut off by the last stop: what became of them is looked up`, undefined);
}

/** event -> runs */
interface WayIn {
  readonly acceptance: ReceiveOptions;
  readonly runsOf: (event: Event) => readonly NewRun[];
  readonly accepted: (appended: AppendedEvent, event: Event) => void;
}

function wayIn({ project, journal, world, bus, evaluate, trouble, due }: House): WayIn {
  const { plan, eventTypes } = project;
  const match = newMatch(plan, evaluate, newConditionReader());
  const runsOf = (event: Event): readonly NewRun[] =>
    match(event).map(({ name, order }) => ({
      rule: name,
      planHash: plan.hash,
      ...(order === 'subject' && event.subject !== undefined && { orderKey: `${name}\n${event.subject}` }),
    }));
  const accepted = (appended: AppendedEvent, event: Event): void => {
    bus.emit('accepted', appended, event);
    if (appended.claimed.length < appended.runIds.length) due.worker.wake();
  };
  const acceptance: ReceiveOptions = {
    journal,
    clock: world.clock,
    validators: new Map([...eventTypes].map(([type, { validate }]) => [type, validate])),
    ruleTypes: new Set(plan.rules.flatMap((rule) => rule.on)),
    rulesFor: runsOf,
    worker: {
      reserve: (count) => due.worker.reserve(count),
      feed: (claimed, reserved) => due.worker.feed(claimed, reserved),
    },
    accepted,
    failed: (cause) => trouble('an event could not be journaled', cause),
  };
  return { acceptance, runsOf, accepted };
}

/** message -> provider, and back */
interface WayOut {
  readonly sender: Sender;
  readonly desk: Desk;
  /** The event that a report about a message is, where rules want to hear of it. */
  readonly sequelOf: (message: Message, report: Report) => Promise<Sequel | undefined>;
  /** Told of each report that was journaled. */
  readonly reported: (result: MoveResult, sequel?: Sequel) => void;
}

function wayOut(house: House, { acceptance, runsOf, accepted }: WayIn): WayOut {
  const { journal, world, bus, due } = house;
  const { providers } = house.resources;
  const sender = senderOf(house);
  const moved = (message: Message): void => void bus.emit('message', message);
  // What a message comes to may be an event, and its run may wait for it.
  const sequelOf = async (message: Message, report: Report): Promise<Sequel | undefined> => {
    if (!acceptance.ruleTypes.has(toldType(message.channel, report.state) ?? '')) return undefined;
    const cause = await journal.run(message.runId);
    const event = cause && toldEvent(message, report, cause.event, world.clock.now());
    return event && { event, runs: runsOf(event) };
  };
  const reported = ({ message, appended }: MoveResult, sequel?: Sequel): void => {
    moved(message);
    due.worker.wake();
    if (appended && sequel && !appended.duplicate) accepted(appended, sequel.event);
  };
  const wake = (): void => {
    due.outbox.wake();
    due.worker.wake();
  };
  const desk = newDesk({ journal, sender, providers, sequelOf, reported, moved, wake });
  return { sender, desk, sequelOf, reported };
}

function senderOf(house: House): Sender {
  const { project, journal, registry, world, resources, net, bus, trouble } = house;
  return newSender({
    journal,
    providers: resources.providers,
    clock: world.clock,
    random: world.random,
    newId: world.newId,
    breaker: newBreaker(),
    ways: newWays(resources.all, registry, (draft) => caught(draft, net), project.config.accents ?? true),
    refusal: (draft) => netRefusal(draft, net) ?? resources.refusalOf(draft),
    limits: (draft) => {
      const { resource } = draft;
      const { settingsOf, accounts, requestsPerSend } = resources;
      return limitsOf(draft, settingsOf(draft), accounts.get(resource), requestsPerSend(resource));
    },
    callbackUrl: (attemptId) => `${publicUrlOf(house)}${callbackPath(attemptId)}`,
    waitFor: (outcome) => world.watch?.wait(outcome) ?? outcome,
    moved: (message) => void bus.emit('message', message),
    trouble,
  });
}

function outboxOf({ journal, world, cut, trouble, due }: House, { sender }: WayOut): Pump {
  return newOutbox({
    journal,
    clock: world.clock,
    sender,
    runsMayBeDue: () => due.worker.wake(),
    signal: cut.signal,
    trouble,
    ...(journal.handOut && { pump: journal.handOut.messages }),
  });
}

/** run -> ops -> messages */
function workerOf(house: House, { sender }: WayOut): FedPump<PendingRun> {
  const { project, registry, journal, world, resources, evaluate, bus, log, trouble, due } = house;
  const { signal } = house.cut;
  const execution: Execution = {
    journal,
    registry,
    resources: resources.all,
    evaluate,
    valueIn,
    http: world.http,
    planOf: newPlanCache(journal, project.plan),
    now: () => world.clock.now(),
    ...(world.observe && { observe: world.observe }),
    ...(project.config.defaultRegion !== undefined && { region: project.config.defaultRegion }),
    deliver: (call, id, draft) => deliver(id, call.run, call.step.op, draft, sender, call.signal, call.follow),
    log,
  };
  const execute = async (pending: PendingRun): Promise<void> => {
    const end = await executeRun(pending, execution, signal);
    bus.emit('run', pending.run, end);
    // A run that is done has left no message that waits.
    if (end.state !== 'done') due.outbox.wake();
  };
  const failed = (pending: PendingRun | undefined, cause: unknown): void => {
    const what = pending && `run ${pending.run.id} of rule "${pending.run.rule}" broke off`;
    trouble(what ?? 'the journal did not answer', cause);
  };
  const pump = journal.handOut && { pump: journal.handOut.runs };
  return newWorker({ journal, clock: world.clock, signal, execute, failed, ...pump });
}

function openDoors(
  house: House,
  { acceptance }: WayIn,
  { desk, sequelOf, reported }: WayOut,
  port: number,
): Promise<HttpServer> {
  const { project, journal, world, resources, bus, cut, trouble, due } = house;
  const { providers, receives } = resources;
  const publicUrl = (): string => publicUrlOf(house);
  // What people say is an event as well.
  const accept = async (event: Event): Promise<void> => {
    const taken = await acceptEvent(event, acceptance);
    if (taken.kind === 'refused') throw new Error(`an event of type ${event.type} does not fit its schema`);
  };
  const changes = (listener: () => void): (() => void) => onChange(bus, listener);
  return world.listen({
    host: '127.0.0.1',
    port,
    allowedHosts: project.config.publicUrl ? [new URL(project.config.publicUrl).hostname] : [],
    routes: [
      receiveEvents(acceptance),
      ...callbackRoutes({ journal, providers, publicUrl, sequelOf, reported }),
      ...heardRoutes({ journal, providers, receives, publicUrl, accept, now: () => world.clock.now() }),
      ...deskRoutes(desk, cut.signal),
      resumeRoute(journal, () => due.worker.wake()),
      ...consoleRoutes({ journal, changes, notice: safetyNotice(project.config, world.environment) }),
    ],
    onError: (cause, door) => trouble(`${door} broke`, cause),
  });
}

/** What a host does without being asked. */
function startErrands(house: House, { acceptance }: WayIn, { desk }: WayOut) {
  const { project, registry, journal, world, resources, log, trouble } = house;
  const { clock, http } = world;
  const accept = async (envelope: JsonObject) => verdictOf(await acceptEmitted(envelope, acceptance));
  // Nobody brings anything into the world of a test.
  const sources = world.watch
    ? undefined
    : startSources({ registry, resources: resources.all, accept, clock, http, log, trouble });
  const inbox = journal.handOut?.events((envelope) => takeIn(envelope, acceptance));
  const keeper = keepHistoryShort({ journal, clock, retentionMs: project.config.retentionMs, trouble });
  const sweep = startSweep({ desk, clock, trouble });
  return {
    sources,
    async stop(): Promise<void> {
      keeper.stop();
      await Promise.all([inbox?.drain(), sweep.stop()]);
    },
  };
}

/** What became of an event, for whoever brought it. */
function verdictOf(taken: Acceptance): EventVerdict {
  if (taken.kind === 'accepted') {
    return { kind: 'accepted', eventId: taken.appended.eventId, duplicate: taken.appended.duplicate };
  }
  const problems = taken.problems.map(({ code, message, path, help }) => ({
    code,
    message,
    ...(path !== undefined && { path }),
    ...(help !== undefined && { help }),
  }));
  return { kind: 'refused', problems };
}

/** Takes an event that was handed in beside the door; resolves with the reason for which it does not fit. */
async function takeIn(envelope: JsonObject, acceptance: ReceiveOptions): Promise<string | undefined> {
  const taken = await acceptEmitted(envelope, acceptance);
  return taken.kind === 'accepted' ? undefined : taken.problems.map(({ message }) => message).join('; ');
}

/** Tells of everything that the page of the host shows; returns what ends that. */
function onChange(bus: EventEmitter<HostEvents>, listener: () => void): () => void {
  bus.on('accepted', listener).on('message', listener).on('run', listener);
  return () => void bus.off('accepted', listener).off('message', listener).off('run', listener);
}
