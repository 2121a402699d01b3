import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginsIn } from './config.ts';
import type { LoadedPlugin } from './plugin/load.ts';
import type { Plugin, Registry } from './plugin/plugin.ts';
import { newRegistry } from './plugin/registry.ts';
import { builtIn } from './plugins/plugins.ts';
import type { Problem, Source } from './problem/problem.ts';

/**
 * All that the rulebooks of a project can name: what `present` brings, which is what Ringbook comes with, and the plugins that
 * ringbook.yml names. Why one of those could not be loaded is among the registry's problems, and so among the project's.
 */
export async function registryOf(folder: string, present: readonly Plugin[] = builtIn): Promise<Registry> {
  const { loaded, problems } = await pluginsOf(folder, present);
  return newRegistry([...present, ...loaded.map(({ plugin }) => plugin)], problems);
}

/** The plugins that the ringbook.yml of a project names. */
export async function pluginsOf(
  folder: string,
  present: readonly Plugin[] = builtIn,
): Promise<{ readonly loaded: readonly LoadedPlugin[]; readonly problems: readonly Problem[] }> {
  const settings = settingsIn(folder);
  // A project without plugins pays nothing for those that have some: its settings are not even parsed here.
  const named = settings?.text.includes('plugins') ? pluginsIn(settings) : [];
  if (named.length === 0) return { loaded: [], problems: [] };
  const { loadPlugins } = await import('./plugin/load.ts');
  return loadPlugins(named, folder, present);
}

/** Whatever is wrong with the file, `loadProject` says. */
function settingsIn(folder: string): Source | undefined {
  try {
    return { file: 'ringbook.yml', text: readFileSync(join(folder, 'ringbook.yml'), 'utf8') };
  } catch {
    return undefined;
  }
}
