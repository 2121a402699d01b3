import { describe, expect, test } from 'vitest';
import { placeText, pretty } from '../../src/problem/pretty.ts';
import { error, type Problem } from '../../src/problem/problem.ts';
import { rulebook, spanOf } from './examples.ts';

function linesOf(text: string, words: string): readonly string[] {
  const source = { file: 'a.yml', text };
  return pretty([error('RB0202', 'no', spanOf(source, words))], false).split('\n');
}

describe('a code frame', () => {
  test('underlines what is wrong, behind tabs and wide letters too', () => {
    const [, , line = '', mark = ''] = linesOf('\tx: "日本 é e\u0301 🙂" ${oops}', 'oops');
    expect(line).toBe('   1 |  x: "日本 é e\u0301 🙂" ${oops}');
    // Three letters take two columns of a terminal and one unit or two of a string; the accent takes none.
    expect(mark).toBe(`     | ${' '.repeat(20)}^^^^`);
  });

  test('of a long line shows where the place is', () => {
    const [, , line = '', mark = ''] = linesOf(`a: ${'x'.repeat(900)}oops${'y'.repeat(900)}`, 'oops');
    expect(line.length).toBeLessThan(220);
    expect(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('oops');
  });

  test('of several lines underlines the first', () => {
    const [, , line, mark] = linesOf('a: b\nc: d\n', 'b\nc');
    expect([line, mark]).toEqual(['   1 | a: b', '     |    ^']);
  });

  test('at the end of the file points behind the last letter', () => {
    const source = { file: 'a.yml', text: 'a:' };
    expect(pretty([error('RB0202', 'no', { source, start: 2, end: 2 })], false)).toContain('   1 | a:\n     |   ^');
  });

  test('masks a number that its edge would cut', () => {
    expect(linesOf(`a: ${'x'.repeat(190)}+34611222333`, 'a')[2]).not.toContain('611');
  });

  test('keeps what would move the cursor out of the terminal', () => {
    const text = pretty(
      [error('RB0202', 'no \u001b[2J \u202E', spanOf({ file: 'a', text: 'x\u001b[2J' }, 'x'))],
      false,
    );
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202E');
  });
});

test('a message begins in the first column of its text, and is kept to the letter', () => {
  const message = 'Error in rulebook (compile): Required argument(s) missing for op "twilio_call": "twilio_resource"';
  expect(pretty([error('RB0106', message, spanOf(rulebook, 'log'))], false).split('\n')[1]).toBe(`  ${message}`);
});

test('lines and columns count from 1, at every place of a text', () => {
  for (let start = 0; start <= rulebook.text.length; start++) {
    const lines = rulebook.text.slice(0, start).split('\n');
    const [line, column] = [lines.length, (lines.at(-1) ?? '').length + 1];
    expect(placeText({ source: rulebook, start, end: start })).toBe(`${rulebook.file}:${line}:${column}`);
  }
});

test('all of ten thousand problems of one large file are told', () => {
  const source = { file: 'a.yml', text: '- oops: 1\n'.repeat(90_000) };
  const problems: Problem[] = Array.from({ length: 10_000 }, (_, index) =>
    error('RB0105', 'there is no op "oops"', { source, start: index * 90 + 2, end: index * 90 + 6 }),
  );
  expect(pretty(problems, false).match(/there is no op/g)).toHaveLength(10_000);
});
