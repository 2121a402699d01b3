/** Measures how many operations a second subjects do, each in a process of its own, in turn. */
import { answer, startChild } from './child.ts';
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
  const started = await Promise.all(
    runners.map(async (runner) => ({ name: runner.name, child: await startChild(runner), rates: new Array<number>() })),
  );
  try {
    for (let round = 0; round <= options.runs && performance.now() < options.deadline; round++) {
      for (const { child, rates } of started) {
        const { operations, ms } = await child.ask<Round>({ ms: ROUND_MS });
        if (round > 0) rates.push((operations / ms) * 1_000);
      }
    }
    return started.map(({ name, rates }) => ({ name, median: medianOf(rates), rounds: rates.length }));
  } finally {
    await Promise.all(started.map(({ child }) => child.stop()));
  }
}

/** For the script of a runner: works for a round whenever it is asked. `operate` does many operations at a time. */
export function answerRounds(operate: () => number | Promise<number>): void {
  answer('ready', async ({ ms: forMs }: { readonly ms: number }): Promise<Round> => {
    const begun = performance.now();
    let operations = 0;
    let ms = 0;
    while (ms < forMs) {
      operations += await operate();
      ms = performance.now() - begun;
    }
    return { operations, ms };
  });
}
