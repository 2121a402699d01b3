import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../cli/ringbook.ts';

const document = await readFile(join(repository, 'docs/reliability.md'), 'utf8');

test('every proof that docs/reliability.md names is there', () => {
  const links = [...document.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !existsSync(join(repository, 'docs', link.split('#')[0] ?? '')))).toEqual([]);
});

test('the commands of docs/reliability.md are those of the package', async () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    await readFile(join(repository, 'package.json'), 'utf8'),
  );
  const named = [...document.matchAll(/npm run (\w+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});
