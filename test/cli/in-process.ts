import { parseArgs } from 'node:util';
import { type Command, type Options, parseConfig, WrongUsage } from '../../src/cli/command.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { ProblemsFound } from '../../src/problem/problem.ts';
import type { Ended } from './ringbook.ts';

/**
 * Runs a command as src/cli.ts does, without the second that a process of its own takes. What src/cli.ts itself does is tested
 * on processes.
 */
export async function inProcess(
  command: Command,
  args: readonly string[],
  options: { readonly folder: string; readonly environment?: object },
): Promise<Ended> {
  const said = { out: '', err: '' };
  const end = (code: number): Ended => ({ code, ...said });
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: parseConfig(command),
      allowPositionals: true,
    });
    const code = await command.run(positionals, values as Options, {
      out: (line) => void (said.out += `${line}\n`),
      err: (line) => void (said.err += `${line}\n`),
      progress: () => undefined,
      color: false,
      environment: { ...options.environment },
      folder: options.folder,
      read: async () => '',
      signal: new AbortController().signal,
    });
    return end(code);
  } catch (failure) {
    if (failure instanceof WrongUsage) said.err += `${failure.message}\n`;
    else if (failure instanceof ProblemsFound) said.err += pretty(failure.problems, false);
    else throw failure;
    return end(failure instanceof WrongUsage ? 2 : 1);
  }
}
