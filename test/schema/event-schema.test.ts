import { expect, test } from 'vitest';
import { readEventType } from '../../src/event/event-type.ts';
import { placesOf } from '../../src/problem/problem.ts';

/** What is said of a schema, with its place: `2:5 message | help`. */
function told(text: string): readonly string[] {
  const source = { file: 'schemas/event/order.json', text };
  const { problems } = readEventType(source);
  const placeOf = placesOf(source);
  return problems.map(({ code, message, help, at }) => {
    const { line, column } = placeOf(at?.start ?? 0);
    const words = message.replace('not a valid JSON Schema (2020-12): ', '');
    return `${code} ${line}:${column} ${words}${help ? ` | ${help}` : ''}`;
  });
}

test.each<[string, string, readonly string[]]>([
  [
    'a type that JSON Schema does not have',
    '{\n  "type": "object",\n  "properties": { "customer": { "type": "text" } }\n}',
    [
      'RB0601 3:41 "properties.customer.type" must be one of string, number, integer, boolean, null, object, array, or a list of them',
    ],
  ],
  [
    'a keyword that does not exist',
    '{ "type": "string",\n  "maxLenght": 3 }',
    ['RB0601 2:3 JSON Schema has no keyword "maxLenght" | did you mean "maxLength"?'],
  ],
  [
    'a keyword of another type',
    '{ "type": "integer",\n  "maxLength": 3 }',
    ['RB0601 2:3 "maxLength" is for values whose "type" is "string", and here it is "integer"'],
  ],
  [
    'a format that nobody knows',
    '{ "type": "string",\n  "format": "e-mail" }',
    [expect.stringMatching(/^RB0601 2:13 "format" must be one of .* \| did you mean "email"\?$/)],
  ],
  [
    'a pattern that cannot be used',
    '{ "type": "string",\n  "pattern": "(a" }',
    [
      'RB0601 2:14 "pattern" is not a regular expression that can be used | look-around and back-references are left out, as in RE2',
    ],
  ],
  [
    'a reference that leads nowhere',
    '{ "$ref": "#/$defs/adress",\n  "$defs": { "address": { "type": "string" } } }',
    ['RB0601 1:11 "$ref" leads to nothing: "$defs" has no "adress" | did you mean "address"?'],
  ],
  [
    'a reference to itself',
    '{ "$defs": { "a": { "$ref": "#/$defs/b" },\n  "b": { "allOf": [{ "$ref": "#/$defs/a" }] } }, "$ref": "#/$defs/a" }',
    [expect.stringMatching(/^RB0601 .* leads back to itself for the same value, without an end$/)],
  ],
  [
    'a schema of an older draft',
    '{ "$schema": "http://json-schema.org/draft-07/schema#",\n  "type": "object" }',
    ['RB0601 1:14 "$schema" must be "https://json-schema.org/draft/2020-12/schema", or be left out'],
  ],
  ['a list', '[]', ['RB0601 1:1 an event schema must be a JSON object']],
])('tells of %s in its place', (_, text, expected) => {
  expect(told(text)).toEqual(expected);
});

test('tells everything that is wrong in one schema', () => {
  const text = '{ "type": "object",\n  "properties": {\n    "a": { "type": "sting" },\n    "b": { "minimum": 1 } } }';
  expect(told(text).map((line) => line.slice(0, 11))).toEqual(['RB0601 3:20', 'RB0601 4:12']);
});

test('refuses a schema that would answer later, and so let anything pass', () => {
  expect(told('{ "$async": true, "type": "object" }')).toEqual(['RB0601 1:3 JSON Schema has no keyword "$async"']);
});

test('refuses what is nested without end, at once', () => {
  const text = `${'{"not":'.repeat(50_000)}{}${'}'.repeat(50_000)}`;
  expect(told(text)).toEqual(['RB0601 1:1 this is nested more than 100 deep']);
});

test('an event is held against its schema', () => {
  const { eventType } = readEventType({
    file: 'schemas/event/order.json',
    text: '{ "type": "object", "properties": { "a": { "type": "string", "pattern": "^(a+)+$" } } }',
  });
  expect(eventType?.validate({ a: 'aa' })).toEqual([]);
  expect(eventType?.validate({ a: `${'a'.repeat(50_000)}!` })).toHaveLength(1);
});
