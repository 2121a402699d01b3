import { create } from 'xmlbuilder2';
import { withoutNumbers } from '../problem/problem.ts';
import { xmlWords } from '../problem/xml-words.ts';
import type { ScenarioResult, Tested } from './test-play.ts';
import { toldOf } from './test-pretty.ts';

/** A test report as Jenkins and GitLab read it: a suite a file, a test a scenario. */
export function document({ results }: Tested): string {
  const all = results.flatMap(({ scenarios }) => scenarios);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'ringbook test',
    ...counts(all),
  });
  for (const { source, scenarios } of results) {
    const suite = root.ele('testsuite', { name: xmlWords(source.file), ...counts(scenarios) });
    for (const result of scenarios) addCase(suite, source.file, result);
  }
  return root.end({ prettyPrint: true });
}

type Element = ReturnType<ReturnType<typeof create>['ele']>;

function addCase(suite: Element, file: string, result: ScenarioResult): void {
  const { name, at } = result.scenario;
  const test = suite.ele('testcase', { name: xmlWords(withoutNumbers(name, at.source)), classname: xmlWords(file) });
  const told = toldOf(result);
  if (told.length === 0) return;
  const words = told.map(({ heading, place, lines }) =>
    [place === undefined ? heading : `${heading} (${place})`, ...lines.map(({ mark, text }) => `${mark} ${text}`)].join(
      '\n',
    ),
  );
  const message = told.map(({ heading }) => heading).join('; ');
  test.ele('failure', { message: xmlWords(message), type: 'difference' }).txt(xmlWords(words.join('\n')));
}

function counts(scenarios: readonly ScenarioResult[]): Readonly<Record<string, string>> {
  const failures = scenarios.filter(({ passed }) => !passed).length;
  return { tests: String(scenarios.length), failures: String(failures), errors: '0' };
}
