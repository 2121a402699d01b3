import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../src/schema/schema.ts';

/** JSON has it, and a number of JavaScript cannot hold it. */
const TOO_LARGE = Number.POSITIVE_INFINITY;

const TEXTS: readonly string[] = [
  'string number integer object array null text email date-time e164 e-mail int32',
  '^a+$ (a a{2,3} (?=a) \\1 [a-z]+ [[:x] a{1001} (?:a{99}){99} \\p{L} [] a{,2} a|*',
  '# #/$defs/a #/$defs/b #/$defs/c #/properties/a https://example.com/x #a',
]
  .join(' ')
  .split(' ');

/** Values of keywords, right and wrong: what makes a schema of them is up to chance. */
const VALUES: readonly Json[] = [
  ...TEXTS,
  0,
  1,
  -1,
  1.5,
  TOO_LARGE,
  true,
  false,
  null,
  [],
  ['a'],
  ['a', 'a'],
  ['string', 'null'],
  ['number', 'integer'],
  [1, 'a'],
  {},
  { a: ['b'] },
  { class: 'A' },
  { $id: 'https://example.com/y' },
  { a: 1 },
];

const KEYWORDS: readonly string[] = [
  'title default examples deprecated $comment $ref type enum const minimum multipleOf minLength pattern format minItems',
  'uniqueItems items contains required properties additionalProperties patternProperties propertyNames dependentRequired',
  'allOf anyOf oneOf not if then else resource template x-unit $id $schema $defs $anchor prefixItems nullable minContains',
  'unevaluatedProperties dependentSchemas proprties __proto__ maxLenght',
]
  .join(' ')
  .split(' ');

const NAMES = ['a', 'b', 'c', '$id', 'type', '__proto__'];

/** JSON, parsed: only so is `__proto__` a key like any other. */
function parsed(value: Json): Json {
  const json: Json = JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => (inner === TOO_LARGE ? 'INFINITY' : inner)).replaceAll(
      '"INFINITY"',
      '1e999',
    ),
  );
  return json;
}

function objectOf(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}

/** Schemas as people write them: types with the keywords that are theirs. Most are valid. */
const sound = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record(
      {
        type: fc.constant('string'),
        minLength: fc.nat(3),
        pattern: fc.constantFrom('^a', '^\\+[1-9]\\d{6,14}$', '[a-z]+', '(?:ab|c)*', 'a.b'),
        format: fc.constantFrom('email', 'uri', 'date-time', 'e164'),
        title: fc.constant('Text'),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      { type: fc.constantFrom('number', 'integer'), minimum: fc.integer(), multipleOf: fc.integer({ min: 1 }) },
      { requiredKeys: ['type'] },
    ),
    fc.record({ enum: fc.uniqueArray(fc.constantFrom('a', 'b', 1, null), { minLength: 1 }) }),
    fc.record({ $ref: fc.constantFrom('#/$defs/a', '#/$defs/b') }),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), contains: tie('schema'), uniqueItems: fc.boolean() },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constant('object'),
        required: fc.constantFrom(['a'], ['a', 'b'], []),
        properties: fc.dictionary(fc.constantFrom(...NAMES.slice(0, 3)), tie('schema')),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        propertyNames: fc.constantFrom({ pattern: '^[a-z]' }, { maxLength: 3 }),
        anyOf: fc.array(fc.record({ required: fc.constantFrom(['a'], ['c']) }), { minLength: 1, maxLength: 2 }),
        if: fc.constant({ properties: { a: { const: 1 } } }),
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
        then: fc.constant({ required: ['b'] }),
      },
      { requiredKeys: ['type'] },
    ),
  ) as fc.Arbitrary<Json>,
})).schema;

/** Schemas with two definitions to refer to. */
export const soundSchemas: fc.Arbitrary<JsonObject> = fc
  .tuple(sound, sound, sound)
  .map(([root, a, b]) => parsed({ ...(root as JsonObject), $defs: { a, b } }) as JsonObject);

/** A place of a JSON value where something is put, as a number for each step down, and what is put there. */
interface Mutation {
  readonly way: readonly number[];
  readonly key: string;
  readonly value: Json;
}

const mutations: fc.Arbitrary<Mutation> = fc.record({
  way: fc.array(fc.nat(5), { maxLength: 5 }),
  key: fc.oneof(fc.constantFrom(...KEYWORDS), fc.constantFrom(...NAMES)),
  value: fc.oneof(
    fc.constantFrom(...VALUES),
    fc.tuple(fc.constantFrom(...KEYWORDS), fc.constantFrom(...VALUES)).map((entry) => objectOf([entry])),
  ),
});

/** Sound schemas with something put into them, anywhere, once to four times. */
export const mutatedSchemas: fc.Arbitrary<JsonObject> = fc
  .tuple(soundSchemas, fc.array(mutations, { minLength: 1, maxLength: 4 }))
  .map(
    ([schema, changes]) =>
      parsed(
        changes.reduce<Json>((value, { way, key, value: put }) => mutated(value, way, key, put), schema),
      ) as JsonObject,
  );

function mutated(value: Json, way: readonly number[], key: string, put: Json): Json {
  const [step, ...rest] = way;
  if (typeof value !== 'object' || value === null) return put;
  if (Array.isArray(value)) {
    if (step === undefined || value.length === 0) return [...value, put];
    return value.map((item: Json, index) => (index === step % value.length ? mutated(item, rest, key, put) : item));
  }
  const entries = Object.entries(value as JsonObject);
  if (step === undefined || entries.length === 0)
    return objectOf([...entries.filter(([name]) => name !== key), [key, put]]);
  return objectOf(
    entries.map(([name, inner], index) => [
      name,
      index === step % entries.length ? mutated(inner, rest, key, put) : inner,
    ]),
  );
}

/** Data of all kinds, with the names that the schemas speak of. */
export const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(
      '',
      'a',
      'abc',
      '+34777666555',
      'a@b.cd',
      'https://example.com',
      '1',
      0,
      1,
      1.5,
      -3,
      70_000,
      true,
      false,
      null,
    ),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'type'), tie('value'), { maxKeys: 4 }),
  ) as fc.Arbitrary<Json>,
})).value;
