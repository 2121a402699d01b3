import { relative, resolve } from 'node:path';
import { tally } from '../problem/pretty.ts';
import { hasErrors, type Problem } from '../problem/problem.ts';
import { loadProject, type Project } from '../project.ts';
import { registryOf } from '../registry-of.ts';
import { type Command, type Options, PROJECT, type Terminal, textOf, WrongUsage } from './command.ts';
import { plural } from './plural.ts';
import { FORMAT_NAMES, type FormatName, formatNamed, isDocument, namedFrom, report } from './report.ts';

export const check: Command = {
  usage: `check [path...] [--format ${FORMAT_NAMES}] [--strict] [--fix] [--watch] [--project DIR]`,
  about: 'Compiles rulebooks, with the resources, templates and event schemas they name, and says all that is wrong.',
  words: Number.POSITIVE_INFINITY,
  options: {
    format: { value: 'FORMAT', about: `${FORMAT_NAMES} (default: pretty)` },
    strict: { about: 'warnings are errors' },
    fix: { about: 'mends what can be mended without a doubt, then checks again' },
    watch: { about: 'checks again whenever a file changes, until Ctrl-C' },
    project: PROJECT,
  },
  examples: [
    ['npx ringbook check', 'the rulebooks of this project'],
    ['npx ringbook check rulebooks/incident.yml', 'one of them'],
    ['npx ringbook check --strict --format github', 'in GitHub Actions: each problem on its line of the pull request'],
    ['npx ringbook check --format json', 'for a script: one object, {"problems": [...]}'],
    ['npx ringbook check --fix --watch', 'while writing'],
  ],
  run: async (paths, options, terminal) => {
    const format = formatNamed(textOf(options, 'format') ?? 'pretty');
    const folder = resolve(terminal.folder, textOf(options, 'project') ?? '.');
    // Paths are given from the working folder; a project's files are named from the project's.
    const inside = paths.map((path) => relative(folder, resolve(terminal.folder, path)) || '.');
    const once = (): Promise<number> => checkOnce({ folder, paths: inside, format, options }, terminal);
    if (options['watch'] !== true) return once();
    if (isDocument(format)) throw new WrongUsage(`--watch checks again and again, and ${format} is one document`);
    return checkAgain(folder, inside, once, terminal);
  },
};

interface Check {
  readonly folder: string;
  readonly paths: readonly string[];
  readonly format: FormatName;
  readonly options: Options;
}

async function checkOnce({ folder, paths, format, options }: Check, terminal: Terminal): Promise<number> {
  const registry = await registryOf(folder);
  const loadRulebooks = (): Project => loadProject(folder, registry, paths.length > 0 ? paths : undefined);
  const rulebooks = loadRulebooks();
  // A project without scenarios pays nothing for them.
  const scenarios = rulebooks.scenarioFiles.length > 0 ? await import('./check-scenarios.ts') : undefined;
  const withScenarios = (loaded: Project): Project => scenarios?.withScenarios(loaded, paths.length === 0) ?? loaded;
  const load = (): Project => withScenarios(loadRulebooks());
  const project =
    options['fix'] === true ? (await import('./mend.ts')).mendAll(folder, load, terminal) : withScenarios(rulebooks);
  const strict = options['strict'] === true ? project.problems.map(asError) : project.problems;
  const problems = namedFrom(strict, folder, format, terminal);
  await report(problems, format, terminal);
  if (!isDocument(format)) {
    const checked = `${plural(project.rulebookCount, 'rulebook')}, ${plural(project.plan.rules.length, 'rule')}: ${tally(problems)}`;
    // Standard output is for whoever reads the format; in `pretty`, what is well is said there as well.
    if (format === 'pretty' && !hasErrors(problems)) terminal.out(checked);
    else terminal.err(checked);
  }
  return hasErrors(problems) ? 1 : 0;
}

function asError(problem: Problem): Problem {
  return { ...problem, severity: 'error' };
}

async function checkAgain(
  folder: string,
  paths: readonly string[],
  once: () => Promise<number>,
  terminal: Terminal,
): Promise<number> {
  const { ProjectWatcher } = await import('./watch.ts');
  // Before the first check, so that what changes while it runs is not missed.
  const changes = new ProjectWatcher(folder, paths, terminal.signal);
  await once();
  terminal.err('\nwatching for changes; Ctrl-C stops');
  while (!terminal.signal.aborted) {
    const files = await changes.next();
    if (files.length === 0) continue;
    terminal.err(`\nchanged: ${files.map((file) => relative(terminal.folder, file)).join(', ')}`);
    await once();
  }
  return 0;
}
