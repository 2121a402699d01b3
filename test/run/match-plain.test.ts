import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../src/event/event.ts';
import { newEvaluator } from '../../src/rulebook/evaluate.ts';
import { newConditionReader } from '../../src/rulebook/expression.ts';
import { type Evaluate, ExpressionFailed, type Plan, type Rule } from '../../src/rulebook/rulebook.ts';
import { newMatch, scopeOf } from '../../src/run/match.ts';
import type { Json, JsonObject } from '../../src/schema/schema.ts';

/** A failing seed is printed by fast-check; put it into `seed` to see it again. */
const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1_000) };

const evaluate = newEvaluator();

const TYPES = ['job.start', 'job.end'];
const place = fc.constantFrom(
  'a',
  'b',
  'c',
  'data.a',
  'data["b-c"]',
  'c.a',
  'c[0]',
  'c["0"]',
  'c.length',
  'data',
  'event.type',
  'event.subject',
  'event.data',
  'event',
  'vars.a',
  'vars.none',
  'constructor',
  'a.toString',
);
const literal = fc.constantFrom("'x'", "'y'", "'job.end'", '0', '-1', '1.0', '2', 'true', 'false', 'null', '-0.0');
const operand = fc.oneof(place, place, literal);

const { condition } = fc.letrec<Record<'condition', string>>((tie) => {
  const inner = tie('condition');
  const join = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));
  return {
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      join(operand, fc.constantFrom(' == ', ' == ', ' != ', ' < ', ' <= ', ' > ', ' >= '), operand),
      join(place, ' == ', literal),
      join(place, ' in [', literal, ', ', literal, ']'),
      join('has(', fc.constantFrom('data.a', 'data.c.a', 'c.a', 'event.subject', 'vars.a', 'a.b', 'data.none.a'), ')'),
      fc.constantFrom('a', 'true', 'false', 'size(a) > 0', "b.startsWith('x')"),
      join('(', inner, ' && ', inner, ')'),
      join('(', inner, ' && ', inner, ')'),
      join('(', inner, ' || ', inner, ')'),
      join('!(', inner, ')'),
    ),
  };
});

const scalar: fc.Arbitrary<Json> = fc.constantFrom('x', 'y', '', 0, -1, 1, 2, 0.5, true, false, null, 'job.end');
const json: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  scalar,
  fc.dictionary(fc.constantFrom('a', 'b', '0'), scalar),
  fc.array(scalar, { maxLength: 2 }),
);
const data: fc.Arbitrary<JsonObject> = fc
  .record({ a: json, b: json, c: json, 'b-c': json, event: scalar }, { requiredKeys: [] })
  .map((value) => value satisfies JsonObject);

const rules: fc.Arbitrary<readonly Rule[]> = fc
  .array(
    fc.record({
      on: fc.constantFrom(TYPES, [TYPES[0] ?? ''], [TYPES[1] ?? '', TYPES[1] ?? ''], []),
      when: fc.option(condition, { nil: undefined }),
      vars: fc.record({ a: scalar }),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ when, ...rest }, number) => newRule({ ...rest, ...(when !== undefined && { when }) }, number)),
  );

const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc
    .record({
      type: fc.constantFrom(...TYPES, 'other'),
      data,
      subject: fc.option(fc.constant('x'), { nil: undefined }),
    })
    .map(({ subject, ...rest }) => ({
      id: '1',
      source: 'test',
      time: '2026-11-21T10:00:00Z',
      ...(subject !== undefined && { subject }),
      ...rest,
    })),
  { minLength: 1, maxLength: 6 },
);

test('an event fires what asking every rule in turn would find, in their order', () => {
  const property = fc.property(rules, events, (all, happened) => {
    const match = newMatch(planOf(all), evaluate, newConditionReader());
    for (const event of happened) {
      expect(namesOf(match(event))).toEqual(namesOf(askedInTurn(all, event)));
    }
  });
  fc.assert(property, RUNS);
});

test('an event is not held against conditions that ask for another value, or that need no CEL', () => {
  const evaluated: string[] = [];
  const telling: Evaluate = (source, scope) => {
    evaluated.push(source);
    return evaluate(source, scope);
  };
  const conditions = [
    "a == 'x' && size(b) > 0",
    "a == 'y' && size(b) > 0",
    "a == 'x' && n < 3",
    'size(b) > 1 && n > 3',
  ];
  const match = newMatch(
    planOf(conditions.map((when, number) => newRule({ when }, number))),
    telling,
    newConditionReader(),
  );
  const event = {
    id: '1',
    source: 'test',
    type: 'job.end',
    time: '2026-11-21T10:00:00Z',
    data: { a: 'x', b: 'b', n: 1 },
  };
  expect(namesOf(match(event))).toEqual(['rule 0', 'rule 2']);
  expect(evaluated).toEqual(["a == 'x' && size(b) > 0"]);
});

function newRule(given: Partial<Rule>, number: number): Rule {
  return { name: `rule ${number}`, place: 'a.yml:1', on: ['job.end'], vars: {}, steps: [], ...given };
}

function planOf(all: readonly Rule[]): Plan {
  return { hash: '', rules: all, defs: {}, templates: {} };
}

function askedInTurn(all: readonly Rule[], event: Event): readonly Rule[] {
  return all.filter((rule) => rule.on.includes(event.type) && holds(rule, event));
}

function holds(rule: Rule, event: Event): boolean {
  try {
    return rule.when === undefined || evaluate(rule.when, scopeOf(event, rule)) === true;
  } catch (failure) {
    if (failure instanceof ExpressionFailed) return false;
    throw failure;
  }
}

function namesOf(all: readonly Rule[]): readonly string[] {
  return all.map(({ name }) => name);
}
