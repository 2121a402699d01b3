import { relative, resolve } from 'node:path';
import type { Registry } from '../plugin/plugin.ts';
import { didYouMean, hasErrors, type Problem, type Source } from '../problem/problem.ts';
import { loadProject, type Project, readScenarioFiles } from '../project.ts';
import { registryOf } from '../registry-of.ts';
import { newReached } from '../scenario/coverage.ts';
import { readScenarios, type ScenarioFile } from '../scenario/read.ts';
import { contextOf } from './check-scenarios.ts';
import { type Command, type Options, PROJECT, type Terminal, textOf, WrongUsage } from './command.ts';
import { namedFrom, report, wantsColor } from './report.ts';
import { type FileResult, playFile, type Tested } from './test-play.ts';
import { coverageInWords, fileInWords, summaryOf } from './test-pretty.ts';
import { updateFiles } from './test-update.ts';

const FORMATS = ['pretty', 'json', 'junit'] as const;
type Format = (typeof FORMATS)[number];

export const test: Command = {
  usage: `test [path...] [--format ${FORMATS.join('|')}] [--update] [--coverage] [--coverage-threshold N] [--project DIR]`,
  about:
    'Plays the scenarios that stand next to rulebooks (*.scenario.yml): a host and a phone network in memory, on a clock that ' +
    'waits for nothing. What happens and is not listed fails as well.',
  words: Number.POSITIVE_INFINITY,
  options: {
    format: { value: 'FORMAT', about: `${FORMATS.join('|')} (default: pretty)` },
    update: { about: 'writes what happened into the scenarios, as what is expected from now on' },
    coverage: { about: 'tells which rules, steps and branches no scenario reached' },
    'coverage-threshold': { value: 'N', about: 'fails where less than N percent of them are reached' },
    project: PROJECT,
  },
  examples: [
    ['npx ringbook test', 'all scenarios of this project'],
    ['npx ringbook test rulebooks/incident.yml', 'those of one rulebook'],
    ['npx ringbook test --coverage --coverage-threshold 90', 'in a pipeline: nothing grows without a scenario'],
    ['npx ringbook test --format junit > report.xml', 'for Jenkins and GitLab'],
    ['npx ringbook test --update', 'after a change that is meant: then look at what `git diff` says'],
  ],
  run: async (paths, options, terminal) => {
    const format = formatOf(textOf(options, 'format') ?? 'pretty');
    const threshold = thresholdOf(options);
    const folder = resolve(terminal.folder, textOf(options, 'project') ?? '.');
    const registry = await registryOf(folder);
    const project = loadProject(folder, registry);
    const { files, problems } = read(project, namedScenarios(paths, folder, terminal));
    const found = [...project.problems, ...problems];
    if (hasErrors(found)) {
      await report(
        namedFrom(
          found.filter(({ severity }) => severity === 'error'),
          folder,
          format,
          terminal,
        ),
        format,
        terminal,
      );
      terminal.err('nothing was played: what does not compile has nothing to say');
      return 1;
    }
    if (files.length === 0) return nothingToPlay(terminal);
    const tested = await playAll({ files, project, registry, format, options }, terminal);
    if (options['update'] === true) return updateFiles(tested.results, folder, contextOf(project), terminal);
    return conclude(tested, threshold, format, terminal);
  },
};

function formatOf(name: string): Format {
  const format = FORMATS.find((known) => known === name);
  if (format) return format;
  const meant = didYouMean(name, FORMATS);
  throw new WrongUsage(
    `there is no format "${name}"; ${meant ? `did you mean "${meant}"?` : `the formats are ${FORMATS.join(', ')}`}`,
  );
}

function thresholdOf(options: Options): number | undefined {
  const text = textOf(options, 'coverage-threshold');
  if (text === undefined) return undefined;
  const percent = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || percent > 100) {
    throw new WrongUsage(`--coverage-threshold takes a percentage from 0 to 100, and not "${text}"`);
  }
  return percent;
}

/** Files and folders from the project's folder; a rulebook stands for the scenarios next to it. */
function namedScenarios(paths: readonly string[], folder: string, terminal: Terminal): readonly string[] | undefined {
  if (paths.length === 0) return undefined;
  return paths
    .map((path) => relative(folder, resolve(terminal.folder, path)) || '.')
    .map((path) => path.replace(/(?<!\.scenario)(\.ya?ml)$/, '.scenario$1'));
}

function read(
  project: Project,
  paths: readonly string[] | undefined,
): { readonly files: readonly ScenarioFile[]; readonly problems: readonly Problem[] } {
  const named = paths && readScenarioFiles(project.folder, paths);
  const sources: readonly Source[] = named?.sources ?? project.scenarioFiles;
  const context = contextOf(project);
  const files = sources.map((source) => readScenarios(source, context));
  return { files, problems: [...(named?.problems ?? []), ...files.flatMap((file) => file.problems)] };
}

function nothingToPlay(terminal: Terminal): number {
  terminal.err('there are no scenarios: write one next to a rulebook, as rulebooks/<name>.scenario.yml');
  terminal.err('docs/scenarios.md tells how; ringbook test --update fills in what happens.');
  return 1;
}

async function playAll(
  given: {
    readonly files: readonly ScenarioFile[];
    readonly project: Project;
    readonly registry: Registry;
    readonly format: Format;
    readonly options: Options;
  },
  terminal: Terminal,
): Promise<Tested> {
  const { files, project, registry, format, options } = given;
  const begun = performance.now();
  const isMeasured = options['coverage'] === true || options['coverage-threshold'] !== undefined;
  const reached = isMeasured ? newReached(project.plan) : undefined;
  const results: FileResult[] = [];
  for (const file of files) {
    const result = await playFile(file, project, registry, reached);
    results.push(result);
    if (format !== 'pretty' || options['update'] === true) continue;
    for (const line of fileInWords(result, wantsColor(terminal))) terminal.out(line);
  }
  return { results, coverage: reached?.report(), tookMs: performance.now() - begun };
}

async function conclude(
  tested: Tested,
  threshold: number | undefined,
  format: Format,
  terminal: Terminal,
): Promise<number> {
  const { results, coverage } = tested;
  if (format === 'pretty') {
    if (coverage) for (const line of coverageInWords(coverage)) terminal.out(line);
    terminal.out(summaryOf(tested));
  } else {
    const { document } = format === 'json' ? await import('./test-json.ts') : await import('./test-junit.ts');
    terminal.out(document(tested));
  }
  const isLow = threshold !== undefined && coverage !== undefined && coverage.percent < threshold;
  if (isLow) terminal.err(`the coverage of ${coverage.percent} % is below ${threshold} %`);
  return isLow || results.some(({ scenarios }) => scenarios.some(({ passed }) => !passed)) ? 1 : 0;
}
