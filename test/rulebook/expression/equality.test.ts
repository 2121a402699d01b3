import { describe, expect, test } from 'vitest';
import { newConditionReader, sameCondition } from '../../../src/rulebook/expression.ts';

describe('the values that a condition needs', () => {
  test.each([
    ["category == 'Incident'", [{ path: 'data.category', value: 'Incident' }]],
    [
      "data.category == 'Incident' && n == 3",
      [
        { path: 'data.category', value: 'Incident' },
        { path: 'data.n', value: 3 },
      ],
    ],
    [
      "'Incident' == category && (ok == true && a.b == -1)",
      [
        { path: 'data.category', value: 'Incident' },
        { path: 'data.ok', value: true },
        { path: 'data.a.b', value: -1 },
      ],
    ],
    [
      "event.type == 'x' && data['content-type'] == 'y' && items[0] == null",
      [
        { path: 'event.type', value: 'x' },
        { path: 'data["content-type"]', value: 'y' },
        { path: 'data.items[0]', value: null },
      ],
    ],
    ["category == 'a' || category == 'b'", []],
    ["!(category == 'a')", []],
    ['a == b', []],
    ["category == 'a' && (n > 3 || m == 1)", [{ path: 'data.category', value: 'a' }]],
    ['not an expression', []],
    ["vars.desk == 'a' && category == 'a'", [{ path: 'data.category', value: 'a' }]],
  ])('%s', (expression, expected) => {
    const equalities = newConditionReader()(expression).flatMap(({ equality }) => equality ?? []);
    expect(equalities.map(({ path, value }) => ({ path, value }))).toEqual(expected);
  });
});

describe('conditions that ask the same', () => {
  test.each([
    ["a == 'x'", 'a=="x"'],
    ["a == 'x'", "data.a == 'x'"],
    ["a == 'x'", "'x' == data['a']"],
    ['a == 1 && b == 2', 'b == 2 && a == 1'],
    ['a == 1 && b == 2 && c', '(c && b == 2) && a == 1'],
    ['a || (b && c)', '(c && b) || a'],
    ['a == 1', 'a == 1.0'],
    ['(a)', 'a'],
    ['items.all(i, i.ok)', 'data.items.all(i, (i.ok))'],
  ])('%s and %s', (a, b) => expect(sameCondition(a, b)).toBe(true));

  test.each([
    ['a == 1', 'a == 2'],
    ["a == 'x'", "event.a == 'x'"],
    ['a && (b || c)', '(a && b) || c'],
    ['a - b == 1', 'b - a == 1'],
    ['a < b', 'b < a'],
    ['(a + b) * c > 1', 'a + b * c > 1'],
    ['a - (b - c) > 1', 'a - b - c > 1'],
    ["a == '1'", 'a == 1'],
    ['!(a == b)', '!a == b'],
    ['-a - -b > 0', '-a - b > 0'],
    ['(a ? b : c) ? d : e', 'a ? b : (c ? d : e)'],
  ])('%s and %s are not', (a, b) => expect(sameCondition(a, b)).toBe(false));
});
