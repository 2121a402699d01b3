import { asObject, type Json, type JsonSchema, typesOf } from '../../schema/schema.ts';
import type { Interval } from './interval.ts';
import { isAny, isOnly, type Kind, type Shape } from './shape.ts';

/** Schemas within schemas are written out to this depth: who asks wants a type, a length, an item. */
const MAX_DEPTH = 4;

const TYPES: Readonly<Record<Kind, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  list: 'array',
  map: 'object',
  // What CEL's own kinds come to as JSON: their text.
  timestamp: 'string',
  duration: 'string',
  bytes: 'string',
};

const CEL_TYPES: Readonly<Record<Kind, string>> = {
  string: 'string',
  number: 'double',
  boolean: 'bool',
  null: 'null',
  list: 'list',
  map: 'map',
  timestamp: 'string',
  duration: 'string',
  bytes: 'string',
};

/** The type as CEL names it: `string`, `list<string>`, `dyn` for what may be of more than one. */
export function celTypeOf(shape: Shape): string {
  const [kind, other] = shape.kinds;
  if (kind === undefined || other !== undefined) return 'dyn';
  if (kind === 'number') return shape.isWhole ? 'int' : 'double';
  if (kind !== 'list') return CEL_TYPES[kind];
  const item = shape.items();
  const [itemKind] = item.kinds;
  return item.kinds.size === 1 && itemKind && !['list', 'map'].includes(itemKind) ? `list<${celTypeOf(item)}>` : 'list';
}

/** What is known of a value, as a JSON Schema; undefined where nothing is. A schema that says it already is given back as it is. */
export function schemaOfShape(shape: Shape): JsonSchema | undefined {
  return isAny(shape) && !shape.schema ? undefined : written(shape, 0);
}

function written(shape: Shape, depth: number): JsonSchema {
  const { schema } = shape;
  const types = typesOfShape(shape);
  if (schema && saysItself(schema)) {
    const stated = typesOf(schema);
    return isAny(shape) || types.length === stated.length ? schema : { ...schema, type: oneOrMany(types) };
  }
  if (isAny(shape) || depth > MAX_DEPTH) return {};
  return {
    type: oneOrMany(types),
    ...(shape.values && { enum: [...shape.values] }),
    ...(shape.kinds.has('number') && limits(shape.numbers, 'minimum', 'maximum')),
    ...(shape.kinds.has('string') && limits(shape.length, 'minLength', 'maxLength')),
    ...(shape.kinds.has('list') && {
      ...limits(shape.size, 'minItems', 'maxItems'),
      items: written(shape.items(), depth + 1),
    }),
    ...(isOnly(shape, 'map') && properties(shape, depth)),
  };
}

/** Whether a schema can be read as it stands, without following references or alternatives. */
function saysItself(schema: JsonSchema): boolean {
  const followed = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if'].some((keyword) => schema[keyword] !== undefined);
  const items = asObject(schema['items']);
  return !followed && (!items || saysItself(items));
}

function typesOfShape({ kinds, isWhole }: Shape): readonly string[] {
  return [...new Set([...kinds].map((kind) => (kind === 'number' && isWhole ? 'integer' : TYPES[kind])))];
}

function oneOrMany(types: readonly string[]): Json {
  return types.length === 1 ? (types[0] ?? '') : types;
}

function limits({ min, max }: Interval, least: string, most: string): JsonSchema {
  return {
    ...(Number.isFinite(min) && (min !== 0 || least === 'minimum') && { [least]: min }),
    ...(Number.isFinite(max) && { [most]: max }),
  };
}

function properties(shape: Shape, depth: number): JsonSchema {
  const { known, others } = shape.fields();
  const entries = [...known].map(([name, field]) => [name, written(field.shape, depth + 1)] as const);
  return {
    required: [...known].filter(([, { isRequired }]) => isRequired).map(([name]) => name),
    ...(entries.length > 0 && { properties: Object.fromEntries(entries) }),
    ...(others && !others.isRequired && { additionalProperties: written(others.shape, depth + 1) }),
  };
}
