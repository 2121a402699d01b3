import { withoutNumbers } from '../problem/problem.ts';
import type { Coverage, Missed } from '../scenario/coverage.ts';
import { type Line, placeText, type Told, tell } from '../scenario/tell.ts';
import { plural } from './plural.ts';
import type { FileResult, ScenarioResult, Tested } from './test-play.ts';

/** What came of a file: a line where all is well, else what differs, scenario by scenario. */
export function fileInWords({ source, scenarios }: FileResult, color: boolean): readonly string[] {
  const paint = color ? painted : (_: Color, text: string): string => text;
  const failed = scenarios.filter(({ passed }) => !passed);
  if (failed.length === 0) {
    return [`${paint('green', 'ok')}    ${source.file}  ${plural(scenarios.length, 'scenario')}`];
  }
  return [
    `${paint('red', 'FAIL')}  ${source.file}  ${failed.length} of ${plural(scenarios.length, 'scenario')}`,
    ...failed.flatMap((result) => ['', ...scenarioInWords(result, paint)]),
    '',
    `  ${paint('red', '- expected')}  ${paint('green', '+ happened')}${hint(failed, source.file)}`,
    '',
  ];
}

/** `12 scenarios passed, 1 failed, 34 ms`. */
export function summaryOf({ results, tookMs }: Tested): string {
  const all = results.flatMap(({ scenarios }) => scenarios);
  const failed = all.filter(({ passed }) => !passed).length;
  const parts = [`${plural(all.length - failed, 'scenario')} passed`, ...(failed > 0 ? [`${failed} failed`] : [])];
  return `${parts.join(', ')}, ${Math.round(tookMs)} ms`;
}

/** How much was reached, and a line for everything that was not. */
export function coverageInWords({ percent, rules, steps, branches, missed }: Coverage): readonly string[] {
  const nouns = [
    `${rules.reached} of ${plural(rules.all, 'rule')}`,
    `${steps.reached} of ${plural(steps.all, 'step')}`,
    `${branches.reached} of ${branches.all} ${branches.all === 1 ? 'branch' : 'branches'}`,
  ];
  const whole = new Set(missed.filter(({ kind }) => kind === 'rule').map((rule) => rule.of));
  // Of a rule that no event fired, nothing more needs to be said.
  const shown = missed.filter((goal) => goal.kind === 'rule' || !whole.has(goal.of));
  return [`coverage ${percent} %: ${nouns.join(', ')}`, ...shown.map((goal) => `  ${missedInWords(goal)}`)];
}

/** `rulebooks/a.yml:4 jobs/failed: no scenario reaches "else"`. */
function missedInWords({ place, of, what }: Missed): string {
  return withoutNumbers(`${place} ${of}: no scenario reaches ${what}`);
}

/** All that is to say about a scenario that failed: differences, then what could not be done. */
export function toldOf({ scenario, differences, faults }: ScenarioResult): readonly Told[] {
  const { source } = scenario.at;
  return [
    ...faults.map(({ message, at }) => ({
      heading: withoutNumbers(message, source),
      ...(at && { place: placeText(at) }),
      lines: [],
    })),
    ...differences.map((difference) => tell(difference, source)),
  ];
}

function hint(failed: readonly ScenarioResult[], file: string): string {
  const isWorthwhile = failed.some(({ faults }) => faults.length === 0);
  return isWorthwhile ? `; if what happened is right: npx ringbook test --update ${file}` : '';
}

type Color = 'red' | 'green' | 'bold' | 'dim';
type Paint = (color: Color, text: string) => string;

function scenarioInWords(result: ScenarioResult, paint: Paint): readonly string[] {
  const { scenario } = result;
  const name = withoutNumbers(scenario.name, scenario.at.source);
  return [
    `  ${paint('bold', name)}  ${paint('dim', placeText(scenario.at))}`,
    ...toldOf(result).flatMap(({ heading, place, lines }) => [
      `    ${heading}${place === undefined ? '' : `  ${paint('dim', place)}`}`,
      ...lines.map((line) => `      ${lineInWords(line, paint)}`.trimEnd()),
    ]),
  ];
}

function lineInWords({ mark, text }: Line, paint: Paint): string {
  const line = `${mark} ${text}`;
  return mark === ' ' ? line : paint(mark === '-' ? 'red' : 'green', line);
}

const ANSI: Readonly<Record<Color, string>> = { red: '31', green: '32', bold: '1', dim: '2' };

function painted(color: Color, text: string): string {
  return `\u001b[${ANSI[color]}m${text}\u001b[0m`;
}
