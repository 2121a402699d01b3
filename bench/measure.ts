import { spawnSync } from 'node:child_process';

/** A benchmark. It builds what it measures, and leaves nothing behind. */
export interface Bench {
  readonly about: string;
  run(options: BenchOptions): Promise<void>;
}

export interface BenchOptions {
  /** How often each thing is measured. */
  readonly runs: number;
  /** On the clock of `performance.now()`: what has not begun by then is left out, and said. */
  readonly deadline: number;
  readonly say: (line: string) => void;
}

/** A process that is measured from its start to its end. */
export interface Subject {
  readonly name: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What was measured, in ms. */
export interface Measured {
  readonly name: string;
  readonly medianMs: number;
  readonly leastMs: number;
  /** Half of the runs lie this near to the median, as a part of it. */
  readonly noise: number;
  readonly runs: number;
}

/** No process that is measured takes as long; one that does has hung. */
const TIMEOUT_MS = 60_000;

/**
 * Measures subjects in turn, so that what else the machine does meets all of them alike. One that fails is left out and told;
 * past the deadline nothing more is begun.
 */
export function measureInTurn(
  subjects: readonly Subject[],
  { runs, deadline, say }: BenchOptions,
): readonly Measured[] {
  const times = new Map(subjects.map((subject) => [subject, new Array<number>()]));
  // The first run of each warms the disk's cache and counts for nothing.
  for (let round = 0; round <= runs; round++) {
    for (const [subject, taken] of times) {
      if (performance.now() > deadline) break;
      const ms = timeOf(subject);
      if (typeof ms === 'string') {
        say(`left out: ${subject.name} ${ms}`);
        times.delete(subject);
      } else if (round > 0) taken.push(ms);
    }
  }
  const measured = [...times].filter(([, taken]) => taken.length > 0);
  if (measured.length < times.size) say('left out, the time is up: the rest of this table');
  return measured.map(([{ name }, taken]) => summaryOf(name, taken));
}

/** Ms from start to end, or in words how it failed. */
function timeOf({ args, folder, environment }: Subject): number | string {
  const start = performance.now();
  // A pipe, as in CI.
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NODE_COMPILE_CACHE: '', NO_COLOR: '1', ...environment },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  const ms = performance.now() - start;
  return status === 0 ? ms : `ended with ${status ?? 'no code'}: ${(stderr || stdout).slice(0, 500)}`;
}

function summaryOf(name: string, times: readonly number[]): Measured {
  const medianMs = medianOf(times);
  const noise = medianOf(times.map((ms) => Math.abs(ms - medianMs))) / medianMs;
  return { name, medianMs, leastMs: Math.min(...times), noise, runs: times.length };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** What a part of the values (µs) lies below, in ms. */
export function quantileMs(us: readonly number[], part: number): string {
  const sorted = us.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN) / 1_000).toFixed(1);
}

/** Lines of columns as wide as their widest cell; the first column is for words, the others for numbers. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}
