import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contextOf } from '../../src/cli/check-scenarios.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { readScenarios } from '../../src/scenario/read.ts';
import { inTemporaryFolder, repository, ringbook } from '../cli/ringbook.ts';
import { writeProject } from './played.ts';

const golden = join(import.meta.dirname, 'golden');
const context = contextOf(loadProject(repository, newRegistry(builtIn)));

async function problemsIn(file: string): Promise<string> {
  const text = await readFile(join(golden, file), 'utf8');
  return `${pretty(readScenarios({ file: basename(file), text }, context).problems, false)}\n`;
}

describe('what is wrong in a file of scenarios', () => {
  test.each(['problems', 'problems-within'])('is told with its place: %s', async (name) => {
    await expect(await problemsIn(`${name}.scenario.yml`)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test.each([
    ['', 'a scenario is a map with `when` and `then`, or one with a list of `scenarios`'],
    ['- when', 'a scenario is a map with `when` and `then`, or one with a list of `scenarios`'],
    ['name: x', '"when" is missing'],
    ['when: [', 'not valid YAML'],
    ['scenarios: []', '"scenarios" is empty'],
  ])('is told of %j', (text, words) => {
    const { problems, scenarios } = readScenarios({ file: 'a.scenario.yml', text }, context);
    expect(problems.map(({ message }) => message).join('\n')).toContain(words);
    expect(scenarios).toEqual([]);
  });

  test('is found by `ringbook check`, which takes no scenario for a rulebook', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeProject(folder, {
        'rulebooks/a.yml': 'on: new-user\ndo: [{ log: hello }]\n',
        'rulebooks/a.scenario.yml': 'when: [{ event: new-users }]\n',
      });
      const { code, out, err } = await ringbook(['check', '--format', 'compact'], { folder }).ended;
      expect({ code, out }).toEqual({
        code: 1,
        out: 'rulebooks/a.scenario.yml:1:17: error RB0803: no schema and no rule knows the event type "new-users" (did you mean "new-user"?)\n',
      });
      expect(err).toContain('1 rulebook, 1 rule: 1 error');
    });
  });

  test('is not a rule that nobody knows of, where not all rulebooks are read', () => {
    const text = 'when: [{ after: 1h }]\nthen: { failures: [{ rule: a, error: x }] }\n';
    const { ruleNames: _, ...known } = context;
    expect(readScenarios({ file: 'a.scenario.yml', text }, context).problems).toHaveLength(1);
    expect(readScenarios({ file: 'a.scenario.yml', text }, known).problems).toEqual([]);
  });
});
