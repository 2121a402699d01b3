import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { writeDeskProject } from './desk-project.ts';
import { type Bench, type BenchOptions, medianOf, quantileMs, table } from './measure.ts';
import { missingPeers } from './peers.ts';
import type { Round } from './rounds.ts';

/** Each takes half a minute for all. */
const MAX_ROUNDS = 5;
const FLOOD = 2_000;
const SLOW_FLOOD = 1_000;
/** What a provider on the other side of the world takes. */
const SLOW_MS = 100;
/** 250 events a second. */
const EVERY_MS = 4;
const DRIP = 500;
const CONNECTIONS = 64;

/** The whole way of an event, beside what people would write instead. */
export const delivery: Bench = {
  about: 'from an event over HTTP to the message at the provider, beside BullMQ, graphile-worker and a bare loop',
  run: async (options) => {
    const folder = mkdtempSync(join(tmpdir(), 'ringbook-bench-'));
    // PostgreSQL runs as another user, and has a folder in it.
    chmodSync(folder, 0o755);
    const children: Child[] = [];
    const start: Start = async (script, ...args) => {
      const child = await startChild({ script, args });
      children.push(child);
      return child;
    };
    try {
      const provider = await start('subject/provider.ts');
      const load = await start('subject/load.ts');
      const apps = await startApps(start, provider.ready, folder, options);
      await measure(apps, { provider, load }, options);
    } finally {
      for (const child of children.toReversed()) await child.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

type Start = (script: string, ...args: string[]) => Promise<Child>;

interface App {
  readonly name: string;
  readonly child: Child;
  readonly fast: number[];
  readonly slow: number[];
  readonly cpuUs: number[];
  readonly latenciesUs: number[];
}

async function startApps(
  start: Start,
  provider: string,
  folder: string,
  { say }: BenchOptions,
): Promise<readonly App[]> {
  const project = join(folder, 'project');
  writeDeskProject(project, provider);
  const host = await start('subject/host.ts', project, join(folder, 'journal.db'), '0');
  const apps = [newApp('ringbook', host)];
  if (missingPeers(['bullmq', 'graphile-worker'], say)) return apps;
  apps.push(
    newApp('bare loop: node:sqlite, Map, undici', await start('peer/bare-loop.js', provider, join(folder, 'bare.db'))),
  );
  const database = await start('peer/postgres.js', join(folder, 'postgres'));
  apps.push(
    newApp(
      'graphile-worker tuned by hand: batches, Map, undici',
      await start('peer/graphile-tuned.js', provider, database.ready),
    ),
  );
  apps.push(
    newApp('graphile-worker, json-rules-engine, SDK', await start('peer/graphile.js', provider, database.ready)),
  );
  if (spawnSync('redis-server', ['--version']).error) {
    say('missing: redis-server, and with it BullMQ');
    return apps;
  }
  mkdirSync(join(folder, 'redis'));
  const redis = await start('peer/redis.js', join(folder, 'redis'), String(await freePort()));
  apps.push(newApp('BullMQ, json-rules-engine, SDK', await start('peer/bullmq.js', provider, redis.ready)));
  return apps;
}

function newApp(name: string, child: Child): App {
  return { name, child, fast: [], slow: [], cpuUs: [], latenciesUs: [] };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

interface World {
  readonly provider: Child;
  readonly load: Child;
}

async function measure(apps: readonly App[], world: World, options: BenchOptions): Promise<void> {
  const rounds = Math.min(options.runs, MAX_ROUNDS);
  for (let round = 0; round <= rounds && performance.now() < options.deadline; round++) {
    for (const app of apps) {
      const fast = await flood(app, world, FLOOD, 0);
      const slow = await flood(app, world, SLOW_FLOOD, SLOW_MS);
      const latencies = await drip(app, world);
      // The first round warms up.
      if (round === 0) continue;
      app.fast.push(fast.rate);
      app.cpuUs.push(fast.cpuUs);
      app.slow.push(slow.rate);
      app.latenciesUs.push(...latencies);
    }
  }
  tell(apps, options);
}

/** What the provider got. */
interface Arrived {
  readonly accepted: number;
  readonly lastAtUs: number;
  readonly latenciesUs: readonly number[];
}

async function flood(app: App, { provider, load }: World, count: number, delayMs: number) {
  await provider.ask({ delayMs });
  const before = await app.child.ask({});
  const begunUs = Number(process.hrtime.bigint() / 1_000n);
  await load.ask<Round>({ url: app.child.ready, fires: 'one', connections: CONNECTIONS, count });
  const arrived = await allOf(app, count, provider);
  const after = await app.child.ask({});
  return {
    rate: (count / (arrived.lastAtUs - begunUs)) * 1_000_000,
    cpuUs: (after.cpuUs - before.cpuUs) / count,
  };
}

async function drip(app: App, { provider, load }: World): Promise<readonly number[]> {
  await provider.ask({ delayMs: 0 });
  await load.ask<Round>({
    url: app.child.ready,
    fires: 'one',
    connections: CONNECTIONS,
    count: DRIP,
    everyMs: EVERY_MS,
  });
  return (await allOf(app, DRIP, provider)).latenciesUs;
}

async function allOf({ name }: App, expected: number, provider: Child): Promise<Arrived> {
  const arrived = await provider.ask<Arrived>({ expected });
  if (arrived.accepted === expected) return arrived;
  throw new Error(`${name}: ${arrived.accepted} messages arrived of ${expected} events`);
}

function tell(apps: readonly App[], { say }: BenchOptions): void {
  say(
    `\nEvents over HTTP, ${CONNECTIONS} at once, to messages; a provider on this machine, and one that takes ${SLOW_MS} ms:`,
  );
  const [own] = apps;
  const rows = apps.map((app) => [
    app.name,
    medianOf(app.fast).toFixed(0),
    timesOf(own, app, 'fast'),
    medianOf(app.cpuUs).toFixed(0),
    medianOf(app.slow).toFixed(0),
    timesOf(own, app, 'slow'),
    `${quantileMs(app.latenciesUs, 0.5)} / ${quantileMs(app.latenciesUs, 0.99)}`,
  ]);
  const head = [
    '',
    'messages/s',
    'ringbook',
    'us of processor',
    `${SLOW_MS} ms each`,
    'ringbook',
    'p50 / p99 ms at 250/s',
  ];
  for (const line of table([head, ...rows])) say(line);
}

/** How many times as many Ringbook does. */
function timesOf(own: App | undefined, app: App, what: 'fast' | 'slow'): string {
  return own === undefined || own === app ? '' : `${(medianOf(own[what]) / medianOf(app[what])).toFixed(2)} x`;
}
