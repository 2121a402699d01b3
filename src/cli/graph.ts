import { relative, resolve } from 'node:path';
import { tally } from '../problem/pretty.ts';
import { hasErrors } from '../problem/problem.ts';
import { loadProject } from '../project.ts';
import { registryOf } from '../registry-of.ts';
import { type Command, PROJECT, textOf, WrongUsage } from './command.ts';
import { type Graph, graphOf } from './graph-of.ts';

/** Each is loaded when it is asked for. */
const FORMATS: Readonly<Record<string, (graph: Graph) => Promise<string>>> = {
  mermaid: async (graph) => (await import('./graph-mermaid.ts')).mermaid(graph),
  svg: async (graph) => (await import('./graph-svg.ts')).svg(graph),
  json: async (graph) => JSON.stringify(graph, undefined, 2),
};

export const graph: Command = {
  usage: 'graph [path...] [--format mermaid|svg|json] [--project DIR]',
  about: 'Draws which events fire which rules, what those do, and through which resources.',
  words: Number.POSITIVE_INFINITY,
  options: {
    format: {
      value: 'FORMAT',
      about: 'mermaid, for Markdown on GitHub; svg, an image; json, for a script (default: mermaid)',
    },
    json: { about: 'the same as --format json' },
    project: PROJECT,
  },
  examples: [
    ['npx ringbook graph', 'text for a ```mermaid block'],
    ['npx ringbook graph --format svg > rules.svg', 'an image'],
    ['npx ringbook graph rulebooks/incident.yml', 'of one rulebook'],
  ],
  run: async (paths, options, terminal) => {
    const name = textOf(options, 'format') ?? (options['json'] === true ? 'json' : 'mermaid');
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (!format) throw new WrongUsage(`--format takes ${Object.keys(FORMATS).join(', ')}, and not "${name}"`);
    const folder = resolve(terminal.folder, textOf(options, 'project') ?? '.');
    const inside = paths.map((path) => relative(folder, resolve(terminal.folder, path)) || '.');
    const registry = await registryOf(folder);
    const project = loadProject(folder, registry, inside.length > 0 ? inside : undefined);
    terminal.out(await format(graphOf(project, registry)));
    if (!hasErrors(project.problems)) return 0;
    terminal.err(`the picture may lack something, for the project has ${tally(project.problems)}: npx ringbook check`);
    return 1;
  },
};
