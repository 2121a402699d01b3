import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/problem/catalogue.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { repository } from '../cli/ringbook.ts';
import { sectionsOf } from './document.ts';
import { problemsOf } from './example.ts';

const document = await readFile(join(repository, 'docs/problems.md'), 'utf8');
const [introduction, ...sections] = sectionsOf(document);
const examples = sections.flatMap((section) => section.examples);

describe('docs/problems.md', () => {
  test('has a section for each code of the catalogue, with its title and in its order', () => {
    const catalogue = Object.entries(CATALOGUE).map(([code, title]) => `${code}: ${title}`);
    expect(sections.map(({ heading }) => heading)).toEqual(catalogue);
  });

  test('has no block that is not run', () => {
    const fences = document.match(/^\s*(```|~~~)/gm) ?? [];
    expect(examples.flatMap(({ blocks }) => blocks)).toHaveLength(fences.length / 2);
  });

  test('says in words whether an example fails or passes, and which file a block is', () => {
    for (const { mark, blocks } of examples) {
      expect(blocks[0]?.lead).toMatch(mark === 'fails' ? /^Fails\b/ : /^Passes\b/);
      for (const { isNamed, lead, path } of blocks) expect(lead).toContain(isNamed ? path : '');
    }
  });

  test('begins with a problem as Ringbook prints it', async () => {
    const shown = / {4}\S+ error (RB\d{4})\n(?: {4}.*\n)+/.exec(introduction?.text ?? '');
    const [first] = sections.find(({ heading }) => heading.startsWith(`${shown?.[1]}:`))?.examples ?? [];
    const printed = pretty(first ? await problemsOf(first) : [], false);
    expect(shown?.[0]).toBe(printed.replaceAll(/^/gm, '    ').concat('\n'));
  });
});

describe.each(sections)('$heading', ({ heading, text, examples: own }) => {
  const code = heading.slice(0, 'RB0000'.length);

  test('has examples that fail and examples that pass, in turn', () => {
    expect(own.length).toBeGreaterThan(0);
    expect(own.map(({ mark }) => mark)).toEqual(own.map((_, index) => (index % 2 === 0 ? 'fails' : 'passes')));
    expect(own.length % 2).toBe(0);
  });

  test.each(own.filter(({ mark }) => mark === 'fails'))('fails with this code alone at line $line', async (example) => {
    const found = await problemsOf(example);
    expect([...new Set(found.map((problem) => problem.code))]).toEqual([code]);
    const isWarning = found.every(({ severity }) => severity === 'warning');
    expect(/is\sa\swarning/.test(text)).toBe(isWarning);
  });

  test.each(own.filter(({ mark }) => mark === 'passes'))('passes without a word at line $line', async (example) => {
    expect(await problemsOf(example)).toEqual([]);
  });
});
