import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../../src/schema/schema.ts';
import { check, contextOf, SCHEMA, told, valueOf } from './over-event.ts';

describe('an expression that does not fit its data is told in words', () => {
  test.each([
    ['title == 3', '[title == 3] "==" does not go between a string and a number'],
    [
      'title + n',
      '[title + n] "+" does not go between a string and a number // string(value) makes a text of a number',
    ],
    ['title < n', '[title < n] "<" does not go between a string and a number // double(text) makes a number of a text'],
    ['titel', '[titel] nothing here is called "titel" // did you mean "title"?'],
    ['data.titel', '[titel] there is no field "titel" here // did you mean "title"?'],
    [
      'data["content-typ"]',
      '[data["content-typ"]] there is no field "content-typ" here // did you mean "content-type"?',
    ],
    ['address.citi', '[citi] there is no field "citi" here // did you mean "city"?'],
    ['items[0].nam', '[nam] there is no field "nam" here // did you mean "name"?'],
    ['items.exists(i, i.oks)', '[oks] there is no field "oks" here // did you mean "ok"?'],
    ['items.map(i, i.name)[0].x', '[items.map(i, i.name)[0].x] there is no field "x" in a string'],
    ['call.stat', '[stat] there is no field "stat" here // did you mean "state"?'],
    ['vars.dsk', '[dsk] there is no field "dsk" here // did you mean "desk"?'],
    ['event.typ', '[typ] there is no field "typ" here // did you mean "type"?'],
    [
      'items.name',
      '[items.name] there is no field "name" in a list // name one of its items first, as in items[0].name',
    ],
    ['tags["a"]', '[tags["a"]] there is no field "a" in a list // name one of its items first, as in items[0].name'],
    ['tags[title]', '[tags[title]] a list is asked by number, and this is a string'],
    ['title[0]', '[title[0]] nothing can be taken out of a string with [ ]'],
    ['tags[-1]', '[-1] a list has no item -1 // items count from 0'],
    ['!title', '[title] "!" needs true or false, and this is a string'],
    ['ok && title', '[title] "&&" needs true or false, and this is a string'],
    ['title ? 1 : 2', '[title] what stands before "?" needs true or false, and this is a string'],
    ['items.all(i, i.name)', '[i.name] what all() asks needs true or false, and this is a string'],
    ['1 in tags', '[1 in tags] a number is never in a list of strings'],
    ['-title', '[-title] "-" needs a number, and this is a string'],
    [
      'title != null',
      '[title != null] "!=" does not go between a string and null // it is never null; whether a field is there is asked with has(data.field)',
    ],
    ['title.starsWith("x")', '[title.starsWith("x")] there is no function "starsWith" // did you mean "startsWith"?'],
    [
      'startsWith(title, "x")',
      '[startsWith(title, "x")] startsWith() is not called in this way // write value.startsWith(...)',
    ],
    [
      'all(items, ok)',
      '[all(items, ok)] all() is not called in this way // it goes over a list with a variable: items.all(item, ...)',
    ],
    ['title.startsWith()', '[title.startsWith()] startsWith() takes 1 argument, and is given 0'],
    ['title.startsWith(3)', '[3] startsWith() takes a string here, and this is a number'],
    ['n.size()', '[n.size()] size() is for a string or a list or a map or bytes, and this is a number'],
    [
      'string(items)',
      '[items] string() takes a string or a number or true or false or bytes or a time or a duration here, and this is a list',
    ],
    ['timestamp("today")', '[timestamp("today")] this always fails: timestamp() requires a string in ISO 8601 format'],
    [
      'timestamp(event.time).getHours("Madrid")',
      '["Madrid"] there is no time zone "Madrid" // as in "Europe/Madrid" or "UTC"',
    ],
    ['has(email)', '[has(email)] has() asks for a field of something // write has(data.email)'],
    ['has(data.emial)', '[emial] there is no field "emial" here // did you mean "email"?'],
  ])('%s', (expression, problem) => {
    expect(told(expression)).toEqual([`RB0202 ${problem}`]);
  });

  test('nothing of a prototype can be named', () => {
    for (const expression of [
      '__proto__',
      'constructor',
      'toString',
      'data.constructor',
      'data.__proto__',
      'data["__proto__"]',
      'items[0].constructor',
    ]) {
      expect([expression, check(expression).problems.length]).toEqual([expression, 1]);
    }
    expect(() => valueOf('free.constructor', { free: {} })).toThrow('No such key');
    expect(() => valueOf('constructor')).toThrow('Unsupported type: function');
  });

  test('all mistakes of an expression are told at once', () => {
    expect(told('titel == 1 && data.nn > 2')).toHaveLength(2);
  });

  test('a function that does not exist is told alone', () => {
    expect(told('cel.bind(a, 1, a + b)')).toEqual([expect.stringContaining('there is no function "bind"')]);
  });
});

describe('schemas are understood', () => {
  const typeOf = (schema: JsonSchema, expression = 'x'): string | undefined => {
    const event: JsonSchema = { type: 'object', required: ['x'], properties: { x: schema } };
    const { type, problems } = check(expression, contextOf({ e: event }));
    return problems.length > 0 ? problems[0]?.message : type;
  };

  test.each<[string, JsonSchema, string, string?]>([
    ['enum without type', { enum: ['a', 'b'] }, 'string'],
    ['const without type', { const: 3 }, 'int'],
    ['nothing said', {}, 'dyn'],
    ['a type or null', { type: ['string', 'null'] }, 'dyn'],
    ['lists of lists', { type: 'array', items: { type: 'array', items: { type: 'number' } } }, 'double', 'x[0][1]'],
    [
      'lists of objects',
      { type: 'array', items: { type: 'object', required: ['a'], properties: { a: { type: 'boolean' } } } },
      'bool',
      'x[0].a',
    ],
    ['anyOf of one kind', { anyOf: [{ type: 'string' }, { const: 'x' }] }, 'string'],
    ['oneOf of two kinds', { oneOf: [{ type: 'string' }, { type: 'number' }] }, 'dyn'],
    [
      'allOf',
      { allOf: [{ type: 'object', properties: { a: { type: 'string' } } }, { required: ['a'] }] },
      'string',
      'x.a',
    ],
    [
      'fields of alternatives',
      {
        type: 'object',
        anyOf: [
          { required: ['a'], properties: { a: { type: 'string' } } },
          { required: ['a'], properties: { a: { const: 'b' } } },
        ],
      },
      'string',
      'x.a',
    ],
    [
      'a field that only one alternative requires',
      { type: 'object', properties: { a: { type: 'string' } }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      '`x.a` may be absent: the schema does not require it',
      'x.a',
    ],
    ['true as a schema', { type: 'object', required: ['a'], properties: { a: true } }, 'dyn', 'x.a'],
    ['a map of anything', { type: 'object' }, 'dyn', 'x.a.b'],
    [
      'a field of one branch',
      {
        type: 'object',
        required: ['k'],
        properties: { k: { type: 'string' } },
        if: { properties: { k: { const: 'a' } } },
        else: { properties: { a: { type: 'string' } } },
      },
      'bool',
      'has(x.a)',
    ],
  ])('%s', (_, schema, type, expression) => {
    expect(typeOf(schema, expression)).toBe(type);
  });

  test('$ref leads to $defs, also from a part that travels alone, and may lead back', () => {
    const tree: JsonSchema = {
      type: 'object',
      required: ['value', 'root'],
      $defs: {
        node: {
          type: 'object',
          required: ['value'],
          properties: { value: { type: 'integer' }, next: { $ref: '#/$defs/node' } },
        },
      },
      properties: { root: { $ref: '#/$defs/node' }, value: { type: 'array', items: { $ref: '#/$defs/node' } } },
    };
    const context = contextOf({ e: tree });
    expect(check('root.value', context).type).toBe('int');
    expect(check('has(root.next.next.next) ? root.next.next.next.value : 0', context).type).toBe('int');
    expect(check('value[0]', context).schema).toMatchObject({ type: 'object', required: ['value'] });
    expect(told('value[0].valu', context)).toEqual([expect.stringContaining('did you mean "value"?')]);
  });

  test('a schema that leads only to itself says nothing', () => {
    expect(typeOf({ $ref: '#/properties/x' })).toBe('dyn');
  });

  test('fields whose names mean something to CEL are fields', () => {
    expect(told("type == 'T'")).toEqual([]);
    expect(valueOf("type == 'T'")).toBe(true);
    expect(valueOf("items.exists(type, type.ok) && type == 'T'")).toBe(true);
    expect(told('for')).toEqual([
      'RB0201 [for] this expression cannot be read: "for" is a word that CEL keeps for itself // a field of this name is data.for',
    ]);
    expect(told('data.in')).toEqual([
      'RB0201 [in] this expression cannot be read: a name should follow the dot // a field that is called "in" is data["in"]',
    ]);
    expect(valueOf("has(data.for) ? data.for : 'none'", { for: 'all' })).toBe('all');
  });

  test('an empty list has an all() too', () => {
    expect(valueOf('[].all(x, x > 1)')).toBe(true);
    expect(valueOf('[[]].all(x, x.all(y, y > 1))')).toBe(true);
  });
});

describe('what is known of a value goes on', () => {
  test.each<[string, JsonSchema]>([
    ['title', { type: 'string', minLength: 1, maxLength: 80 }],
    ["'Job ' + title", { type: 'string', minLength: 5, maxLength: 84 }],
    ['ok ? title : tags[0]', { type: 'string', maxLength: 80 }],
    ["ok ? 'yes' : 'no'", { type: 'string', enum: ['yes', 'no'] }],
    ['title.substring(1)', { type: 'string', maxLength: 80 }],
    ['n + 1', { type: 'integer', minimum: 1, maximum: 101 }],
    ['size(tags)', { type: 'integer', minimum: 0, maximum: 3 }],
    ["nick == null ? 'none' : nick", { type: 'string', maxLength: 9 }],
    ['timestamp(event.time)', { type: 'string' }],
  ])('%s', (expression, schema) => {
    expect(check(expression).schema).toMatchObject(schema);
  });

  test('the schema of a field is the one that was written', () => {
    const properties = SCHEMA['properties'] as Record<string, JsonSchema>;
    expect(check('items').schema).toBe(properties['items']);
  });

  test('times and durations come out as text', () => {
    expect(valueOf('timestamp(event.time)')).toBe('2026-11-21T10:00:00.000Z');
    expect(valueOf("string(duration('90m'))")).toBe('5400s');
  });
});
