import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { inOrder, placeText } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { inTemporaryFolder } from '../cli/ringbook.ts';

const RULEBOOK = 'on: signed-up\ndo:\n  - sms_send: { resource: desk, to: ${phone}, body: Welcome }\n';
const SCHEMA = '{"type":"object","required":["phone"],"properties":{"phone":{"type":"string","format":"e164"}}}';
const DESK = 'class: TwilioConfig\nuserSid: ${env.SID}\nauthToken: ${env.TOKEN}\ntwilioNumber: "+34666555777"\n';

/** The problems of a project of these files, as `place code`. */
function problemsOf(files: Readonly<Record<string, string>>, paths?: readonly string[]): Promise<readonly string[]> {
  return inTemporaryFolder(async (folder) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const { problems } = loadProject(folder, newRegistry(builtIn), paths);
    return inOrder(problems).map(({ at, code, message }) => (at ? `${placeText(at)} ${code}` : `${code} ${message}`));
  });
}

const FINE = { 'rulebooks/a.yml': RULEBOOK, 'resources/desk.yml': DESK, 'schemas/event/signed-up.json': SCHEMA };

describe('a project', () => {
  test('needs nothing but what it uses', async () => {
    expect(await problemsOf(FINE)).toEqual([]);
    expect(await problemsOf({ 'rulebooks/a.yml': 'do: [{ log: hello }]' })).toEqual([]);
    expect(await problemsOf({ 'ringbook.yml': 'port: 9000' })).toEqual([
      'RB0001 rulebooks cannot be read: it does not exist',
    ]);
  });

  test('has all problems of all its files told at once, in order of place', async () => {
    const files = {
      ...FINE,
      'ringbook.yml': 'port: none',
      'resources/other.yml': 'class: Nothing',
      'rulebooks/b.yml': 'on: signed-up\ndo:\n  - log: ${phne}\n  - nop: 1\n',
    };
    expect(await problemsOf(files)).toEqual([
      'resources/other.yml:1:8 RB0303',
      'ringbook.yml:1:7 RB0701',
      'rulebooks/b.yml:3:12 RB0202',
      'rulebooks/b.yml:4:5 RB0105',
    ]);
  });

  test('whose resource or schema is broken hears of that, and not that it is not there', async () => {
    expect(await problemsOf({ ...FINE, 'resources/desk.yml': 'class: [' })).toEqual(['resources/desk.yml:1:9 RB0002']);
    expect(await problemsOf({ ...FINE, 'schemas/event/signed-up.json': '{' })).toEqual([
      expect.stringMatching(/signed-up\.json:1:\d RB0005/),
    ]);
  });

  test('does not read a file that no person has written', async () => {
    const huge = `# ${'x'.repeat(1_000_000)}\n${RULEBOOK}`;
    expect(await problemsOf({ ...FINE, 'rulebooks/huge.yml': huge })).toEqual([
      'RB0001 rulebooks/huge.yml is larger than 1 MB, and was not read',
    ]);
  });

  test('reads the rulebooks that are named, and those in subfolders', async () => {
    const files = { ...FINE, 'rulebooks/deep/er/b.yaml': 'do: [{ nop: 1 }]' };
    expect(await problemsOf(files)).toEqual(['rulebooks/deep/er/b.yaml:1:8 RB0105']);
    expect(await problemsOf(files, ['rulebooks/a.yml'])).toEqual([]);
  });
});
