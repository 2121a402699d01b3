import { EventEmitter } from 'eventemitter3';
import { consoleRoutes } from './console/routes.ts';
import type { Event } from './event/event.ts';
import { type Acceptance, acceptEvent, receiveEvents } from './event/receive.ts';
import type { HttpClient, Listen } from './http/http.ts';
import type { AppendedEvent, Journal, NewRun, Story } from './journal/journal.ts';
import { callbackPath, callbackRoutes } from './message/callback.ts';
import { deliver } from './message/deliver.ts';
import { countryRefusal, type Draft, isFinal, type Message, type Provider } from './message/message.ts';
import type { Registry } from './plugin/plugin.ts';
import { hasErrors, ProblemsFound } from './problem/problem.ts';
import type { Project } from './project.ts';
import { resolveResource } from './resource/resolve.ts';
import type { Resource } from './resource/resource.ts';
import { newEvaluator, valueIn } from './rulebook/evaluate.ts';
import { type Execution, executeRun, type RunEnd } from './run/execute.ts';
import type { Observe } from './run/interpret.ts';
import { newMatch } from './run/match.ts';
import type { Run } from './run/run.ts';
import { startWorker } from './run/worker.ts';
import type { Clock } from './time/time.ts';

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
  readonly http: HttpClient;
  readonly listen: Listen;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told of each step of a run, for whoever measures what is reached. */
  readonly observe?: Observe;
}

/** A host at work. */
export interface Host {
  /** Where it listens. */
  readonly url: string;
  readonly bus: EventEmitter<HostEvents>;
  /** Takes an event as the HTTP door does, without HTTP. */
  accept(event: Event): Promise<Acceptance>;
  /** One event and all that came of it so far. */
  story(eventId: number): Promise<Story | undefined>;
  /** Resolves when no run is pending. */
  idle(): Promise<void>;
  /** Lets what is under way end, cuts it after a while, and gives back everything that was taken. */
  stop(): Promise<void>;
}

/**
 * Starts a host on a compiled project and an open journal, which it closes at its stop: the way of an event, from the door
 * to the provider and back. Rejects with `ProblemsFound` when the project or its environment has errors.
 */
export async function startHost(
  project: Project,
  registry: Registry,
  journal: Journal,
  world: World,
  port: number,
): Promise<Host> {
  const resources = resolveResources(project, registry, world.environment);
  const { plan } = project;
  const bus = new EventEmitter<HostEvents>();
  const moved = (message: Message): void => void bus.emit('message', message);
  // A run that waits for the end of a message is due when it has come.
  const reported = async (message: Message): Promise<void> => {
    moved(message);
    if (!isFinal(message.state)) return;
    await journal.deferRun(message.runId, 0);
    worker.wake();
  };
  const evaluate = newEvaluator();
  const providers = newProviders(resources, registry, world.http);
  const cut = new AbortController();

  await journal.keepPlan(plan);
  const doubted = await journal.doubtInterruptedSends();
  if (doubted > 0)
    bus.emit('trouble', `${doubted} sends were cut off by the last stop: their fate is unknown`, undefined);

  // event -> runs
  const match = newMatch(plan, evaluate);
  const acceptance = {
    journal,
    clock: world.clock,
    validators: new Map([...project.eventTypes].map(([type, { validate }]) => [type, validate])),
    ruleTypes: new Set(plan.rules.flatMap((rule) => rule.on)),
    rulesFor: (event: Event): readonly NewRun[] =>
      match(event).map(({ name }) => ({ rule: name, planHash: plan.hash })),
    accepted: (appended: AppendedEvent, event: Event): void => {
      bus.emit('accepted', appended, event);
      worker.wake();
    },
    failed: (cause: unknown): void => void bus.emit('trouble', 'an event could not be journaled', cause),
  };

  // message -> provider, and back
  const publicUrl = (): string => project.config.publicUrl ?? server.url;
  const delivery = {
    journal,
    providers,
    clock: world.clock,
    newId: world.newId,
    refusal: ({ resource, to }: Draft) => countryRefusal(to, resources.get(resource)?.settings['allowedCountries']),
    callbackUrl: (attemptId: string) => `${publicUrl()}${callbackPath(attemptId)}`,
    moved,
  };

  // run -> ops -> messages
  const execution: Execution = {
    journal,
    registry,
    resources,
    evaluate,
    valueIn,
    http: world.http,
    now: () => world.clock.now(),
    ...(world.observe && { observe: world.observe }),
    deliver: (id, run, op, draft, signal) => deliver(id, run, op, draft, delivery, signal),
    log: (line) => void bus.emit('log', line),
  };
  const worker = startWorker({
    journal,
    clock: world.clock,
    execute: async ({ run, event }) => void bus.emit('run', run, await executeRun(run, event, execution, cut.signal)),
    failed: (pending, cause) => {
      const what = pending
        ? `run ${pending.run.id} of rule "${pending.run.rule}" broke off, and stays pending`
        : 'the journal did not answer';
      if (!cut.signal.aborted) bus.emit('trouble', what, cause);
    },
  });

  const server = await world.listen({
    host: '127.0.0.1',
    port,
    allowedHosts: project.config.publicUrl ? [new URL(project.config.publicUrl).hostname] : [],
    routes: [
      receiveEvents(acceptance),
      ...callbackRoutes({ journal, providers, publicUrl, moved: reported }),
      ...consoleRoutes({ journal, changes: (listener) => onChange(bus, listener) }),
    ],
    onError: (cause, door) => void bus.emit('trouble', `${door} broke`, cause),
  });
  worker.wake();

  return {
    url: server.url,
    bus,
    accept: (event) => acceptEvent(event, acceptance),
    story: (eventId) => journal.story(eventId),
    idle: () => worker.idle(),
    stop: async () => {
      const timer = setTimeout(() => cut.abort(), DRAIN_MS);
      await worker.drain();
      clearTimeout(timer);
      await server.close();
      await journal.close();
    },
  };
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

/** The provider of each resource, made when it is first asked for. */
function newProviders(
  resources: ReadonlyMap<string, Resource>,
  registry: Registry,
  http: HttpClient,
): (mid: string) => Promise<Provider> {
  const made = new Map<string, Promise<Provider>>();
  const make = async (mid: string): Promise<Provider> => {
    const resource = resources.get(mid);
    const entry = resource && registry.resourceClass(resource.class);
    if (!entry) throw new Error(`no resource "${mid}" can send`);
    return (await entry.load())(resource, { http });
  };
  return (mid) => {
    const provider = made.get(mid) ?? make(mid);
    made.set(mid, provider);
    return provider;
  };
}
