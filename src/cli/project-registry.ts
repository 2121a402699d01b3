import { resolve } from 'node:path';
import type { Registry } from '../plugin/plugin.ts';
import { hasErrors, ProblemsFound } from '../problem/problem.ts';
import { registryOf } from '../registry-of.ts';
import { type Options, type Terminal, textOf } from './command.ts';

/** What the project of `--project` can name, for commands that show that. Rejects with `ProblemsFound` where a plugin is missing. */
export async function projectRegistry(options: Options, terminal: Pick<Terminal, 'folder'>): Promise<Registry> {
  const registry = await registryOf(resolve(terminal.folder, textOf(options, 'project') ?? '.'));
  if (hasErrors(registry.problems)) throw new ProblemsFound(registry.problems);
  return registry;
}
