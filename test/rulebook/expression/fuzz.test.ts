import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { newConditionReader, sameCondition } from '../../../src/rulebook/expression.ts';
import { ExpressionFailed } from '../../../src/rulebook/rulebook.ts';
import { check, valueOf } from './over-event.ts';

/** A failing seed is printed by fast-check; put it here to see it again. */
const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 5_000) };

/** Longest time that one expression may take, ms; what a person writes takes a thousandth of it. */
const MAX_MS = 1_000;

const WORDS: readonly string[] = [
  'n title data data.email items status event vars __proto__ constructor toString x in',
  'has( size( .all(x, .map( .filter(i, i. matches( int( timestamp( .getHours( .a ["a"] [0]',
  '" \' """ r" b" \\ // ( ) [ ] { } , : ? . ! - && || == != < <= + * / %',
  '0 3 2.5 1e999 99999999999999999999 0x 3u null true \u0000 ñ 😀 \ud800',
]
  .flatMap((line) => line.split(' '))
  .concat(' ', '\n');

const SEEDS = [
  "status == 'OPEN' && n > 3 && has(data.email) && email.matches('^a+$')",
  'items.filter(i, has(i.mail)).map(i, i.mail)[0] + title.substring(1, 2)',
  'timestamp(event.time).getHours(\'Europe/Madrid\') in [9, 10] ? desks[status] : "none"',
  '{"a": [1, 2.5, {"b": n}]}["a"][0]',
];

const jumble = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(''));

/** An expression of a person, with stretches taken out, doubled, or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(100), fc.nat(8), fc.constantFrom(...WORDS)), { minLength: 1, maxLength: 4 }),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, [at, length, word]) => text.slice(0, at) + word + text.slice(at + length), seed),
  );

test('whatever is written, checking it ends soon, throws nothing, and points inside the expression', () => {
  const property = fc.property(fc.oneof(jumble, mutated), (source) => {
    const start = performance.now();
    const { problems, verdict } = check(source);
    newConditionReader()(source);
    expect(sameCondition(source, ` ${source} `) || problems.length > 0).toBe(true);
    for (const { at, related = [] } of [...problems, ...(verdict ? [verdict.problem] : [])]) {
      for (const span of [at, ...related.map((other) => other.at)]) {
        expect(span?.start).toBeGreaterThanOrEqual(0);
        expect(span?.end).toBeGreaterThanOrEqual(span?.start ?? 0);
        expect(span?.end).toBeLessThanOrEqual(source.length);
      }
    }
    expect(performance.now() - start).toBeLessThan(MAX_MS);
  });
  fc.assert(property, RUNS);
});

test('whatever is written, evaluating it throws nothing but ExpressionFailed', () => {
  const property = fc.property(fc.oneof(jumble, mutated), (source) => {
    expect(failureOf(source) ?? new ExpressionFailed('none')).toBeInstanceOf(ExpressionFailed);
  });
  fc.assert(property, RUNS);
});

test.each([
  ['thousands of "!"', '!'.repeat(7_000)],
  ['thousands of brackets', '['.repeat(7_000)],
  ['thousands of operands', Array.from({ length: 3_000 }, () => 'n').join('+')],
  ['a thousand divisions', Array.from({ length: 499 }, () => 'n').join('/')],
  ['half a thousand choices', Array.from({ length: 300 }, () => 'ok ? n : ').join('') + 'n'],
  ['a megabyte', `"${'a'.repeat(1e6)}"`],
])('%s are refused, or checked and run, and take no time', (_, source) => {
  const start = performance.now();
  const codes = check(source).problems.map(({ code }) => code);
  expect(codes.length > 0 ? codes : [failureOf(source)]).toEqual([codes.length > 0 ? 'RB0201' : undefined]);
  expect(performance.now() - start).toBeLessThan(MAX_MS);
});

function failureOf(source: string): unknown {
  try {
    valueOf(source);
    return undefined;
  } catch (failure) {
    return failure;
  }
}
