import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import { type Options, type Terminal, WrongUsage } from '../../src/cli/command.ts';
import { test as command } from '../../src/cli/test.ts';
import { writeProject } from '../scenario/played.ts';
import { type Ended, inTemporaryFolder, repository, ringbook } from './ringbook.ts';

const RULEBOOK = `
on: new-user
when: username != 'root'
do:
  - sms_send: { resource: twilio_resource, to: "\${phone}", body: "Welcome, \${realname}!" }
`;

/** The first is right, the second is not. */
const SCENARIOS = `# Of the welcome.
scenarios:
  - name: a new user is welcomed
    when:
      - event: new-user
        data: { username: ana, realname: Ana, phone: '+34611222333' }
    then:
      messages: [{ to: '+34611222333', from: '+34666555777', text: 'Welcome, Ana!' }]

  # The words have changed since.
  - name: so is another
    when:
      - event: new-user
        data: { username: bob, realname: Bob, phone: '+34611222444' }
    then:
      messages:
        - to: '+34611222444' # Bob's
          from: '+34666555777'
          text: Hello, Bob!
`;

/** Runs the command in this process: what it costs to start one is measured elsewhere. */
async function tested(folder: string, options: Options = {}, ...paths: readonly string[]): Promise<Ended> {
  const printed = { out: '', err: '' };
  const terminal: Terminal = {
    out: (line) => void (printed.out += `${line}\n`),
    progress: () => undefined,
    err: (line) => void (printed.err += `${line}\n`),
    color: false,
    environment: {},
    folder,
    read: async () => '',
    signal: new AbortController().signal,
  };
  const code = await command.run(paths, options, terminal);
  return { code, ...printed };
}

function inProject<Result>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  return inTemporaryFolder(async (folder) => {
    await writeProject(folder, files);
    return use(folder);
  });
}

const project = { 'rulebooks/a.yml': RULEBOOK, 'rulebooks/a.scenario.yml': SCENARIOS };

/** What a run printed, without the time that it took. */
function timeless(out: string): string {
  return out.replace(/, \d+ ms\n$/, '\n');
}

describe('ringbook test', () => {
  test('plays the scenarios of the example rulebooks, which reach all that there is', async () => {
    const { code, out, err } = await ringbook(['test', '--coverage', '--coverage-threshold', '100']).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('coverage 100 %: 5 of 5 rules');
    expect(out).toMatch(/\n13 scenarios passed, \d+ ms\n$/);
  });

  test('tells what differs, the same each time, and ends with 1', async () => {
    await inProject(project, async (folder) => {
      const first = await tested(folder, { coverage: true });
      const second = await tested(folder, { coverage: true });
      expect({ code: first.code, err: first.err }).toEqual({ code: 1, err: '' });
      expect(timeless(second.out)).toBe(timeless(first.out));
      expect(timeless(first.out)).toBe(`FAIL  rulebooks/a.scenario.yml  1 of 2 scenarios

  so is another  rulebooks/a.scenario.yml:11:11
    message 1 is not as expected  rulebooks/a.scenario.yml:17:11
        to: +34611222444
        from: +34666555777
      - text: Hello, Bob!
      + text: Welcome, Bob!
        ends: delivered

  - expected  + happened; if what happened is right: npx ringbook test --update rulebooks/a.scenario.yml

coverage 75 %: 1 of 1 rule, 1 of 1 step, 1 of 2 branches
  rulebooks/a.yml:2 a: no scenario reaches "when" does not hold
1 scenario passed, 1 failed
`);
    });
  });

  test('writes what happened with --update, keeps the comments, and passes from then on', async () => {
    await inProject(project, async (folder) => {
      const updated = await tested(folder, { update: true });
      expect(updated).toEqual({ code: 0, out: 'updated rulebooks/a.scenario.yml: 1 scenario\n', err: '' });
      expect(await readFile(join(folder, 'rulebooks/a.scenario.yml'), 'utf8')).toBe(
        SCENARIOS.replace(
          "      messages:\n        - to: '+34611222444' # Bob's\n",
          "      messages:\n        - to: '+34611222444'\n",
        ).replace('Hello, Bob!', 'Welcome, Bob!'),
      );
      expect((await tested(folder, {}, 'rulebooks/a.yml')).code).toBe(0);
    });
  });

  test('speaks JSON and JUnit', async () => {
    await inProject(project, async (folder) => {
      const json = await tested(folder, { format: 'json', coverage: true });
      expect({ code: json.code, err: json.err }).toEqual({ code: 1, err: '' });
      expect(JSON.parse(json.out)).toMatchObject({
        passed: 1,
        failed: 1,
        scenarios: [
          { name: 'a new user is welcomed', file: 'rulebooks/a.scenario.yml', line: 3, column: 11, state: 'passed' },
          {
            name: 'so is another',
            state: 'failed',
            differences: [
              {
                heading: 'message 1 is not as expected',
                place: 'rulebooks/a.scenario.yml:17:11',
                lines: expect.arrayContaining(['- text: Hello, Bob!', '+ text: Welcome, Bob!']),
              },
            ],
          },
        ],
        coverage: { percent: 75, branches: { reached: 1, all: 2 }, missed: [{ kind: 'branch' }] },
      });
      const junit = await tested(folder, { format: 'junit' });
      expect({ code: junit.code, err: junit.err }).toEqual({ code: 1, err: '' });
      expect(create(junit.out).end({ format: 'object' })).toMatchObject({
        testsuites: {
          '@tests': '2',
          '@failures': '1',
          testsuite: {
            '@name': 'rulebooks/a.scenario.yml',
            testcase: [
              { '@name': 'a new user is welcomed' },
              { '@name': 'so is another', failure: { '@message': 'message 1 is not as expected' } },
            ],
          },
        },
      });
    });
  });

  test('fails where less is reached than was asked for', async () => {
    await inProject(
      { ...project, 'rulebooks/a.scenario.yml': SCENARIOS.split('\n  # The words')[0] ?? '' },
      async (folder) => {
        const { code, out, err } = await tested(folder, { 'coverage-threshold': '75.5' });
        expect({ code, err }).toEqual({ code: 1, err: 'the coverage of 75 % is below 75.5 %\n' });
        expect(out).toContain('1 scenario passed');
      },
    );
  });

  test('plays nothing of a project that does not compile, nor of scenarios that are not in order', async () => {
    await inProject({ ...project, 'rulebooks/a.yml': RULEBOOK.replace('realname', 'realnam') }, async (folder) => {
      const { code, out, err } = await tested(folder);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('nothing here is called "realnam"');
      expect(err).toContain('nothing was played');
    });
    await inProject({ ...project, 'rulebooks/a.scenario.yml': 'wehn: []\nwhen: [{ after: 1h }]\n' }, async (folder) => {
      const { code, out } = await tested(folder, { format: 'json' });
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({
        problems: [{ code: 'RB0102', file: 'rulebooks/a.scenario.yml', line: 1 }],
      });
    });
  });

  test('says where there is nothing to play', async () => {
    await inProject({ 'rulebooks/a.yml': RULEBOOK }, async (folder) => {
      const { code, out, err } = await tested(folder);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('there are no scenarios: write one next to a rulebook');
      expect((await tested(folder, {}, 'rulebooks/b.scenario.yml')).err).toContain(
        'rulebooks/b.scenario.yml cannot be read: it does not exist',
      );
    });
  });

  test.each([
    [{ format: 'jsn' }, 'did you mean "json"?'],
    [{ 'coverage-threshold': 'much' }, 'takes a percentage from 0 to 100'],
    [{ 'coverage-threshold': '101' }, 'takes a percentage from 0 to 100'],
  ])('is used wrongly with %j', async (options, words) => {
    await expect(tested(repository, options)).rejects.toThrow(words);
    await expect(tested(repository, options)).rejects.toBeInstanceOf(WrongUsage);
  });

  test('prints the schema of scenarios for editors', async () => {
    const { code, out } = await ringbook(['schema', 'scenario']).ended;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(
      JSON.parse(await readFile(join(import.meta.dirname, '../../schemas/scenario.json'), 'utf8')),
    );
  });
});
