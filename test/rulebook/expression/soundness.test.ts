import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckedExpression } from '../../../src/rulebook/expression.ts';
import { ExpressionFailed } from '../../../src/rulebook/rulebook.ts';
import { compileSchema, type Json, type JsonObject, type Validate } from '../../../src/schema/schema.ts';
import { check, DATA, SCHEMA, valueOf } from './over-event.ts';

/** A failing seed is printed by fast-check; put it into `seed` to see it again. */
const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 3_000) };

/** What only data can cause, and no schema rules out: a list's index, and what is asked of values of which nothing is known. */
const LEFT_TO_DATA =
  /out of bounds|out of range|divides by zero|grows too large|conversion|convert|ISO 8601|duration string|no pattern/;

const text = fc.constantFrom('', 'a', 'OPEN', 'CLOSED', 'hello', 'x@y', 'ñandú', '2026-01-01T00:00:00Z', '10');

const data: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      status: fc.constantFrom('OPEN', 'CLOSED', 'FINISHED'),
      n: fc.integer({ min: 0, max: 100 }),
      title: text.filter((value) => value !== ''),
      ok: fc.boolean(),
      items: fc.array(fc.record({ name: text, ok: fc.boolean(), mail: text }, { requiredKeys: ['name', 'ok'] }), {
        maxLength: 3,
      }),
      tags: fc.array(fc.constantFrom('a', 'b', 'hello'), { maxLength: 3 }),
      address: fc.record({ street: text, city: text }, { requiredKeys: ['street'] }),
      nick: fc.option(fc.constantFrom('', 'a', 'hello')),
      type: text,
      level: fc.constantFrom(1, 2, 'a', ''),
      ratio: fc.constantFrom(0.5, 1, 0.001),
      email: text,
      home: fc.record({ street: text, city: text }, { requiredKeys: ['street'] }),
      'content-type': text,
      in: text,
      for: text,
      desks: fc.dictionary(fc.constantFrom('a', 'OPEN', 'hello'), text),
    },
    { requiredKeys: ['status', 'n', 'title', 'ok', 'items', 'tags', 'address', 'nick', 'type', 'level'] },
  )
  .map((value) => value satisfies JsonObject);

const optional = ['email', 'ratio', 'home', 'desks', 'for'] as const;

const { expression } = fc.letrec<Record<'expression' | 'boolean' | 'number' | 'string', string>>((tie) => {
  const [boolean, number, string] = [tie('boolean'), tie('number'), tie('string')];
  const comparator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
  const join = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));
  return {
    expression: fc.oneof(
      boolean,
      boolean,
      number,
      string,
      fc.constantFrom('items', 'tags', 'nick', 'level', 'address', 'data'),
    ),
    boolean: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom('ok', 'true', 'false', 'items[0].ok', 'nick == null', 'level == 1', 'has(data.home.city)'),
      fc.constantFrom(...optional).map((field) => `has(data.${field})`),
      join('(', number, ' ', comparator, ' ', number, ')'),
      join('(', string, ' ', fc.constantFrom('==', '!='), ' ', string, ')'),
      join('(', boolean, ' && ', boolean, ')'),
      join('(', boolean, ' && ', boolean, ')'),
      join('(', boolean, ' || ', boolean, ')'),
      join('!', boolean),
      join('(', boolean, ' ? ', boolean, ' : ', boolean, ')'),
      join('(', number, ' in [', number, ', ', number, '])'),
      join('(', string, ' in [', string, ', ', string, '])'),
      join('(', string, ' in tags)'),
      join('items.', fc.constantFrom('all', 'exists', 'exists_one'), '(i, ', boolean, ')'),
      join('items.filter(i, has(i.mail)).all(i, i.mail != ', string, ')'),
      join(string, '.', fc.constantFrom('startsWith', 'contains', 'matches'), '(', string, ')'),
      join('(nick != null && nick.size() > ', number, ')'),
      fc.constantFrom(
        "(nick == 'a')",
        '(level == 3)',
        "(level == 'a')",
        '(tags == [])',
        '(ratio > 1)',
        '(data.n == n)',
      ),
    ),
    number: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(
        '0',
        '1',
        '3',
        '2.5',
        '100',
        'n',
        'n',
        'data.n',
        'size(title)',
        'tags.size()',
        'ratio',
        'items.size()',
        '-1',
      ),
      join('(', number, fc.constantFrom(' + ', ' - ', ' * ', ' / ', ' % '), number, ')'),
      join('-', number),
      join('(', boolean, ' ? ', number, ' : ', number, ')'),
      join('size(', string, ')'),
      join(string, ".indexOf('l')"),
      fc.constantFrom('timestamp(event.time).getHours()', "int('3')"),
    ),
    string: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(
        "'a'",
        "'OPEN'",
        "''",
        'title',
        'status',
        'address.street',
        'email',
        'home.street',
        'tags[0]',
        'i.name',
        'type',
      ),
      fc.constantFrom(
        'data["content-type"]',
        'desks.a',
        'desks[status]',
        'items[0].name',
        'event.type',
        'address.city',
        'for',
      ),
      join('(', string, ' + ', string, ')'),
      join('(', boolean, ' ? ', string, ' : ', string, ')'),
      join('string(', number, ')'),
      join(string, fc.constantFrom('.upperAscii()', '.trim()', ".split('l')[0]", '.substring(1)')),
      join('(', string, ' in desks ? desks[', string, "] : 'none')"),
    ),
  };
});

test('what passes is evaluated without failing, and comes to what was said of it', () => {
  expect(compileSchema(SCHEMA)(DATA)).toEqual([]);
  const property = fc.property(expression, fc.array(data, { minLength: 3, maxLength: 6 }), (source, events) => {
    const checked = check(source);
    if (checked.problems.some(({ severity }) => severity === 'error')) return;
    const fits = compileSchema(checked.schema ?? {});
    expect(events.flatMap((event) => brokenPromises(source, checked, fits, event))).toEqual([]);
  });
  fc.assert(property, RUNS);
});

/** What was said of an expression and is not so. */
function brokenPromises(
  source: string,
  { schema, verdict, whenTrue, whenFalse }: CheckedExpression,
  fits: Validate,
  event: JsonObject,
): readonly string[] {
  const value = attempt(source, event);
  if (value === undefined) return [];
  const came = `${source} came to ${JSON.stringify(value)}`;
  const proved = value === true ? whenTrue : value === false ? whenFalse : [];
  return [
    fits(value).length > 0 ? `${came}, and was said to be ${JSON.stringify(schema)}` : '',
    verdict && value !== (verdict.holds === 'always') ? `${came}, and ${verdict.holds} holds` : '',
    ...[...proved].map((place) => (isThere(place, event) ? '' : `${came}, and ${place} is not there`)),
  ].filter(Boolean);
}

function attempt(source: string, event: JsonObject): Json | undefined {
  try {
    return valueOf(source, event);
  } catch (failure) {
    if (!(failure instanceof ExpressionFailed)) throw failure;
    if (LEFT_TO_DATA.test(failure.message)) return undefined;
    throw new Error(`${source} failed on ${JSON.stringify(event)}: ${failure.message}`, { cause: failure });
  }
}

function isThere(place: string, event: JsonObject): boolean {
  if (place.startsWith('event.type != ')) return true;
  if (place.endsWith(' != null')) return valueOf(place, event) === true;
  if (/^data\.\w+(\.\w+)*$/.test(place)) return valueOf(`has(${place})`, event) === true;
  return true;
}
