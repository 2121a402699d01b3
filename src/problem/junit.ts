import { create } from 'xmlbuilder2';
import type { Problem } from './problem.ts';
import { type Told, told } from './told.ts';
import { xmlWords } from './xml-words.ts';

/** A test report as Jenkins and GitLab read it: a suite a file, a failed test an error. Warnings are passed tests that speak. */
export function junit(problems: readonly Problem[]): string {
  const byFile = Map.groupBy(told(problems), ({ at }) => at?.file ?? 'ringbook');
  // A report without a test counts as broken: where nothing is wrong, the check itself is the test that passed.
  const suites = byFile.size > 0 ? [...byFile] : [['ringbook', []] as const];
  const all = suites.flatMap(([, found]) => found);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'ringbook check',
    ...counts(all),
  });
  for (const [file, found] of suites) {
    const suite = root.ele('testsuite', { name: xmlWords(file), ...counts(found) });
    if (found.length === 0) suite.ele('testcase', { name: 'ringbook check', classname: xmlWords(file) });
    for (const problem of found) addCase(suite, file, problem);
  }
  return root.end({ prettyPrint: true });
}

type Element = ReturnType<ReturnType<typeof create>['ele']>;

function addCase(suite: Element, file: string, problem: Told): void {
  const { code, severity, message, at, help } = problem;
  const place = at ? `${at.file}:${at.line}:${at.column} ` : '';
  const test = suite.ele('testcase', { name: xmlWords(`${place}${code}`), classname: xmlWords(file) });
  const words = `${place}${severity} ${code}\n${message}${help === null ? '' : `\nhelp: ${help}`}`;
  if (severity === 'error') test.ele('failure', { message: xmlWords(message), type: code }).txt(xmlWords(words));
  else test.ele('system-out').txt(xmlWords(words));
}

function counts(found: readonly Told[]): Readonly<Record<string, string>> {
  const failures = found.filter(({ severity }) => severity === 'error').length;
  return { tests: String(Math.max(1, found.length)), failures: String(failures), errors: '0' };
}
