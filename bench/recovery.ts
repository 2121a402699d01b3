import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { writeDeskProject } from './desk-project.ts';
import { type Bench, type BenchOptions, medianOf, table } from './measure.ts';

/** Runs that wait when the host is killed. */
const BACKLOGS = [10_000, 100_000];
/** A host writes its backlog anew each time. */
const MAX_ROUNDS = 3;
/** Sends that are awaited after the start: by then the host works at full speed, with all the memory that it needs for that. */
const SENDS = 500;
/** A provider that answers at once would have the small backlog done before the memory is looked at. */
const PROVIDER_MS = 20;

/** What a host does after it was killed with many runs pending: how soon it sends, and how much memory that takes. */
export const recovery: Bench = {
  about: 'a host that was killed with 100,000 runs pending: the time to its first send, and its memory by the backlog',
  run: async (options) => {
    const provider = await startChild({ script: 'subject/provider.ts', args: [] });
    const found = new Map(BACKLOGS.map((backlog) => [backlog, new Array<Recovered>()]));
    try {
      for (let round = 0; round < Math.min(options.runs, MAX_ROUNDS); round++) {
        for (const [backlog, all] of found) {
          if (performance.now() < options.deadline) all.push(await recover(backlog, provider));
        }
      }
      tell(found, options);
    } finally {
      await provider.stop();
    }
  },
};

interface Recovered {
  /** From the start of the process. */
  readonly readyMs: number;
  readonly firstSendMs: number;
  readonly rssMb: number;
}

/** What a host says of itself. */
interface Memory {
  readonly rss: number;
}

async function recover(backlog: number, provider: Child): Promise<Recovered> {
  const folder = mkdtempSync(join(tmpdir(), 'ringbook-bench-'));
  const project = join(folder, 'project');
  const journal = join(folder, 'journal.db');
  writeDeskProject(project, provider.ready);
  try {
    const filled = await startChild({
      script: 'subject/backlog.ts',
      args: [project, journal, String(backlog + SENDS)],
    });
    await filled.stop();
    // The first one dies in the middle of its sends.
    await takeUp(project, journal, provider);
    return await takeUp(project, journal, provider);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeUp(project: string, journal: string, provider: Child): Promise<Recovered> {
  await provider.ask({ delayMs: PROVIDER_MS });
  const begun = performance.now();
  const firstSend = provider.ask({ expected: 1 }).then(() => performance.now() - begun);
  const host = await startChild({ script: 'subject/host.ts', args: [project, journal, '0'] });
  try {
    const readyMs = performance.now() - begun;
    const firstSendMs = await firstSend;
    await provider.ask({ expected: SENDS });
    const { rss } = await host.ask<Memory>({});
    return { readyMs, firstSendMs, rssMb: rss / 1_000_000 };
  } finally {
    await host.kill();
  }
}

function tell(found: ReadonlyMap<number, readonly Recovered[]>, { say }: BenchOptions): void {
  const rows = [...found].map(([backlog, all]) => [
    String(backlog),
    medianOf(all.map(({ readyMs }) => readyMs)).toFixed(0),
    medianOf(all.map(({ firstSendMs }) => firstSendMs)).toFixed(0),
    medianOf(all.map(({ rssMb }) => rssMb)).toFixed(0),
    String(all.length),
  ]);
  say(`\nA host is killed and started again; memory after ${SENDS} sends:`);
  const head = ['runs pending', 'ms to its door', 'ms to the first send', 'MB of memory', 'rounds'];
  for (const line of table([head, ...rows])) say(line);
}
