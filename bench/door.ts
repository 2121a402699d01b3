import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { writeDeskProject } from './desk-project.ts';
import { type Bench, type BenchOptions, medianOf, table } from './measure.ts';
import type { Round } from './rounds.ts';

/** Events are sent over so many connections at once. */
const SENDERS = [1, 10, 64, 100];
/** Added to each fsync, as on a disk in a network. */
const SLOW_MS = 1;
const ROUND_MS = 1_000;
/** No rule is fired: what is measured is the door, and not what comes after it. */
const LOAD = { fires: 'none', ms: ROUND_MS } as const;

/** How fast events are taken, durable each. */
export const door: Bench = {
  about: 'events taken over HTTP, each durable before its 202, beside the bare HTTP server, and with a slow disk',
  run: async (options) => {
    const folder = mkdtempSync(join(tmpdir(), 'ringbook-bench-'));
    writeDeskProject(folder, 'http://127.0.0.1:9');
    const children: Child[] = [];
    const start = async (script: string, ...args: string[]): Promise<Child> => {
      const child = await startChild({ script, args });
      children.push(child);
      return child;
    };
    try {
      const load = await start('subject/load.ts');
      const bare = await start('subject/door.ts');
      const host = await start('subject/host.ts', folder, join(folder, 'journal.db'), '0');
      await measure({ load, bare, host }, options);
    } finally {
      for (const child of children.toReversed()) await child.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Doors {
  readonly load: Child;
  readonly bare: Child;
  readonly host: Child;
}

/** What the journal counted. */
interface Commits {
  readonly commits: number;
  readonly works: number;
}

async function measure(doors: Doors, options: BenchOptions): Promise<void> {
  const all = SENDERS.map((senders) => ({ senders, bare: newResult(), durable: newResult(), slow: newResult() }));
  for (let round = 0; round <= options.runs && performance.now() < options.deadline; round++) {
    for (const { senders, ...results } of all) {
      const found = {
        bare: await roundOf(doors.bare, senders, doors, 0),
        durable: await roundOf(doors.host, senders, doors, 0),
        slow: await roundOf(doors.host, senders, doors, SLOW_MS),
      };
      // The first rounds warm up.
      if (round > 0) for (const which of ['bare', 'durable', 'slow'] as const) keep(results[which], found[which]);
    }
  }
  tell(all, options);
}

function keep(result: Result, found: Found): void {
  for (const name of ['rate', 'cpuUs', 'share'] as const) result[name].push(found[name]);
}

/** Events a second, processor time an event, and events that shared an fsync. */
interface Found {
  readonly rate: number;
  readonly cpuUs: number;
  readonly share: number;
}

/** The same of all rounds. */
type Result = Readonly<Record<keyof Found, number[]>>;

function newResult(): Result {
  return { rate: [], cpuUs: [], share: [] };
}

async function roundOf(server: Child, connections: number, { load }: Doors, addedMs: number): Promise<Found> {
  const before = await server.ask<Commits>({ addedMs });
  const { operations, ms } = await load.ask<Round>({ ...LOAD, url: server.ready, connections });
  const { commits, works, cpuUs } = await server.ask<Commits>({});
  return {
    rate: (operations / ms) * 1_000,
    cpuUs: (cpuUs - before.cpuUs) / operations,
    share: works / commits,
  };
}

/** What was measured with so many senders. */
interface Row {
  readonly senders: number;
  readonly bare: Result;
  readonly durable: Result;
  readonly slow: Result;
}

function tell(all: readonly Row[], { say }: BenchOptions): void {
  say(
    '\nEvents of 300 bytes, by the bare HTTP server, by Ringbook, and by Ringbook with 1 ms more an fsync, a second:',
  );
  const rows = all.map(({ senders, bare, durable, slow }) => [
    String(senders),
    rateOf(bare),
    rateOf(durable),
    ratio(durable, bare, 'rate'),
    medianOf(durable.share).toFixed(1),
    ratio(durable, bare, 'cpuUs'),
    rateOf(slow),
    ratio(slow, durable, 'rate'),
    medianOf(slow.share).toFixed(1),
  ]);
  const ofSlow = ['1 ms more', 'of without', 'events an fsync'];
  const head = ['senders', 'bare', 'durable', 'of bare', 'events an fsync', 'processor of bare', ...ofSlow];
  for (const line of table([head, ...rows])) say(line);
}

function rateOf({ rate }: Result): string {
  return medianOf(rate).toFixed(0);
}

function ratio(result: Result, beside: Result, of: 'rate' | 'cpuUs'): string {
  return (medianOf(result[of]) / medianOf(beside[of])).toFixed(2);
}
