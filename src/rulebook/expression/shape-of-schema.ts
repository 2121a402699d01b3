import { asObject, type Json, type JsonSchema, propertiesOf, requiredOf, typesOf } from '../../schema/schema.ts';
import { anyOf, both } from './combine.ts';
import { ALL_NUMBERS, ANY_LENGTH, type Interval, overlap, wholeNumbersOf } from './interval.ts';
import { schemaAt } from './schema-reference.ts';
import { ANY, type Field, type Fields, type Kind, kindOf, type Scalar, type Shape, withValues } from './shape.ts';

const KINDS: Readonly<Record<string, Kind>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
  array: 'list',
  object: 'map',
};

/** Shapes of schemas that were read; a schema is read once, however many expressions ask for it. */
const shapes = new WeakMap<JsonSchema, Shape>();

/** What a JSON Schema (2020-12) says of the values that fit it; of what it does not say, and without one, anything. */
export function shapeOfSchema(schema: JsonSchema | undefined): Shape {
  if (!schema) return ANY;
  const known = shapes.get(schema);
  if (known) return known;
  // A schema that leads back to itself says nothing of its own on the way.
  shapes.set(schema, { ...ANY, schema });
  const shape = { ...read(schema), schema };
  shapes.set(schema, shape);
  return shape;
}

function read(schema: JsonSchema): Shape {
  const parts = [ownShape(schema), ...referred(schema), ...subschemas(schema['allOf'])];
  for (const choice of [schema['anyOf'], schema['oneOf']]) {
    const alternatives = subschemas(choice);
    if (alternatives.length > 0) parts.push(anyOf(alternatives));
  }
  const conditional = [asObject(schema['then']), asObject(schema['else'])];
  // Where a branch is missing, anything goes; the fields of the other are known all the same.
  if (conditional.some((branch) => branch)) {
    parts.push(anyOf(conditional.map((branch) => (branch ? shapeOfSchema(branch) : { ...ANY }))));
  }
  // Where no value fits all parts, no data will ever be seen: what the first says is as true as anything.
  return parts.reduce((all, part) => both(all, part) ?? all, ANY);
}

function referred(schema: JsonSchema): readonly Shape[] {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? [shapeOfSchema(schemaAt(reference, schema))] : [];
}

function subschemas(list: Json | undefined): readonly Shape[] {
  return Array.isArray(list) ? list.map((entry: Json) => shapeOfSchema(asObject(entry))) : [];
}

/** What the keywords of a schema say that stand in itself. */
function ownShape(schema: JsonSchema): Shape {
  const types = typesOf(schema);
  const kinds = new Set(types.flatMap((type) => KINDS[type] ?? []));
  const isWhole = types.includes('integer') && !types.includes('number');
  const numbers = limits(schema, 'minimum', 'maximum', ALL_NUMBERS);
  const shape: Shape = {
    ...ANY,
    kinds: kinds.size > 0 ? kinds : ANY.kinds,
    numbers: isWhole ? (wholeNumbersOf(numbers) ?? numbers) : numbers,
    isWhole,
    length: limits(schema, 'minLength', 'maxLength', ANY_LENGTH),
    size: limits(schema, 'minItems', 'maxItems', ANY_LENGTH),
    items: () => itemsOf(schema),
    fields: memoized(() => fieldsOf(schema)),
  };
  return withValues(shape, scalarsOf(schema, shape));
}

/** The values of `const` or `enum`, where they are all scalars. */
function scalarsOf(schema: JsonSchema, { kinds }: Shape): readonly Scalar[] | undefined {
  const listed = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (!Array.isArray(listed)) return undefined;
  const scalars = listed.filter(isScalar).filter((value) => kinds.has(kindOf(value)));
  return listed.every(isScalar) && scalars.length > 0 ? scalars : undefined;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value !== 'object';
}

function itemsOf(schema: JsonSchema): Shape {
  return schema['prefixItems'] === undefined ? shapeOfSchema(asObject(schema['items'])) : ANY;
}

function fieldsOf(schema: JsonSchema): Fields {
  const required = new Set(requiredOf(schema));
  const known = new Map<string, Field>();
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    known.set(name, { shape: shapeOfSchema(property), isRequired: required.has(name) });
  }
  for (const name of required) if (!known.has(name)) known.set(name, { shape: ANY, isRequired: true });
  return { known, others: othersOf(schema) };
}

/** Entries that a schema allows by the way are not a mistake to ask for, but each may be absent. */
function othersOf(schema: JsonSchema): Field | undefined {
  const { additionalProperties: others } = schema;
  if (schema['patternProperties'] !== undefined || others === true) return { shape: ANY, isRequired: false };
  if (asObject(others)) return { shape: shapeOfSchema(asObject(others)), isRequired: false };
  return others === false || schema['properties'] !== undefined ? undefined : { shape: ANY, isRequired: true };
}

function limits(schema: JsonSchema, least: string, most: string, all: Interval): Interval {
  const ends: readonly Interval[] = [
    { ...ALL_NUMBERS, min: asNumber(schema[least]) ?? -Infinity, max: asNumber(schema[most]) ?? Infinity },
    ...(least === 'minimum' ? [exclusiveLimits(schema)] : []),
  ];
  return ends.reduce((found, end) => overlap(found, end) ?? found, all);
}

function exclusiveLimits(schema: JsonSchema): Interval {
  const [min, max] = [asNumber(schema['exclusiveMinimum']), asNumber(schema['exclusiveMaximum'])];
  return {
    min: min ?? -Infinity,
    max: max ?? Infinity,
    isMinOpen: min !== undefined,
    isMaxOpen: max !== undefined,
  };
}

function asNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function memoized<Result>(make: () => Result): () => Result {
  let made: Result | undefined;
  return () => (made ??= make());
}
