import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { inTemporaryFolder, repository, ringbook } from '../cli/ringbook.ts';
import { playBook } from '../scenario/played.ts';

const readme = await readFile(join(repository, 'README.md'), 'utf8');
const [rulebook = '', scenario = '', resource = ''] = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  (match) => match[1] ?? '',
);

/** Problems of a project that has the README's rulebook, or one made of it, and the rest of this repository. */
function problemsOf(files: Readonly<Record<string, string>>): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'rulebooks'));
    for (const part of ['resources', 'schemas'])
      await cp(join(repository, part), join(folder, part), { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    return pretty(loadProject(folder, newRegistry(builtIn)).problems, false);
  });
}

describe('the README', () => {
  test('has a rulebook that compiles', async () => {
    expect(rulebook).toContain('twilio_call');
    expect(await problemsOf({ 'rulebooks/new-user.yml': rulebook })).toBe('');
  });

  test('shows the very words that a mistake in its rulebook gets', async () => {
    const shown = /^ {4}(rulebooks\/new-user\.yml:[\s\S]*?)\n\n/m.exec(readme)?.[1]?.replaceAll(/^ {4}/gm, '');
    const mistaken = rulebook.replace('name: ${realname}', 'name: ${realnam}');
    expect(await problemsOf({ 'rulebooks/new-user.yml': mistaken })).toBe(shown);
  });

  test('has a scenario of that rulebook which passes', async () => {
    expect((await playBook(rulebook, scenario)).told).toBe('');
  });

  test('has a resource for Twilio that the same rulebook compiles with', async () => {
    expect(resource).toContain('class: TwilioConfig');
    expect(resource).not.toContain('baseUrl');
    const files = { 'rulebooks/new-user.yml': rulebook, 'resources/twilio_resource.yml': resource };
    expect(await problemsOf(files)).toBe('');
  });

  test('lists every command', async () => {
    const { out } = await ringbook(['--help']).ended;
    const commands = [...out.matchAll(/^ {2}(\w+) {2,}/gm)].map((match) => match[1]);
    const listed = [...readme.matchAll(/^\| `ringbook (\w+)/gm)].map((match) => match[1]);
    expect(listed).toEqual(commands);
  });

  test('links to files that are there', async () => {
    for (const [, file = ''] of readme.matchAll(/\]\((docs[^)#]*)\)/g)) {
      await expect(
        readFile(join(repository, file, file.endsWith('.md') ? '' : 'README.md'), 'utf8'),
      ).resolves.toBeTruthy();
    }
  });
});
