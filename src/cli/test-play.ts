import type { Registry } from '../plugin/plugin.ts';
import { ProblemsFound, type Source } from '../problem/problem.ts';
import type { Project } from '../project.ts';
import { rehearse } from '../rehearse.ts';
import { compare, type Difference } from '../scenario/compare.ts';
import type { Coverage, Reached } from '../scenario/coverage.ts';
import type { ScenarioFile } from '../scenario/read.ts';
import type { Played, Scenario } from '../scenario/scenario.ts';

/** What came of the scenarios of a file. */
export interface FileResult {
  readonly source: Source;
  readonly scenarios: readonly ScenarioResult[];
}

/** What came of one scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly passed: boolean;
  readonly differences: readonly Difference[];
  /** What could not be done or did not end. */
  readonly faults: Played['faults'];
  /** Absent where it could not be played at all. */
  readonly outcome?: Played['outcome'];
}

/** What came of all scenarios. */
export interface Tested {
  readonly results: readonly FileResult[];
  readonly coverage: Coverage | undefined;
  readonly tookMs: number;
}

/** Plays every scenario of a file, each in a world of its own. */
export async function playFile(
  { source, scenarios }: ScenarioFile,
  project: Project,
  registry: Registry,
  reached: Reached | undefined,
): Promise<FileResult> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) results.push(await playOne(scenario, project, registry, reached));
  return { source, scenarios: results };
}

async function playOne(
  scenario: Scenario,
  project: Project,
  registry: Registry,
  reached: Reached | undefined,
): Promise<ScenarioResult> {
  try {
    const played = await rehearse(scenario, project, registry, reached && ((...seen) => reached.observe(...seen)));
    for (const rule of played.fired) reached?.fired(rule);
    for (const rule of played.passedOver) reached?.passedOver(rule);
    const { outcome, faults } = played;
    const differences = compare(scenario.expected, outcome);
    return { scenario, passed: differences.length === 0 && faults.length === 0, differences, faults, outcome };
  } catch (failure) {
    if (!(failure instanceof ProblemsFound)) throw failure;
    const faults = failure.problems.map(({ code, message }) => ({
      message: code === 'RB0306' ? `${message}: a scenario gives it under \`given: environment\`` : message,
    }));
    return { scenario, passed: false, differences: [], faults };
  }
}
