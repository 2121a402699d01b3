import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { writeDeskProject } from './desk-project.ts';
import { type Bench, type BenchOptions, medianOf, table } from './measure.ts';
import type { Round } from './rounds.ts';

const CONNECTIONS = 64;
/** How many senders share an fsync is counted at these. */
const SENDERS = [1, 10, CONNECTIONS, 100];
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
  const bare = newResult();
  const durable = new Map(
    [0, 1].map((addedMs) => [addedMs, new Map(SENDERS.map((senders) => [senders, newResult()]))]),
  );
  for (let round = 0; round <= options.runs && performance.now() < options.deadline; round++) {
    const keep = (result: Result, found: Found): void => {
      if (round > 0) for (const name of ['rate', 'cpuUs', 'share'] as const) result[name].push(found[name]);
    };
    keep(bare, await roundOf(doors.bare, CONNECTIONS, doors, 0));
    for (const [addedMs, results] of durable) {
      for (const [senders, result] of results) keep(result, await roundOf(doors.host, senders, doors, addedMs));
    }
  }
  tell(bare, durable, options);
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

async function roundOf(door: Child, connections: number, { load }: Doors, addedMs: number): Promise<Found> {
  const before = await door.ask<Commits>({ addedMs });
  const { operations, ms } = await load.ask<Round>({ ...LOAD, url: door.ready, connections });
  const { commits, works, cpuUs } = await door.ask<Commits>({});
  return {
    rate: (operations / ms) * 1_000,
    cpuUs: (cpuUs - before.cpuUs) / operations,
    share: works / commits,
  };
}

function tell(bare: Result, durable: ReadonlyMap<number, ReadonlyMap<number, Result>>, { say }: BenchOptions): void {
  const rows = [...durable].flatMap(([addedMs, results]) =>
    [...results].map(([senders, result]) => [
      `${senders} at once${addedMs > 0 ? `, ${addedMs} ms more an fsync` : ''}`,
      ...numbersOf(result, senders === CONNECTIONS ? bare : undefined),
      medianOf(result.share).toFixed(1),
      addedMs > 0 ? ratio(result, durable.get(0)?.get(senders) ?? result) : '',
    ]),
  );
  const head = ['', 'events/s', 'us of processor', 'of bare', 'events an fsync', 'of without delay'];
  const first = [`bare HTTP server, ${CONNECTIONS} at once`, ...numbersOf(bare, undefined), '', ''];
  say('\nEvents over HTTP, 300 bytes each; all but the first durable before they are answered:');
  for (const line of table([head, first, ...rows])) say(line);
}

function numbersOf(result: Result, beside: Result | undefined): readonly string[] {
  return [medianOf(result.rate).toFixed(0), medianOf(result.cpuUs).toFixed(0), beside ? ratio(result, beside) : ''];
}

function ratio(result: Result, beside: Result): string {
  return (medianOf(result.rate) / medianOf(beside.rate)).toFixed(2);
}
