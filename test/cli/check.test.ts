import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, inTemporaryFolder, repository, ringbook } from './ringbook.ts';

const WRONG = 'on: new-user\ndo:\n  - sms_send: { resource: nowhere, to: "+34611222333", body: x }\n';
const DOUBTFUL = 'on: nowhere.happens\ndo:\n  - log: x\n';

const CALL =
  "on: new-user\ndo:\n  - twilio_call: { twilio_resource: twilio_resource, default_number: '1', template: t.xml }\n";

const MANY_WRONG = `on: new-user\ndo:\n${'  - no_such_op: x\n'.repeat(1_000)}`;

/** A project with the examples' resources and schemas, and these rulebooks. */
function inProject<Result>(
  rulebooks: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  return inTemporaryFolder(async (folder) => {
    for (const part of ['resources', 'schemas/event'])
      await cp(join(repository, part), join(folder, part), { recursive: true });
    await mkdir(join(folder, 'rulebooks'));
    for (const [name, text] of Object.entries(rulebooks)) await writeFile(join(folder, 'rulebooks', name), text);
    return use(folder);
  });
}

function check(folder: string, args: readonly string[] = [], environment: object = {}): Promise<Ended> {
  return ringbook(['check', ...args], { folder, environment }).ended;
}

describe('ringbook check', () => {
  test('tells the problems of all files at once, in order of place, and where to read on', async () => {
    await inProject({ 'b.yml': WRONG, 'a.yml': DOUBTFUL }, async (folder) => {
      const { code, out, err } = await check(folder);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err.match(/^rulebooks.*$/gm)).toEqual([
        'rulebooks/a.yml:1:5 warning RB0109',
        'rulebooks/b.yml:3:27 error RB0301',
      ]);
      expect(err).toContain('  docs: npx ringbook explain RB0301\n');
      expect(err).toContain('2 rulebooks, 2 rules: 1 error, 1 warning\n');
      expect(err).not.toContain('611222333');
    });
  });

  test.each([
    [{}, false],
    [{ NO_COLOR: '', FORCE_COLOR: '1' }, true],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [{ NO_COLOR: '', FORCE_COLOR: '0' }, false],
  ])('under %j has colours: %s', async (environment, expected) => {
    await inProject({ 'b.yml': WRONG }, async (folder) => {
      expect((await check(folder, [], environment)).err.includes('\u001b[31merror')).toBe(expected);
    });
  });

  test('takes a warning for an error under --strict', async () => {
    await inProject({ 'a.yml': DOUBTFUL }, async (folder) => {
      expect((await check(folder)).code).toBe(0);
      const strict = await check(folder, ['--strict']);
      expect(strict.code).toBe(1);
      expect(strict.err).toContain('rulebooks/a.yml:1:5 error RB0109');
    });
  });

  test.each(['json', 'sarif'])('prints exactly one %s document, and nothing beside it', async (format) => {
    await inProject({ 'b.yml': WRONG }, async (folder) => {
      const { code, out, err } = await check(folder, ['--format', format]);
      expect({ code, err }).toEqual({ code: 1, err: '' });
      expect(JSON.parse(out)).toBeTypeOf('object');
      expect(out).toContain('RB0301');
    });
  });

  test('writes a document that no pipe holds at once, whole', async () => {
    await inProject({ 'many.yml': MANY_WRONG }, async (folder) => {
      const { code, out } = await check(folder, ['--format', 'json']);
      expect(code).toBe(1);
      expect((JSON.parse(out) as { problems: unknown }).problems).toHaveLength(1_000);
    });
  });

  test('ends in peace when its reader goes away', async () => {
    await inProject({ 'many.yml': MANY_WRONG }, async (folder) => {
      const { child, ended } = ringbook(['check', '--format', 'json'], { folder });
      child.stdout?.once('data', () => child.stdout?.destroy());
      expect(await ended).toMatchObject({ code: 0, err: '' });
    });
  });

  test('names files from where the reader stands', async () => {
    await inProject({ 'b.yml': WRONG }, async (folder) => {
      const compact = await check(join(folder, 'rulebooks'), ['b.yml', '--project', '..', '--format', 'compact']);
      expect(compact.out).toMatch(/^b\.yml:3:27: error RB0301: there is no resource "nowhere"/);
      const inside = join(folder, 'rulebooks');
      const github = await check(inside, ['--project', '..', '--format', 'github'], { GITHUB_WORKSPACE: folder });
      expect(github.out).toMatch(/^::error file=rulebooks\/b\.yml,line=3,endLine=3,col=27,/);
    });
  });

  test.each([
    [['--format', 'jsn'], 'there is no format "jsn"; did you mean "json"?'],
    [['--watch', '--format', 'json'], '--watch checks again and again, and json is one document'],
    [['--strikt'], "Unknown option '--strikt'"],
  ])('%j is wrong usage', async (args, words) => {
    const { code, err } = await check(repository, args);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  test('loads nothing that builds XML unless it writes XML', async () => {
    const loaded = async (format: string): Promise<boolean> => {
      const { err } = await ringbook(['check', '--format', format], { environment: { NODE_DEBUG: 'module,esm' } })
        .ended;
      return err.includes('node_modules/xmlbuilder2/lib');
    };
    expect(await loaded('junit')).toBe(true);
    expect(await loaded('pretty')).toBe(false);
  });
});

describe('ringbook check --fix', () => {
  test('mends what has a fix, says so, and checks again', async () => {
    await inProject({ 'b.yml': CALL }, async (folder) => {
      const template = join(folder, 'resources/templates/t.xml');
      const text = '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Say>Hello.</Say></Response>\n';
      await writeFile(template, text.replace('<?xml', '<?XML'));
      const { code, err } = await check(folder, ['--fix']);
      expect(code).toBe(0);
      expect(err).toMatch(/^mended resources\/templates\/t\.xml: /);
      expect(await readFile(template, 'utf8')).toBe(text);
      expect((await check(folder, ['--fix'])).err).toBe('');
    });
  });
});

describe('ringbook check --watch', () => {
  test('checks again when a file changes, is replaced, or comes to be, until Ctrl-C', async () => {
    await inProject({ 'b.yml': WRONG }, async (folder) => {
      const running = ringbook(['check', '--watch'], { folder });
      const said = saidBy(running.child.stderr);
      const fine = saidBy(running.child.stdout);
      await said(/1 rulebook, 1 rule: 1 error[\s\S]*watching for changes/);
      await writeFile(join(folder, 'rulebooks/b.yml'), WRONG.replace('nowhere', 'twilio_resource'));
      await said(/changed: rulebooks\/b\.yml/);
      await fine(/1 rulebook, 1 rule: no problems/);
      await writeFile(join(folder, 'rulebooks/.b.yml.draft'), WRONG);
      await rename(join(folder, 'rulebooks/.b.yml.draft'), join(folder, 'rulebooks/b.yml'));
      await said(/1 error[\s\S]*1 rulebook, 1 rule: 1 error/);
      await mkdir(join(folder, 'rulebooks/more'));
      await writeFile(join(folder, 'rulebooks/more/c.yml'), DOUBTFUL);
      await said(/2 rulebooks, 2 rules: 1 error, 1 warning/);
      running.child.kill('SIGINT');
      expect((await running.ended).code).toBe(0);
    });
  });
});

/** Waits until a stream has said something. */
function saidBy(stream: NodeJS.ReadableStream | null): (pattern: RegExp) => Promise<void> {
  let text = '';
  let look = (): void => {};
  stream?.on('data', (chunk: string) => {
    text += chunk;
    look();
  });
  return (pattern) =>
    new Promise((done) => {
      look = () => {
        if (pattern.test(text)) done();
      };
      look();
    });
}
