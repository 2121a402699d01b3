import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contextOf } from '../../src/cli/check-scenarios.ts';
import { type FileResult, playFile } from '../../src/cli/test-play.ts';
import { fileInWords } from '../../src/cli/test-pretty.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { type Coverage, newReached } from '../../src/scenario/coverage.ts';
import { readScenarios } from '../../src/scenario/read.ts';
import { inTemporaryFolder, repository } from '../cli/ringbook.ts';

/** What came of the scenarios of a project. */
export interface PlayedProject {
  readonly results: readonly FileResult[];
  /** As it is printed without colours; empty where all is well. */
  readonly told: string;
  readonly coverage: Coverage;
}

/** Writes a project: these files, over the resources and event schemas of this repository. */
export async function writeProject(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const part of ['resources', 'schemas'])
    await cp(join(repository, part), join(folder, part), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Plays all scenarios of such a project. Throws where anything of it has a problem. */
export function playProject(files: Readonly<Record<string, string>>): Promise<PlayedProject> {
  return inTemporaryFolder(async (folder) => {
    await writeProject(folder, files);
    const registry = newRegistry(builtIn);
    const project = loadProject(folder, registry);
    const read = project.scenarioFiles.map((source) => readScenarios(source, contextOf(project)));
    const problems = [...project.problems, ...read.flatMap((file) => file.problems)];
    if (problems.length > 0) throw new Error(pretty(problems, false));
    const reached = newReached(project.plan);
    const results: FileResult[] = [];
    for (const file of read) results.push(await playFile(file, project, registry, reached));
    const failed = results.filter(({ scenarios }) => scenarios.some(({ passed }) => !passed));
    return {
      results,
      told: failed.flatMap((result) => fileInWords(result, false)).join('\n'),
      coverage: reached.report(),
    };
  });
}

/** A rulebook and its scenarios, in a project of their own. */
export function playBook(rulebook: string, scenarios: string): Promise<PlayedProject> {
  return playProject({ 'rulebooks/example.yml': rulebook, 'rulebooks/example.scenario.yml': scenarios });
}
