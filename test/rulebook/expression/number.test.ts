import { describe, expect, test } from 'vitest';
import { check, told, valueOf } from './over-event.ts';

describe('numbers are those of JSON, and whole ones are not another kind', () => {
  test.each([
    ['n == 3', true],
    ['3 == n', true],
    ['n == 3.0', true],
    ['n != 3', false],
    ['n >= 3', true],
    ['n < 3.5', true],
    ['n + 1', 4],
    ['1 - n', -2],
    ['n * 2.5', 7.5],
    ['n / 2', 1.5],
    ['7 / 2', 3.5],
    ['n % 2', 1],
    ['-n', -3],
    ['--n', 3],
    ['n in [1, 2]', false],
    ['n in [1, 3.0]', true],
    ['1 in [n - 2]', true],
    ['[1, 2, 3].exists(x, x == n)', true],
    ['[1, 2.5].map(x, x + n)', [4, 5.5]],
    ['n == 3 ? 1 : 2.5', 1],
    ['n == 4 ? 1 : 2.5', 2.5],
    ['[n, 1, 2.5]', [3, 1, 2.5]],
    ['[3] == [n]', true],
    ['{"n": n, "one": 1}', { n: 3, one: 1 }],
    ['size(title)', 5],
    ['size(title) == 5 && title.size() > n', true],
    ['size(title) in [5, 6]', true],
    ['size(items) / 4', 0.5],
    ['items[0].name', 'one'],
    ['items[size(items) - 1].name', 'two'],
    ['items[n - 2].name', 'two'],
    ["title.split('l')[n - 1]", 'o'],
    ['[1, 2][n - 3]', 1],
    ['items.filter(i, i.ok)[0].name', 'one'],
    ["title.indexOf('l') + 1", 3],
    ['title.substring(1, n)', 'el'],
    ['title.substring(n - 2)', 'ello'],
    ["title.split('l', 2)", ['he', 'lo']],
    ['int(2.9) + 1', 3],
    ["int('3') == n", true],
    ["double('2.5') + 1", 3.5],
    ['string(n)', '3'],
    ['string(3) + string(2.5)', '32.5'],
    ['timestamp(event.time).getHours() + 1', 11],
    ['timestamp(0).getFullYear()', 1970],
    ['0x10', 16],
    ['3u', 3],
  ])('%s comes to %j', (expression, expected) => {
    expect(told(expression)).toEqual([]);
    expect(valueOf(expression)).toEqual(expected);
  });

  test('a number that JSON cannot carry exactly is refused', () => {
    expect(told('n == 12345678901234567890')).toEqual([
      'RB0202 [12345678901234567890] this number is too large to be exact // put it in quotes if it is an id',
    ]);
  });

  test('a result that is no number fails, and is not written as null', () => {
    expect(() => valueOf('n / (n - 3)')).toThrow('comes to no number');
    expect(told('n / 0')).toEqual(['RB0202 [n / 0] this divides by zero']);
  });

  test('a type says whether a number is whole', () => {
    expect(['n', 'n + 1', 'n / 2', 'size(title)', 'n * 1.5'].map((expression) => check(expression).type)).toEqual([
      'int',
      'int',
      'double',
      'int',
      'double',
    ]);
  });
});
