import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plugin } from '../../src/cli/plugin.ts';
import { inProcess } from './in-process.ts';
import { inTemporaryFolder, repository, ringbook } from './ringbook.ts';

const EXAMPLE = join(repository, 'test/plugins/example');

/** A project with the plugins that are named. */
async function inProject<Result>(names: readonly string[], use: (folder: string) => Promise<Result>): Promise<Result> {
  return inTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'rulebooks'));
    await writeFile(join(folder, 'ringbook.yml'), `plugins: ${JSON.stringify(names)}\n`);
    return use(folder);
  });
}

describe('ringbook plugin list', () => {
  test('lists what comes with Ringbook, and what the project names', async () => {
    const { code, out } = await inProject([EXAMPLE], (folder) => inProcess(plugin, ['list'], { folder }));
    expect(code).toBe(0);
    expect(out).toContain('twilio  (built in)\n  ops: twilio_call');
    expect(out).toContain(
      `pigeon  (${EXAMPLE})\n  ops: pigeon_credit\n  classes: PigeonConfig\n  sources of events: PigeonLoft\n  types of events: pigeon.landed`,
    );
  });

  test('lists the same for a script', async () => {
    const { out } = await inProject([EXAMPLE], (folder) => inProcess(plugin, ['list', '--json'], { folder }));
    expect(JSON.parse(out).at(-1)).toEqual({
      name: 'pigeon',
      from: EXAMPLE,
      api: 1,
      ops: ['pigeon_credit'],
      resourceClasses: ['PigeonConfig'],
      eventSources: ['PigeonLoft'],
      eventTypes: ['pigeon.landed'],
    });
  });

  test('says which plugin cannot be loaded', async () => {
    const { code, err } = await inProject(['./none'], (folder) => inProcess(plugin, [], { folder }));
    expect([code, err]).toEqual([1, expect.stringContaining('ringbook.yml:1:11 error RB0901')]);
  });
});

test('a plugin whose module cannot be read is a problem of its user, in the form that was asked for', async () => {
  await inProject(['./plugin.js'], async (folder) => {
    await writeFile(join(folder, 'plugin.js'), 'export default {');
    const { code, out } = await ringbook(['check', '--format', 'json'], { folder }).ended;
    expect(code).toBe(1);
    expect(JSON.parse(out).problems).toMatchObject([
      { code: 'RB0901', message: expect.stringMatching(/"\.\/plugin\.js" cannot be loaded: \w+/) },
    ]);
  });
});

describe('ringbook plugin new', () => {
  test('writes a plugin that a project can name and a rulebook can use', async () => {
    await inProject(['./plugins/my-gateway'], async (folder) => {
      const written = await ringbook(['plugin', 'new', 'my-gateway'], { folder }).ended;
      expect(written).toMatchObject({ code: 0, err: '' });
      expect(written.out).toContain('wrote plugins/my-gateway/my_gateway_credit.js');
      await mkdir(join(folder, 'resources'));
      const settings = "url: https://gateway.example.com\ntoken: ${env.TOKEN}\nsenderNumber: '+12025550199'\n";
      await writeFile(join(folder, 'resources/gate.yml'), `class: MyGatewayConfig\n${settings}`);
      await writeFile(join(folder, 'rulebooks/credit.yml'), 'do:\n  - my_gateway_credit: gate\n');
      expect(await ringbook(['check', '--strict'], { folder }).ended).toMatchObject({ code: 0, err: '' });
    });
  });

  test('leaves no word of the starter unfilled', async () => {
    await inTemporaryFolder(async (folder) => {
      const { out } = await inProcess(plugin, ['new', 'gateway'], { folder });
      const files = [...out.matchAll(/^wrote (.*)$/gm)].map(([, file = '']) => file);
      expect(files.length).toBe(10);
      const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
      expect([...files, ...texts].filter((text) => /__\w+__/.test(text))).toEqual([]);
    });
  });

  test('writes over nothing, and takes no name that could be none', async () => {
    await inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'plugins/gateway'), { recursive: true });
      expect(await inProcess(plugin, ['new', 'gateway'], { folder })).toMatchObject({
        code: 1,
        err: expect.stringContaining('is there already'),
      });
      for (const name of ['../gateway', 'Gateway', '1', '']) {
        expect(await inProcess(plugin, ['new', name], { folder })).toMatchObject({ code: 2 });
      }
    });
  });
});

describe('ringbook plugin test', () => {
  const OWN = `export default {
    api: 1, name: 'own', schemas: new URL('./', import.meta.url), resourceClasses: {},
    ops: { own_op: { load: async () => { throw new Error('no such file') } } },
  };`;
  const schema = (examples: readonly string[]): string =>
    JSON.stringify({
      description: 'Does something.',
      arguments: {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'string' } },
        additionalProperties: false,
      },
      result: { type: 'null' },
      examples,
    });
  const writeOwn = async (folder: string, examples: readonly string[]): Promise<void> => {
    await mkdir(join(folder, 'op'));
    await writeFile(join(folder, 'plugin.js'), OWN);
    await writeFile(join(folder, 'op/own_op.json'), schema(examples));
  };

  test('tells each step, and that tests cannot be run where what they need is not installed', async () => {
    await inTemporaryFolder(async (folder) => {
      await inProcess(plugin, ['new', 'gateway'], { folder });
      const { code, out } = await inProcess(plugin, ['test', './plugins/gateway'], { folder });
      expect(out).toBe(
        [
          'gateway',
          '  ok    its structure, and its schemas',
          '  ok    every argument and setting is described',
          '  ok    everything can be loaded',
          '  ok    1 example of gateway_credit compiles',
          '  FAIL  its own tests could not be run: ringbook is not installed',
          '          npm install --save-dev ringbook\n',
        ].join('\n'),
      );
      expect(code).toBe(1);
    });
  });

  test('finds what is not described, what cannot be loaded, and examples that do not compile', async () => {
    await inProject(['./'], async (folder) => {
      await writeOwn(folder, ['own_op:\n  a: ${title}\n', 'own_op:\n  b: 1\n']);
      const { code, out } = await inProcess(plugin, ['test', 'own'], { folder });
      expect(code).toBe(1);
      expect(out).toContain(
        'FAIL  every argument and setting is described\n          "a" of op/own_op.json has no description',
      );
      expect(out).toContain('FAIL  everything can be loaded\n          own_op cannot be loaded: no such file');
      expect(out).toMatch(/FAIL {2}2 examples of own_op compile\n {10}example 2 of own_op: RB0107 .*\n {2}none/);
      expect(out).toContain('none  tests of its own');
    });
  });

  test('wants an example of every op', async () => {
    await inProject(['./'], async (folder) => {
      await writeOwn(folder, []);
      expect((await inProcess(plugin, ['test'], { folder })).out).toContain('op/own_op.json has no "examples"');
    });
  });

  test('says that there is nothing to test, or no such plugin', async () => {
    await inProject([], async (folder) => {
      expect(await inProcess(plugin, ['test'], { folder })).toMatchObject({ code: 1 });
      expect(await inProcess(plugin, ['test', 'own'], { folder })).toMatchObject({ code: 2 });
      expect(await inProcess(plugin, ['test', './own'], { folder })).toMatchObject({
        code: 1,
        err: expect.stringContaining('RB0901'),
      });
      expect(await inProcess(plugin, ['tset'], { folder })).toMatchObject({
        code: 2,
        err: expect.stringContaining('"test"'),
      });
    });
  });
});
