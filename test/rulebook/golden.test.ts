import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const registry = newRegistry(builtIn);

function problemsOf(path: string): string {
  return pretty(loadProject(folder, registry, [path]).problems, false);
}

describe('a rulebook in ok/ compiles without a word', () => {
  for (const file of rulebooksIn('ok')) {
    test(file, () => expect(problemsOf(`ok/${file}`)).toBe(''));
  }
});

describe('a rulebook in err/ is refused in the words of its golden file', () => {
  for (const file of rulebooksIn('err')) {
    test(file, async () => {
      const problems = problemsOf(`err/${file}`);
      expect(problems).not.toBe('');
      await expect(`${problems}\n`).toMatchFileSnapshot(`err/${file.replace(/\.yml$/, '.txt')}`);
    });
  }
});

function rulebooksIn(name: string): readonly string[] {
  return readdirSync(new URL(`${name}/`, import.meta.url)).filter((file) => file.endsWith('.yml'));
}
