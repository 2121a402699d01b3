import { EventEmitter } from 'eventemitter3';
import { consoleRoutes } from './console/routes.ts';
import { acceptEmitted } from './event/emitted.ts';
import type { Event } from './event/event.ts';
import { type Acceptance, acceptEvent, type ReceiveOptions, receiveEvents } from './event/receive.ts';
import type { HttpClient, Listen } from './http/http.ts';
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
import { newSender } from './message/carry.ts';
import { deliver } from './message/deliver.ts';
import { type Desk, newDesk } from './message/desk.ts';
import { deskRoutes } from './message/desk-routes.ts';
import { heardRoutes, inboundPath } from './message/heard.ts';
import { limitsOf } from './message/limits.ts';
import { countryRefusal, type Draft, isE164, type Message, type Provider, recipientsOf } from './message/message.ts';
import { caught, netRefusal } from './message/net.ts';
import { newOutbox } from './message/outbox.ts';
import { startSweep } from './message/sweep.ts';
import { toldEvent, toldType } from './message/told.ts';
import { accountOf } from './plugin/account.ts';
import type { EventVerdict, ProviderWire, Registry } from './plugin/plugin.ts';
import { startSources } from './plugin/run-sources.ts';
import { newWays } from './plugin/ways.ts';
import { hasErrors, ProblemsFound } from './problem/problem.ts';
import type { Project } from './project.ts';
import { resolveResource } from './resource/resolve.ts';
import type { Resource } from './resource/resource.ts';
import { newEvaluator, valueIn } from './rulebook/evaluate.ts';
import { newConditionReader } from './rulebook/expression.ts';
import type { Plan } from './rulebook/rulebook.ts';
import { type Execution, executeRun, type RunEnd } from './run/execute.ts';
import type { Observe } from './run/interpret.ts';
import { newMatch } from './run/match.ts';
import { resumeRoute } from './run/resume.ts';
import type { Run } from './run/run.ts';
import { newWorker } from './run/worker.ts';
import { safetyNet, safetyNotice } from './safety.ts';
import { asText, type JsonObject } from './schema/schema.ts';
import type { Clock, FedPump, Watch } from './time/time.ts';

/** Runs under way at a stop may take this long to end by themselves before they are cut. */
const DRAIN_MS = 5_000;

/** Leaves what is due to the next host. */
const PUMP_AT_REST: FedPump<never> = {
  wake: () => undefined,
  idle: async () => undefined,
  drain: async () => undefined,
  reserve: () => 0,
  feed: () => undefined,
};

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
  const resources = resolveResources(project, registry, world.environment);
  const { net, problems } = safetyNet(project.config, world.environment);
  if (problems.length > 0) throw new ProblemsFound(problems);
  const { plan } = project;
  const bus = new EventEmitter<HostEvents>();
  const trouble = (what: string, cause: unknown): void => void (cut.signal.aborted || bus.emit('trouble', what, cause));
  const evaluate = newEvaluator();
  const log = (line: string): void => void bus.emit('log', line);
  const providers = newProviders(resources, registry, { http: world.http, log });
  const cut = new AbortController();
  const accounts = accountsOf(resources, registry);
  const settingsOf = ({ resource }: Draft): JsonObject => resources.get(resource)?.settings ?? {};

  await journal.keepPlan(plan);
  const doubted = await journal.takeOver();
  if (doubted > 0)
    trouble(`${doubted} sends were cut off by the last stop: what became of them is looked up`, undefined);

  // event -> runs
  const match = newMatch(plan, evaluate, newConditionReader());
  const runsOf = (event: Event): readonly NewRun[] =>
    match(event).map(({ name, order }) => ({
      rule: name,
      planHash: plan.hash,
      ...(order === 'subject' && event.subject !== undefined && { orderKey: `${name}\n${event.subject}` }),
    }));
  const accepted = (appended: AppendedEvent, event: Event): void => {
    bus.emit('accepted', appended, event);
    if (appended.claimed.length < appended.runIds.length) worker.wake();
  };
  const ruleTypes = new Set(plan.rules.flatMap((rule) => rule.on));
  const acceptance = {
    journal,
    clock: world.clock,
    validators: new Map([...project.eventTypes].map(([type, { validate }]) => [type, validate])),
    ruleTypes,
    rulesFor: runsOf,
    worker: {
      reserve: (count: number) => worker.reserve(count),
      feed: (claimed: readonly PendingRun[], reserved: number) => worker.feed(claimed, reserved),
    },
    accepted,
    failed: (cause: unknown): void => trouble('an event could not be journaled', cause),
  };

  // message -> provider, and back
  const publicUrl = (): string => project.config.publicUrl ?? server.url;
  const moved = (message: Message): void => void bus.emit('message', message);
  const sender = newSender({
    journal,
    providers,
    clock: world.clock,
    random: world.random,
    newId: world.newId,
    breaker: newBreaker(),
    ways: newWays(resources, registry, (draft) => caught(draft, net), project.config.accents ?? true),
    refusal: (draft) => netRefusal(draft, net) ?? refusalOf(draft, settingsOf(draft)),
    limits: (draft) => limitsOf(draft, settingsOf(draft), accounts.get(draft.resource)),
    callbackUrl: (attemptId) => `${publicUrl()}${callbackPath(attemptId)}`,
    waitFor: (outcome) => world.watch?.wait(outcome) ?? outcome,
    moved,
    trouble,
  });
  const outbox = isAtRest
    ? PUMP_AT_REST
    : newOutbox({
        journal,
        clock: world.clock,
        sender,
        runsMayBeDue: () => worker.wake(),
        signal: cut.signal,
        trouble,
        ...(journal.handOut && { pump: journal.handOut.messages }),
      });
  // What a message comes to may be an event, and its run may wait for it.
  const sequelOf = async (message: Message, report: Report): Promise<Sequel | undefined> => {
    if (!ruleTypes.has(toldType(message.channel, report.state) ?? '')) return undefined;
    const cause = await journal.run(message.runId);
    const event = cause && toldEvent(message, report, cause.event, world.clock.now());
    return event && { event, runs: runsOf(event) };
  };
  const reported = ({ message, appended }: MoveResult, sequel?: Sequel): void => {
    moved(message);
    worker.wake();
    if (appended && sequel && !appended.duplicate) accepted(appended, sequel.event);
  };
  // what people do -> event
  const receives = (mid: string): boolean => registry.resourceClass(resources.get(mid)?.class ?? '')?.receives === true;
  const acceptTold = async (event: Event): Promise<void> => {
    const taken = await acceptEvent(event, acceptance);
    if (taken.kind === 'refused') throw new Error(`an event of type ${event.type} does not fit its schema`);
  };
  const desk = newDesk({
    journal,
    sender,
    providers,
    sequelOf,
    reported,
    moved,
    wake: () => {
      outbox.wake();
      worker.wake();
    },
  });

  // run -> ops -> messages
  const execution: Execution = {
    journal,
    registry,
    resources,
    evaluate,
    valueIn,
    http: world.http,
    planOf: newPlanCache(journal, plan),
    now: () => world.clock.now(),
    ...(world.observe && { observe: world.observe }),
    deliver: (call, id, draft) => deliver(id, call.run, call.step.op, draft, sender, call.signal, call.follow),
    log,
  };
  const worker: FedPump<PendingRun> = isAtRest
    ? PUMP_AT_REST
    : newWorker({
        journal,
        clock: world.clock,
        signal: cut.signal,
        execute: async (pending) => {
          const end = await executeRun(pending, execution, cut.signal);
          bus.emit('run', pending.run, end);
          // A run that is done has left no message that waits.
          if (end.state !== 'done') outbox.wake();
        },
        failed: (pending, cause) =>
          trouble(
            pending ? `run ${pending.run.id} of rule "${pending.run.rule}" broke off` : 'the journal did not answer',
            cause,
          ),
        ...(journal.handOut && { pump: journal.handOut.runs }),
      });
  const inbox = (isAtRest ? undefined : journal.handOut)?.events((envelope) => takeIn(envelope, acceptance));

  const server = await world.listen({
    host: '127.0.0.1',
    port,
    allowedHosts: project.config.publicUrl ? [new URL(project.config.publicUrl).hostname] : [],
    routes: [
      receiveEvents(acceptance),
      ...callbackRoutes({ journal, providers, publicUrl, sequelOf, reported }),
      ...heardRoutes({ journal, providers, receives, publicUrl, accept: acceptTold, now: () => world.clock.now() }),
      ...deskRoutes(desk, cut.signal),
      resumeRoute(journal, () => worker.wake()),
      ...consoleRoutes({
        journal,
        changes: (listener) => onChange(bus, listener),
        notice: safetyNotice(project.config, world.environment),
      }),
    ],
    onError: (cause, door) => trouble(`${door} broke`, cause),
  });
  const keeper = keepHistoryShort({ journal, clock: world.clock, retentionMs: project.config.retentionMs, trouble });
  const sweep = isAtRest ? undefined : startSweep({ desk, clock: world.clock, trouble });
  // Nobody brings anything to a host at rest, nor into the world of a test.
  const sources =
    isAtRest || world.watch
      ? undefined
      : startSources({
          registry,
          resources,
          accept: async (envelope) => verdictOf(await acceptEmitted(envelope, acceptance)),
          clock: world.clock,
          http: world.http,
          log,
          trouble,
        });
  worker.wake();
  outbox.wake();

  return {
    url: server.url,
    lines: linesOf(resources, registry, receives, publicUrl()),
    bus,
    accept: (event) => acceptEvent(event, acceptance),
    story: (eventId) => journal.story(eventId),
    desk,
    idle: async () => {
      await worker.idle();
      await outbox.idle();
      await worker.idle();
    },
    stop: async () => {
      keeper.stop();
      await sources?.stop();
      const timer = setTimeout(() => cut.abort(), DRAIN_MS);
      await Promise.all([worker.drain(), outbox.drain(), inbox?.drain(), sweep?.stop()]);
      clearTimeout(timer);
      await server.close();
      await journal.close();
    },
  };
}

/** The numbers that resources send from, where people can write to them. */
function linesOf(
  resources: ReadonlyMap<string, Resource>,
  registry: Registry,
  receives: (mid: string) => boolean,
  publicUrl: string,
): Host['lines'] {
  return [...resources.values()].flatMap(({ mid, class: of, settings }) => {
    if (!receives(mid)) return [];
    return [registry.resourceClass(of)?.sender ?? []].flat().flatMap((setting) => {
      const number = asText(settings[setting]);
      return number !== undefined && isE164(number) ? [{ number, url: `${publicUrl}${inboundPath(mid)}` }] : [];
    });
  });
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

function resolveResources(
  project: Project,
  registry: Registry,
  environment: World['environment'],
): ReadonlyMap<string, Resource> {
  if (hasErrors(project.problems)) throw new ProblemsFound(project.problems);
  const resources = new Map<string, Resource>();
  const problems = [...project.resources.values()].flatMap((file) => {
    const settings = registry.resourceClass(file.class)?.settings ?? {};
    const resolved = resolveResource(file, settings, environment);
    resources.set(file.mid, resolved.resource);
    return resolved.problems;
  });
  if (problems.length > 0) throw new ProblemsFound(problems);
  return resources;
}

/** Why a draft may not go out: one of its numbers is of a country that its resource may not reach. */
function refusalOf(draft: Draft, { allowedCountries }: JsonObject): string | undefined {
  return recipientsOf(draft)
    .map((number) => countryRefusal(number, allowedCountries))
    .find((refusal) => refusal !== undefined);
}

/** Whose account each resource is. */
function accountsOf(resources: ReadonlyMap<string, Resource>, registry: Registry): ReadonlyMap<string, string> {
  const named = [...resources].map(([mid, resource]) => {
    return [mid, accountOf(resource, registry.resourceClass(resource.class))] as const;
  });
  return new Map(named);
}

/** Plans that runs began with; there are as many as there were deployments while runs were waiting. */
function newPlanCache(journal: Pick<Journal, 'plan'>, current: Plan): Execution['planOf'] {
  const plans = new Map([[current.hash, Promise.resolve<Plan | undefined>(current)]]);
  return (hash) => {
    const plan = plans.get(hash) ?? journal.plan(hash);
    plans.set(hash, plan);
    return plan;
  };
}

/** The provider of each resource, made when it is first asked for. */
function newProviders(
  resources: ReadonlyMap<string, Resource>,
  registry: Registry,
  wire: ProviderWire,
): (mid: string) => Promise<Provider> {
  const made = new Map<string, Promise<Provider>>();
  const make = async (mid: string): Promise<Provider> => {
    const resource = resources.get(mid);
    const entry = resource && registry.resourceClass(resource.class);
    if (!entry) throw new Error(`no resource "${mid}" can send`);
    return (await entry.load())(resource, wire);
  };
  return (mid) => {
    const provider = made.get(mid) ?? make(mid);
    made.set(mid, provider);
    return provider;
  };
}
