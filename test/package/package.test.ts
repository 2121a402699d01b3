import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { publint } from 'publint';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compileWithAjv } from '../../src/schema/ajv.ts';
import { repository } from '../cli/ringbook.ts';
import { values } from '../schema/generate.ts';
import { unpack } from './unpack.ts';

const run = promisify(execFile);

const PIGEON = "class: PigeonConfig\nurl: http://127.0.0.1:9\ntoken: ${env.TOKEN}\nloft: '+12025550199'\n";

/** Runs the op of a plugin by the library. */
const OWN = `
  import { newHttpClient, registryOf } from 'ringbook';
  const registry = await registryOf(process.cwd());
  const op = await registry.op('pigeon_credit').load();
  const http = newHttpClient();
  const resource = { mid: 'pigeon', settings: { url: 'http://127.0.0.1:9' }, secrets: {} };
  const context = { http, signal: new AbortController().signal, resource: () => resource };
  await op({ resource: 'pigeon' }, context).catch((failure) => console.log('failed', failure.name, failure.message));
  await http.close();
`;

/** As a user with a strict project would have it; the types of the package are looked at as well. */
const STRICT = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable', 'esnext.collection'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  allowJs: true,
  checkJs: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: false,
};

/** Names every module that is loaded, on standard error, as the process ends. */
const TELL_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on('exit', () => process.stderr.write(JSON.stringify(loaded)));`)}`;

describe('the published package', () => {
  let folder: string;
  let unpacked: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringbook-'));
    unpacked = await unpack(folder);
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('holds what it needs and nothing of its sources', async () => {
    expect(await readdir(unpacked)).not.toContain('src');
    expect(await readFile(join(unpacked, 'dist/licenses.txt'), 'utf8')).toMatch(/^js-yaml \d/m);
  });

  test('runs, from an event to a ringing phone', { timeout: 60_000 }, async () => {
    const { stdout } = await run(process.execPath, [join(unpacked, 'bin/ringbook.js'), 'demo'], { cwd: folder });
    expect(stdout).toContain('The call was answered, the message was delivered.');
  });

  test('is a library as well', async () => {
    const script = "import { loadProject } from 'ringbook'; console.log(typeof loadProject)";
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: unpacked });
    expect(stdout).toBe('function\n');
  });

  test('is in order', async () => {
    const { messages } = await publint({ pkgDir: unpacked, strict: true, pack: false });
    expect(messages.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([]);
  });

  test('checks the rulebooks of this repository without what only a host needs', async () => {
    const bin = join(unpacked, 'bin/ringbook.js');
    // Without their scenarios: what happens in one is held against the schemas of its events, which needs ajv.
    const rulebooks = ['failed-job', 'incident', 'job', 'new-user'].map((name) => `rulebooks/${name}.yml`);
    const { stdout, stderr } = await run(process.execPath, ['--import', TELL_MODULES, bin, 'check', ...rulebooks], {
      cwd: repository,
    });
    expect(stdout).toContain('no problems');
    const loaded = JSON.parse(stderr) as readonly string[];
    // No package at all: what a check needs is in `dist`, and all else is loaded by what uses it.
    const files = loaded.filter((url) => url.startsWith('file:')).map((url) => url.replace(/^.*\/ringbook\//, ''));
    expect(files).toEqual(['bin/ringbook.js', 'dist/schema/precompiled.cjs']);
  });

  describe('takes plugins from outside', () => {
    const command = (args: readonly string[], cwd: string): Promise<{ stdout: string }> =>
      run(process.execPath, [join(unpacked, 'bin/ringbook.js'), ...args], { cwd });
    let project: string;

    beforeAll(async () => {
      project = join(folder, 'project');
      await cp(join(repository, 'test/plugins/example'), join(project, 'example'), { recursive: true });
      await mkdir(join(project, 'rulebooks'));
      await mkdir(join(project, 'resources'));
      await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }));
      await command(['plugin', 'new', 'gateway'], project);
      await writeFile(join(project, 'ringbook.yml'), 'plugins: [./example, ./plugins/gateway]\n');
      await writeFile(join(project, 'resources/pigeon.yml'), PIGEON);
      await writeFile(
        join(project, 'rulebooks/credit.yml'),
        'do:\n  - pigeon_credit: pigeon\n  - gateway_credit: pigeon\n',
      );
    });

    test('and holds rulebooks against what they bring', async () => {
      const failed: unknown = await command(['check'], project).catch((failure: unknown) => failure);
      expect(failed).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^rulebooks\/credit\.yml:3:21 error RB0302\n[^]*\n1 rulebook, 1 rule: 1 error\n$/,
        ),
      });
    });

    test('which use what they import from ringbook/plugin as the host has it', async () => {
      await writeFile(join(project, 'own.js'), OWN);
      await writeFile(join(project, 'rulebooks/credit.yml'), 'do:\n  - pigeon_credit: pigeon\n');
      const { stdout } = await run(process.execPath, ['own.js'], { cwd: project, env: { ...process.env, TOKEN: 'x' } });
      // The address of the resource is one where nobody listens: the failure of the host's client is known to the plugin.
      expect(stdout).toMatch(/^failed .*Pigeon did not answer: /);
    });

    test('which are tested by the contract that is in it', { timeout: 60_000 }, async () => {
      const { stdout } = await command(['plugin', 'test', 'gateway'], project);
      expect(stdout).toMatch(/Tests {2}49 passed/);
      expect(stdout).not.toContain('FAIL');
    });

    test('and tells TypeScript what they are written against', { timeout: 60_000 }, async () => {
      const compilerOptions = { ...STRICT, typeRoots: [join(folder, 'node_modules/@types')] };
      const include = ['example/*.ts', 'plugins/gateway/**/*.js'];
      await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
      const tsc = join(repository, 'node_modules/typescript/bin/tsc');
      const { stdout } = await run(process.execPath, [tsc, '-p', project]).catch(
        (failure: { stdout: string }) => failure,
      );
      expect(stdout).toBe('');
    });
  });

  describe('keeps what V8 made of its code', () => {
    const kept = (): string => join(folder, 'node_modules/.cache/ringbook');
    const check = (environment: Readonly<Record<string, string>> = {}): Promise<{ stdout: string }> =>
      run(process.execPath, [join(unpacked, 'bin/ringbook.js'), 'check'], {
        cwd: repository,
        env: { ...process.env, NODE_COMPILE_CACHE: '', ...environment },
      });
    const keptFile = async (): Promise<string> => {
      const [name = ''] = (await readdir(kept())).filter((file) => file.startsWith('cli-'));
      return join(kept(), name);
    };

    beforeEach(() => rm(kept(), { recursive: true, force: true }));

    test('from the first checks, and then no more', async () => {
      const { stdout } = await check();
      const counts = [(await readFile(await keptFile()))[0]];
      for (let more = 0; more < 6; more++) {
        expect((await check()).stdout).toBe(stdout);
        counts.push((await readFile(await keptFile()))[0]);
      }
      expect(counts).toEqual([1, 2, 3, 4, 5, 5, 5]);
    });

    test('and runs nothing of a text that has changed since', async () => {
      await check();
      const main = join(unpacked, 'dist/cli.cjs');
      const text = await readFile(main, 'utf8');
      await writeFile(main, text.replace('no problems', 'no trouble.'));
      const changed = await check();
      await writeFile(main, text);
      expect(changed.stdout).toContain('no trouble.');
    });

    test('and passes over what was cut off', async () => {
      const { stdout } = await check();
      const file = await keptFile();
      const whole = await readFile(file);
      for (const length of [0, 1, 1_000, whole.length - 1_000]) {
        await writeFile(file, whole.subarray(0, length));
        expect((await check()).stdout).toBe(stdout);
        expect((await readFile(file))[0]).toBe(1);
      }
    });

    test('nowhere under NODE_DISABLE_COMPILE_CACHE, nor where no folder can be', async () => {
      const { stdout } = await check({ NODE_DISABLE_COMPILE_CACHE: '1' });
      expect(stdout).toContain('no problems');
      expect(await check({ NODE_COMPILE_CACHE: join(unpacked, 'package.json') })).toMatchObject({ stdout });
      expect(existsSync(kept())).toBe(false);
    });
  });

  test('has validators that say of any value what ajv says', () => {
    const { index, parts } = createRequire(join(unpacked, 'dist/'))('./schema/precompiled.cjs') as Precompiled;
    const compiled = Object.values(parts).flatMap((part) => Object.entries(part()));
    expect(compiled.length).toBe(Object.keys(index).length + repeatsIn(compiled.map(([text]) => text)));
    for (const [text, validate] of compiled) {
      const schema = JSON.parse(text);
      const byAjv = compileWithAjv(schema);
      const given = fc.oneof(
        values,
        fc.dictionary(fc.constantFrom(...Object.keys(schema.properties ?? { a: 0 })), values),
      );
      fc.assert(
        fc.property(given, (value) => {
          expect([validate(value), validate.errors]).toEqual([byAjv(value), byAjv.errors]);
        }),
        { numRuns: 50 },
      );
    }
  });
});

test('Node 20 is told in one line what is needed', async () => {
  const bin = await readFile(join(repository, 'bin/ringbook.js'), 'utf8');
  const asOld = bin.replace('process.versions.node.split', '"20.11.0".split');
  expect(asOld).not.toBe(bin);
  const failed: unknown = await run(process.execPath, ['--input-type=module', '-e', asOld]).catch(
    (failure: unknown) => failure,
  );
  expect(failed).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^ringbook needs Node\.js 24 or newer, .*npx ringbook.*\n$/),
  });
});

type Compiled = ReturnType<typeof compileWithAjv>;

interface Precompiled {
  readonly index: Readonly<Record<string, string>>;
  readonly parts: Readonly<Record<string, () => Readonly<Record<string, Compiled>>>>;
}

/** Two ops may take an argument of the same schema: it is in the index once. */
function repeatsIn(texts: readonly string[]): number {
  return texts.length - new Set(texts).size;
}
