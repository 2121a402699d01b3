/** Measures how many operations a second subjects do, each in a process of its own, in turn. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, medianOf } from './measure.ts';

/** A script that calls `answerRounds`. */
export interface Runner {
  readonly name: string;
  /** Beside this file. */
  readonly script: string;
  readonly args: readonly string[];
}

/** Operations a second. */
export interface Rate {
  readonly name: string;
  readonly median: number;
  readonly rounds: number;
}

/** What one round came to. */
export interface Round {
  readonly operations: number;
  readonly ms: number;
}

/** Long enough for the garbage that a round makes to be collected in it. */
const ROUND_MS = 300;

/**
 * Starts all subjects, then lets one after the other work for a round, again and again: what else the machine does meets all
 * of them alike. The first round of each warms it up and counts for nothing.
 */
export async function ratesInTurn(runners: readonly Runner[], options: BenchOptions): Promise<readonly Rate[]> {
  const children = runners.map((runner) => ({ runner, child: start(runner), rates: new Array<number>() }));
  try {
    for (const { child } of children) await once(child, 'message');
    for (let round = 0; round <= options.runs && performance.now() < options.deadline; round++) {
      for (const { child, rates } of children) {
        const { operations, ms } = await askRound(child);
        if (round > 0) rates.push((operations / ms) * 1_000);
      }
    }
    return children.map(({ runner, rates }) => ({
      name: runner.name,
      median: medianOf(rates),
      rounds: rates.length,
    }));
  } finally {
    for (const { child } of children) child.kill();
  }
}

function start({ script, args }: Runner): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function askRound(child: ChildProcess): Promise<Round> {
  const answered = once(child, 'message');
  child.send(ROUND_MS);
  const [round] = await Promise.race([answered, once(child, 'exit').then(ended)]);
  return round;
}

function ended(): never {
  throw new Error('a subject of the benchmark ended before it was done');
}

/** For the script of a runner: says that it is ready, and does a round whenever it is asked. Many operations at a time. */
export function answerRounds(operate: () => number | Promise<number>): void {
  process.on('message', (forMs: number) => {
    void answerOne(operate, forMs).then((round) => process.send?.(round));
  });
  process.send?.('ready');
}

async function answerOne(operate: () => number | Promise<number>, forMs: number): Promise<Round> {
  const begun = performance.now();
  let operations = 0;
  let ms = 0;
  while (ms < forMs) {
    operations += await operate();
    ms = performance.now() - begun;
  }
  return { operations, ms };
}
