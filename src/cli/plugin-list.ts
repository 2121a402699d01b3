import { resolve } from 'node:path';
import type { Plugin } from '../plugin/plugin.ts';
import { builtIn } from '../plugins/plugins.ts';
import { hasErrors, ProblemsFound } from '../problem/problem.ts';
import { pluginsOf } from '../registry-of.ts';
import { type Command, textOf, WrongUsage } from './command.ts';
import { wrap } from './wrap.ts';

/** What a plugin brings, by name. */
interface Brought {
  readonly name: string;
  /** How ringbook.yml names it; null for one of Ringbook's own. */
  readonly from: string | null;
  readonly api: number;
  readonly ops: readonly string[];
  readonly resourceClasses: readonly string[];
  readonly eventSources: readonly string[];
  readonly eventTypes: readonly string[];
}

/** `plugin list` */
export const listPlugins: Command['run'] = async ([surplus], options, terminal) => {
  if (surplus !== undefined) throw new WrongUsage(`"${surplus}" is one word too many`);
  const { loaded, problems } = await pluginsOf(resolve(terminal.folder, textOf(options, 'project') ?? '.'));
  if (hasErrors(problems)) throw new ProblemsFound(problems);
  const all = [
    ...builtIn.map((plugin) => broughtBy(plugin, null)),
    ...loaded.map(({ plugin, named }) => broughtBy(plugin, named.name)),
  ];
  if (options['json'] === true) terminal.out(JSON.stringify(all, undefined, 2));
  else terminal.out(all.map(inWords).join('\n'));
  return 0;
};

function broughtBy(plugin: Plugin, from: string | null): Brought {
  const { name, api, ops, resourceClasses, eventSources = {}, eventTypes = [] } = plugin;
  return {
    name,
    from,
    api,
    ops: Object.keys(ops),
    resourceClasses: Object.keys(resourceClasses),
    eventSources: Object.keys(eventSources),
    eventTypes,
  };
}

function inWords({ name, from, ops, resourceClasses, eventSources, eventTypes }: Brought): string {
  const lines = [
    ['ops', ops],
    ['classes', resourceClasses],
    ['sources of events', eventSources],
    ['types of events', eventTypes],
  ] as const;
  const told = lines.flatMap(([what, names]) => (names.length > 0 ? [wrap(`${what}: ${names.join(', ')}`, 2)] : []));
  return [`${name}  (${from ?? 'built in'})`, ...told].join('\n');
}
