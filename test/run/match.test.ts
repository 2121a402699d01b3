import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../src/event/event.ts';
import { newEvaluator } from '../../src/rulebook/evaluate.ts';
import { newConditionReader } from '../../src/rulebook/expression.ts';
import type { Plan, Rule } from '../../src/rulebook/rulebook.ts';
import { newMatch } from '../../src/run/match.ts';
import type { JsonObject } from '../../src/schema/schema.ts';

function rule(name: string, when?: string, changes: Partial<Rule> = {}): Rule {
  return {
    name,
    place: `${name}.yml:1`,
    on: ['t'],
    ...(when !== undefined && { when }),
    vars: {},
    steps: [],
    ...changes,
  };
}

function planOf(...rules: Rule[]): Plan {
  return { hash: 'h', rules, defs: {}, templates: {} };
}

function eventOf(data: JsonObject, changes: Partial<Event> = {}): Event {
  return { id: 'e', source: 's', type: 't', time: '2026-11-21T00:00:00Z', data, ...changes };
}

function namesOf(plan: Plan, event: Event): readonly string[] {
  return newMatch(plan, newEvaluator(), newConditionReader())(event).map(({ name }) => name);
}

test('rules fire in the order of the plan, whatever they were found by', () => {
  const plan = planOf(
    rule('a', "x == 'z'"),
    rule('b'),
    rule('c', 'n > 1'),
    rule('d', "x == 'z' && n == 2"),
    rule('e', 'n == 2'),
  );
  expect(namesOf(plan, eventOf({ x: 'z', n: 2 }))).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(namesOf(plan, eventOf({ x: 'y', n: 0 }))).toEqual(['b']);
});

test('a condition about vars is not looked for in the event', () => {
  const plan = planOf(
    rule('a', "vars.x == 'z'", { vars: { x: 'z' } }),
    rule('b', "vars.x == 'z'", { vars: { x: 'y' } }),
  );
  expect(namesOf(plan, eventOf({}))).toEqual(['a']);
});

test('the envelope, nested fields and constant keys are indexed as well', () => {
  const plan = planOf(
    rule('source', "event.source == 's'"),
    rule('nested', "a.b == 'c'"),
    rule('key', `data["content-type"] == 'd'`),
    rule('null', 'gone == null'),
  );
  expect(namesOf(plan, eventOf({ a: { b: 'c' }, 'content-type': 'd', gone: null }))).toEqual([
    'source',
    'nested',
    'key',
    'null',
  ]);
});

test('names of the prototype are no fields', () => {
  expect(namesOf(planOf(rule('a', "constructor == 'x'"), rule('b', "data.__proto__ == 'x'")), eventOf({}))).toEqual([]);
});

test('a rule whose condition meets data that it cannot handle does not fire, and the others do', () => {
  expect(namesOf(planOf(rule('a', 'absent > 3'), rule('b')), eventOf({}))).toEqual(['b']);
});

test('with the index the same rules fire as without it', () => {
  const value = fc.constantFrom("'a'", "'b'", '1', '2', 'true', 'null');
  const atom = fc.oneof(
    fc.tuple(fc.constantFrom('x', 'y', 'data.x'), fc.constantFrom('==', '!='), value).map((parts) => parts.join(' ')),
    fc.constantFrom('has(data.x)', 'true'),
  );
  const when = fc
    .array(atom, { minLength: 1, maxLength: 3 })
    .chain((atoms) => fc.constantFrom(' && ', ' || ').map((by) => atoms.join(by)));
  const field = fc.constantFrom<JsonObject[string]>('a', 'b', 1, 2, true, null);
  const data = fc.record({ x: field, y: field }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.array(when, { maxLength: 8 }), data, (whens, fields) => {
      const plan = planOf(...whens.map((text, index) => rule(String(index), text)));
      const plain = newMatch(plan, newEvaluator(), () => [])(eventOf(fields));
      expect(namesOf(plan, eventOf(fields))).toEqual(plain.map(({ name }) => name));
    }),
    { numRuns: 500 },
  );
});
