import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
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
