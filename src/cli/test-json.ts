import { placesOf, withoutNumbers } from '../problem/problem.ts';
import type { ScenarioResult, Tested } from './test-play.ts';
import { toldOf } from './test-pretty.ts';

/**
 * One JSON object: how many `passed` and `failed`, all `scenarios` in order, and `coverage` where it was measured. Lines and
 * columns count from 1; the same scenarios give the same document.
 */
export function document({ results, coverage }: Tested): string {
  const scenarios = results.flatMap((file) => file.scenarios);
  const passed = scenarios.filter((result) => result.passed).length;
  const shown = coverage && {
    ...coverage,
    missed: coverage.missed.map((goal) => ({ ...goal, what: withoutNumbers(goal.what) })),
  };
  return JSON.stringify(
    {
      passed,
      failed: scenarios.length - passed,
      scenarios: scenarios.map(shownScenario),
      ...(shown && { coverage: shown }),
    },
    undefined,
    2,
  );
}

function shownScenario(result: ScenarioResult): object {
  const { name, at } = result.scenario;
  return {
    name: withoutNumbers(name, at.source),
    file: at.source.file,
    ...placesOf(at.source)(at.start),
    state: result.passed ? 'passed' : 'failed',
    differences: toldOf(result).map(({ heading, place, lines }) => ({
      heading,
      place: place ?? null,
      lines: lines.map(({ mark, text }) => `${mark} ${text}`),
    })),
  };
}
