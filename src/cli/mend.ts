import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { applyFixes } from '../problem/fix.ts';
import { type Problem, reasonOf } from '../problem/problem.ts';
import type { Terminal } from './command.ts';

/** A fix may uncover another problem with a fix; one that is never done is a mistake of ours, and must end. */
const MAX_ROUNDS = 10;

/**
 * Applies the fixes of what `check` finds, writes the files, and checks again, until there is nothing more to mend. Says on
 * standard error what it mended. Returns what the last check found.
 */
export function mendAll<Checked extends { readonly problems: readonly Problem[] }>(
  folder: string,
  check: () => Checked,
  terminal: Terminal,
): Checked {
  let checked = check();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let written = 0;
    for (const { source, text, done } of applyFixes(checked.problems)) {
      if (text === source.text) continue;
      const failure = replaceFile(resolve(folder, source.file), source.text, text);
      if (failure !== undefined) {
        terminal.err(`left ${source.file} as it is: ${failure}`);
        continue;
      }
      written++;
      for (const what of done) terminal.err(`mended ${source.file}: ${what}`);
    }
    if (written === 0) break;
    checked = check();
  }
  return checked;
}

/**
 * Puts a new file in the place of the old one: whoever reads it finds one or the other, never half of it. Says why where it
 * leaves the file alone, such as one that is not UTF-8, which writing it would break.
 */
export function replaceFile(path: string, before: string, after: string): string | undefined {
  try {
    const file = realpathSync(path);
    if (!readFileSync(file).equals(Buffer.from(before, 'utf8'))) return 'it has just changed, or is not UTF-8';
    const beside = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
    try {
      writeFileSync(beside, after, { flag: 'wx', mode: statSync(file).mode });
      renameSync(beside, file);
    } finally {
      rmSync(beside, { force: true });
    }
    return undefined;
  } catch (failure) {
    return reasonOf(failure);
  }
}
