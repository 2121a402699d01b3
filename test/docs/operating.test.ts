import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { messages } from '../../src/cli/messages.ts';
import { runs } from '../../src/cli/runs.ts';
import { isFinal, STATES, type State } from '../../src/message/message.ts';
import { repository } from '../cli/ringbook.ts';

const document = await readFile(join(repository, 'docs/operating.md'), 'utf8');
const names = Object.keys(STATES) as State[];

/** The arrows of the picture; `[*]` is its begin and its end. */
const diagram = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
const arrows = [...diagram.matchAll(/^ {2}(\S+) --> ([^\s:]+)/gm)].map(([, from = '', to = '']) => ({ from, to }));

/** The two steps that no report makes. */
const BACK = ['sending --> retrying', 'unknown --> waiting'];

/** Every command line of the page. */
const lines = [...document.matchAll(/(?:`|npx )(ringbook (messages|runs)([^`\n]*))/g)].map(
  ([, line = '', name, rest = '']) => ({
    line,
    command: name === 'runs' ? runs : messages,
    verb: /^ ([a-z]+)/.exec(rest)?.[1] ?? 'list',
    options: [...rest.matchAll(/--([a-z]+)/g)].map(([, option = '']) => option),
  }),
);

describe('docs/operating.md', () => {
  test('has the table of states as it is', () => {
    const rows = [...document.matchAll(/^\| `([\w-]+)` +\| (\d) +\| (.*?) +\|$/gm)].map((match) => match.slice(1));
    expect(rows).toEqual(names.map((name) => [name, String(STATES[name].rank), STATES[name].meaning]));
  });

  test('draws every state, and none that is not there', () => {
    const drawn = new Set(arrows.flatMap(({ from, to }) => [from, to]).filter((name) => name !== '[*]'));
    expect([...drawn].toSorted()).toEqual(names.toSorted());
    expect(arrows).toHaveLength(diagram.trim().split('\n').length);
  });

  test('draws steps forward alone, beside the two that go back', () => {
    const within = arrows.filter(({ from, to }) => from !== '[*]' && to !== '[*]');
    const notForward = within
      .filter(({ from, to }) => STATES[to as State].rank <= STATES[from as State].rank)
      .map(({ from, to }) => `${from} --> ${to}`);
    expect(notForward).toEqual(BACK);
  });

  test('draws an end after the last states, and only there', () => {
    const ends = arrows.filter(({ to }) => to === '[*]').map(({ from }) => from);
    expect(ends.toSorted()).toEqual(names.filter(isFinal).toSorted());
  });

  test.each(lines)('names a command that is there: $line', ({ command, verb, options }) => {
    expect(command.about).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
    expect(Object.keys(command.options)).toEqual(expect.arrayContaining(options));
  });

  test('names commands', () => {
    expect(lines.length).toBeGreaterThan(10);
  });
});
