import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { propertiesOf } from '../../src/schema/schema.ts';
import { inTemporaryFolder, repository } from '../cli/ringbook.ts';

const document = await readFile(join(repository, 'docs/language.md'), 'utf8');
const examples = [...document.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => ({
  line: document.slice(0, match.index).split('\n').length,
  text: match[1] ?? '',
}));

test.each(examples)('the example at line $line of docs/language.md compiles without a word', async ({ text }) => {
  await inTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'rulebooks'));
    for (const part of ['resources', 'schemas']) await symlink(join(repository, part), join(folder, part));
    await writeFile(join(folder, 'rulebooks/example.yml'), text);
    expect(pretty(loadProject(folder, newRegistry(builtIn)).problems, false)).toBe('');
  });
});

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(10);
});

test('shows the template that stands in resources/, in another form of quotes', async () => {
  const [, shown = ''] = /```yaml template\n([\s\S]*?)```/.exec(document) ?? [];
  const kept = await readFile(join(repository, 'resources/parcel-ready.yml'), 'utf8');
  expect(shown.replaceAll('"', "'")).toBe(kept.replaceAll(/^#.*\n/gm, ''));
});

test('names every setting of a template', () => {
  const settings = Object.keys(propertiesOf(newRegistry(builtIn).resourceClass('Template')?.settings));
  expect(settings.length).toBeGreaterThan(4);
  expect(settings.filter((setting) => !document.includes(`\`${setting}`))).toEqual([]);
});
