import { resolve } from 'node:path';
import type { ScenarioContext } from '../scenario/scenario.ts';
import { updated } from '../scenario/update.ts';
import type { Terminal } from './command.ts';
import { replaceFile } from './mend.ts';
import { plural } from './plural.ts';
import type { FileResult } from './test-play.ts';
import { fileInWords } from './test-pretty.ts';

/** Writes what happened into each file, and says which. Returns 1 where something could not be played or written. */
export function updateFiles(
  results: readonly FileResult[],
  folder: string,
  context: ScenarioContext,
  terminal: Terminal,
): number {
  let left = 0;
  for (const result of results) {
    const stuck = result.scenarios.filter(({ faults }) => faults.length > 0);
    if (stuck.length > 0) for (const line of fileInWords({ ...result, scenarios: stuck }, false)) terminal.err(line);
    const failure = updateFile(result, folder, context, terminal);
    if (failure !== undefined) terminal.err(`left ${result.source.file} as it is: ${failure}`);
    if (failure !== undefined || stuck.length > 0) left++;
  }
  return left > 0 ? 1 : 0;
}

/** Returns why the file was left as it is, where it should not have been. */
function updateFile(
  { source, scenarios }: FileResult,
  folder: string,
  context: ScenarioContext,
  terminal: Terminal,
): string | undefined {
  const wrong = scenarios.filter(({ differences, faults }) => differences.length > 0 && faults.length === 0);
  if (wrong.length === 0) return undefined;
  const happened = scenarios.map(({ scenario, outcome, faults }) => ({
    scenario,
    // What could not be played to its end says nothing about what is right.
    outcome: faults.length > 0 || !outcome ? scenario.expected : outcome,
  }));
  const text = updated(source, happened, context);
  if (text === undefined) return 'what happened cannot be written there; write it by hand';
  const failure = replaceFile(resolve(folder, source.file), source.text, text);
  if (failure === undefined) terminal.out(`updated ${source.file}: ${plural(wrong.length, 'scenario')}`);
  return failure;
}
