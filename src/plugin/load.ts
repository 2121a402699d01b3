import { statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Problem, reasonOf } from '../problem/problem.ts';
import { entryIn, folderOf, type NamedPlugin } from './entry.ts';
import type { Plugin } from './plugin.ts';
import * as problems from './problems.ts';
import { classesOf } from './registry.ts';
import { schemaFaultsOf } from './schema-faults.ts';
import { faultsOf, isPlugin } from './shape.ts';

/** A plugin that a project names, and where it lies. */
export interface LoadedPlugin {
  readonly named: NamedPlugin;
  readonly folder: string;
  readonly plugin: Plugin;
}

/** Loads the plugins that a project names, beside those that are there. One with a problem is left out. */
export async function loadPlugins(
  named: readonly NamedPlugin[],
  project: string,
  present: readonly Plugin[],
): Promise<{ readonly loaded: readonly LoadedPlugin[]; readonly problems: readonly Problem[] }> {
  leadToThisCopy();
  const loaded: LoadedPlugin[] = [];
  const found: Problem[] = [];
  for (const one of named) {
    const result = await loadOne(one, project);
    const others = [...present, ...loaded.map(({ plugin }) => plugin)];
    const own = 'plugin' in result ? takenBy(result.plugin, others, one) : result.problems;
    found.push(...own);
    if ('plugin' in result && own.length === 0) loaded.push(result);
  }
  return { loaded, problems: found };
}

async function loadOne(
  named: NamedPlugin,
  project: string,
): Promise<LoadedPlugin | { readonly problems: readonly Problem[] }> {
  const folder = folderOf(named.name, project);
  if (folder === undefined) return { problems: [problems.notFound(named)] };
  let module: unknown;
  try {
    const entry = entryIn(folder);
    if (entry === undefined) return { problems: [problems.noEntry(named)] };
    module = await import(/* @vite-ignore */ pathToFileURL(entry).href);
  } catch (thrown) {
    return { problems: [problems.broken(named, reasonOf(thrown))] };
  }
  const value = pluginIn(module);
  const faults = faultsOf(value);
  const [fault] = faults;
  if (fault?.kind === 'api') return { problems: [problems.otherApi(named, fault.found)] };
  if (fault || !isPlugin(value)) return { problems: faults.map(({ words }) => problems.notAPlugin(named, words)) };
  const inSchemas = schemaFaultsOf(value).map(({ file, words }) => problems.badSchema(named, file, words));
  return inSchemas.length > 0 ? { problems: inSchemas } : { named, folder: entryFolder(folder), plugin: value };
}

/** A plugin may be named by its file. */
function entryFolder(place: string): string {
  return statSync(place).isFile() ? dirname(place) : place;
}

/** The default export of a module, or the one that is called `plugin`. */
function pluginIn(module: unknown): unknown {
  if (typeof module !== 'object' || module === null) return undefined;
  const { default: usual, plugin }: { default?: unknown; plugin?: unknown } = module;
  return usual ?? plugin;
}

/** What a plugin brings and another one brought before. */
function takenBy(plugin: Plugin, others: readonly Plugin[], named: NamedPlugin): readonly Problem[] {
  return others.flatMap((other) => [
    ...(other.name === plugin.name ? [problems.sameName(named, plugin.name)] : []),
    ...shared(plugin.ops, other.ops).map((op) => problems.taken(named, `the op ${op}`, other.name)),
    ...(plugin.eventTypes ?? [])
      .filter((type) => other.eventTypes?.includes(type))
      .map((type) => problems.taken(named, `the event type ${type}`, other.name)),
    ...shared(classesOf(plugin), classesOf(other)).map((of) =>
      problems.taken(named, `the resource class ${of}`, other.name),
    ),
  ]);
}

function shared(own: object, others: object): readonly string[] {
  return Object.keys(own).filter((name) => Object.hasOwn(others, name));
}

/** What plugins import, as this host has it: `.ts` in the repository, `.js` where it was built. */
const OWN = new Map(
  [
    ['ringbook/plugin', '../plugin-api'],
    ['ringbook/plugin/xml', '../xml/xml'],
  ].map(([name, file]) => [
    name,
    new URL(`${file}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
  ]),
);

let isLed = false;

/**
 * What a plugin imports from `ringbook/plugin` is this copy of Ringbook, wherever the plugin lies and whatever is installed
 * beside it.
 */
function leadToThisCopy(): void {
  if (isLed) return;
  isLed = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      const own = OWN.get(specifier);
      return own ? { url: own.href, shortCircuit: true } : next(specifier, context);
    },
  });
}
