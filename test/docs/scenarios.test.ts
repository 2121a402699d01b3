import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../cli/ringbook.ts';
import { playBook, playProject } from '../scenario/played.ts';

const document = await readFile(join(repository, 'docs/scenarios.md'), 'utf8');
const blocks = [...document.matchAll(/```yaml (rulebook|scenario)\n([\s\S]*?)```/g)].map((match) => ({
  kind: match[1],
  line: document.slice(0, match.index).split('\n').length,
  text: match[2] ?? '',
}));
const examples = blocks.flatMap(({ kind, line, text }, index) =>
  kind === 'scenario' ? [{ line, text, rulebook: blocks[index - 1]?.text ?? '' }] : [],
);

describe('docs/scenarios.md', () => {
  test.each(examples)('has a scenario at line $line that passes', async ({ text, rulebook }) => {
    expect((await playBook(rulebook, text)).told).toBe('');
  });

  test('has no block that is not played', () => {
    expect(document.match(/^```/gm)).toHaveLength(2 * blocks.length);
    expect(examples.map(({ rulebook }) => rulebook).includes('')).toBe(false);
  });

  test('shows the very words of a difference', async () => {
    const [{ text, rulebook } = { text: '', rulebook: '' }] = examples;
    const { told } = await playProject({
      'rulebooks/incident.yml': rulebook,
      'rulebooks/incident.scenario.yml': text.replace('title: Disk full', 'title: Disk is full'),
    });
    const [shown = ''] = / {4}FAIL .*\n(?:\n| {4}.*\n)+/.exec(document) ?? [];
    expect(shown.replaceAll(/^ {4}/gm, '').trim()).toBe(told.trim());
  });
});
