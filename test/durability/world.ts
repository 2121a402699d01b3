/** A whole world in memory, on a virtual clock: a phone network, a journal, and hosts that come, die and come again. */
import { fileURLToPath } from 'node:url';
import type { Event } from '../../src/event/event.ts';
import { type Host, startHost, type World } from '../../src/host.ts';
import { type HttpClient, type HttpServer, RequestFailed } from '../../src/http/http.ts';
import { newWire } from '../../src/http/wire.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { watchedJournal } from '../../src/journal/watched.ts';
import type { Registry } from '../../src/plugin/plugin.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { watchedRegistry } from '../../src/plugin/watched.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject, type Project } from '../../src/project.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Clock } from '../../src/time/time.ts';
import { newVirtualClock } from '../../src/time/virtual.ts';
import { newStillness } from '../../src/time/watch.ts';
import { type Life, newLife } from './mortal.ts';

const PORT = 8642;
const START = Date.UTC(2026, 10, 21, 9);

const folder = fileURLToPath(new URL('./project/', import.meta.url));
const builtInRegistry = newRegistry(builtIn);

/** The project of the durability tests; resources and schemas are those of the repository. */
export function durabilityProject(): Project {
  const repository = fileURLToPath(new URL('../../', import.meta.url));
  const examples = loadProject(repository, builtInRegistry, [`${folder}rulebooks`]);
  const { publicUrl: _, ...config } = examples.config;
  return { ...examples, config: { ...config, retentionMs: undefined } };
}

export async function openWorld(
  project: Project,
  options: {
    readonly random?: () => number;
    /** Told of each failpoint; `die` ends the host there. */
    readonly reach?: (point: string, die: () => void) => void;
    /** Called within each transaction, before its commit; what it throws is what the disk says. */
    readonly beforeCommit?: () => void;
    /** Whether nobody takes a connection where the provider is. */
    readonly unreachable?: () => boolean;
    /** The plugins that the project was compiled with; those of Ringbook where absent. */
    readonly registry?: Registry;
  } = {},
) {
  const { random = () => 0.5, reach = () => undefined, registry = builtInRegistry } = options;
  const watch = newStillness();
  const clock = newVirtualClock(START, watch);
  /** How far the host's clock is off; what it waits for is measured, and not read from it. */
  let skewMs = 0;
  const hostClock: Clock = { now: () => clock.now() + skewMs, sleep: (ms, signal) => clock.sleep(ms, signal) };
  const wire = newWire({ clock, watch });
  let ids = 0;
  const newId = (): string => `id-${++ids}`;
  const sandbox = await startSandbox({ ...wire, clock, newId, host: '127.0.0.1', port: 0, paceMs: 300 });
  let current: { readonly life: Life; readonly host: Host; readonly server: () => HttpServer | undefined } | undefined;
  const die = (): void => {
    current?.life.end();
    void current?.server()?.close();
  };
  const journal = openSqliteJournal({
    path: ':memory:',
    clock: hostClock,
    beforeCommit: () => {
      options.beforeCommit?.();
      if (current && !current.life.isOver) reach('commit', die);
      if (current?.life.isOver) throw new Error('the host is dead');
    },
  });
  const troubles: string[] = [];

  const client: HttpClient = {
    async request(request) {
      if (options.unreachable?.()) throw new RequestFailed('connection refused', false);
      return await wire.http.request(request);
    },
    close: () => wire.http.close(),
  };

  async function start(): Promise<void> {
    const life = newLife(watch);
    const tell = (point: string): void => reach(point, die);
    let server: HttpServer | undefined;
    const world: World = {
      clock: life.give(hostClock),
      newId,
      random,
      watch,
      http: life.give(client, (point) => tell(point === 'before request' || point === 'after request' ? point : '')),
      listen: async (listening) => {
        server = await wire.listen({ ...listening, port: PORT });
        return server;
      },
      environment: sandbox.environment,
    };
    const started = startHost(
      project,
      watchedRegistry(registry, watch),
      watchedJournal(life.give(journal, tell), watch),
      world,
      PORT,
    );
    // A host may die while it starts: then there is none.
    current = { life, host: undefined as never, server: () => server };
    const host = await Promise.race([started, life.over]);
    if (!host) return;
    current = { life, host, server: () => server };
    host.bus.on('trouble', (what, cause) => troubles.push(`${what}: ${String(cause)}`));
  }

  const isAlive = (): boolean => current !== undefined && !current.life.isOver;
  return {
    clock,
    sandbox,
    journal,
    troubles,
    wire,
    start,
    die,
    isAlive,
    /** Sets the host's clock, forward or back: no time passes. */
    setClock(byMs: number): void {
      skewMs += byMs;
    },
    host: () => (isAlive() ? current?.host : undefined),
    /** Offers an event as a sender does; whether it was acknowledged. */
    async post(event: Event): Promise<boolean> {
      const host = isAlive() ? current?.host : undefined;
      const life = current?.life;
      if (!host || !life) return false;
      const accepted = host.accept(event).then(
        ({ kind }) => kind === 'accepted',
        () => false,
      );
      return Promise.race([accepted, life.over.then(() => false)]);
    },
    still: () => watch.still(),
    /** Lets time pass, each sleeper at its time. */
    async pass(ms: number): Promise<void> {
      const end = clock.now() + ms;
      for (;;) {
        await watch.still();
        const due = clock.nextDue();
        if (due === undefined || due > end) break;
        clock.advance(Math.max(0, due - clock.now()));
      }
      clock.advance(end - clock.now());
      await watch.still();
    },
    async close(): Promise<void> {
      if (isAlive()) await current?.host.stop();
      await sandbox.close();
      if (!isAlive()) await journal.close();
    },
  };
}

export type DurableWorld = Awaited<ReturnType<typeof openWorld>>;

export function newUser(id: string, phone: string): Event {
  const data = { username: id, realname: `Ana ${id}`, phone };
  return { id, source: 'world', type: 'new-user', subject: id, time: '2026-11-21T09:00:00Z', data };
}
