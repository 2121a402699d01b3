import { expect, test } from 'vitest';
import { compilePattern, compileSchema } from '../../../src/schema/schema.ts';
import { told, valueOf } from './over-event.ts';

/** Longest time for a pattern over a long text, ms: JavaScript's own engine would take years over these. */
const MAX_MS = 1_000;

test.each(['^(a+)+$', '(a|a)*$', '(a*)*b', '^(\\w+\\s?)*$', 'a*a*a*a*a*b'])(
  '%s over a long text takes no time',
  (pattern) => {
    const start = performance.now();
    valueOf(`title.matches(r"${pattern}")`, { title: `${'a'.repeat(50_000)}!` });
    valueOf('title.matches(pattern)', { title: `${'a'.repeat(50_000)}!`, pattern });
    compileSchema({ type: 'string', pattern })(`${'a'.repeat(50_000)}!`);
    expect(performance.now() - start).toBeLessThan(MAX_MS);
  },
);

test.each([
  ["title.matches('ell')", true],
  ["title.matches('^hel+o$')", true],
  ["title.matches('^ell')", false],
  ["title.matches('(?i)^HELLO')", true],
  ["title.matches('^[[:alpha:]]')", true],
  ["title.matches(r'\\Ahello\\z')", true],
  ["title.matches(r'^\\w{5}$')", true],
  ["'a/b'.matches(r'^\\p{L}\\/\\p{L}$')", true],
])('%s is %j', (expression, expected) => {
  expect(told(expression)).toEqual([]);
  expect(valueOf(expression)).toBe(expected);
});

test('a pattern that cannot be used is told where it stands', () => {
  expect(told("title.matches('[a-')")).toEqual([
    expect.stringMatching(/^RB0206 \['\[a-'\] this pattern cannot be used: .*RE2/),
  ]);
  expect(told("title.matches('^(?=a)')")).toEqual([expect.stringContaining('it has no look-around')]);
  expect(told("title.matches(r'(a)\\1')")).toEqual([expect.stringContaining('no back-references')]);
});

test('a pattern that comes with data and cannot be used fails the run, with its reason', () => {
  expect(() => valueOf('title.matches(pattern)', { title: 'a', pattern: '(' })).toThrow(
    'is no pattern that can be used',
  );
});

test('a schema with a pattern that cannot be used is refused', () => {
  expect(() => compileSchema({ type: 'string', pattern: '(?=a)b+' })).toThrow('unsupported Perl syntax');
  expect(() => compileSchema({ type: 'string', pattern: '[' })).toThrow('Invalid regular expression');
});

test.each([
  ['^https?://', 'https://example.com', true],
  ['^[A-Z]{2}-\\d+$', 'AB-12', true],
  ['^[A-Z]{2}-\\d+$', 'AB-', false],
  ['^\\u00e9+$', 'éé', true],
  ['^[\\w.+-]+@[\\w-]+\\.[\\w.]+$', 'ana@example.com', true],
  ['^.{1,3}$', 'abcd', false],
  ['^(?:a|b)?c', 'bc', true],
])('the pattern %s of a schema means what it means elsewhere: of "%s" it is %j', (pattern, text, expected) => {
  expect(compilePattern(pattern)(text)).toBe(expected);
});
