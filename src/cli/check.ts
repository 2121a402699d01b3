import { relative, resolve } from 'node:path';
import { newRegistry } from '../plugin/registry.ts';
import { builtIn } from '../plugins/plugins.ts';
import { pretty, tally } from '../problem/pretty.ts';
import { hasErrors } from '../problem/problem.ts';
import { loadProject } from '../project.ts';
import { type Command, PROJECT, textOf } from './command.ts';

export const check: Command = {
  usage: 'check [path...] [--project DIR]',
  about: 'Compiles rulebooks, with the resources, templates and event schemas they name, and says all that is wrong.',
  words: Number.POSITIVE_INFINITY,
  options: { project: PROJECT },
  examples: [
    ['npx ringbook check', 'the rulebooks of this project'],
    ['npx ringbook check rulebooks/incident.yml', 'one of them'],
  ],
  run: async (paths, options, terminal) => {
    const folder = resolve(terminal.folder, textOf(options, 'project') ?? '.');
    // Paths are given from the working folder; a project's files are named from the project's.
    const inside = paths.map((path) => relative(folder, resolve(terminal.folder, path)) || '.');
    const project = loadProject(folder, newRegistry(builtIn), inside.length > 0 ? inside : undefined);
    const { problems, rulebookCount, plan } = project;
    if (problems.length > 0) terminal.err(`${pretty(problems, terminal.color)}\n`);
    const checked = `${rulebookCount} rulebooks, ${plan.rules.length} rules: ${tally(problems)}`;
    if (hasErrors(problems)) terminal.err(checked);
    else terminal.out(checked);
    return hasErrors(problems) ? 1 : 0;
  },
};
