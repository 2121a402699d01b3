import type { Piece } from '../message/message.ts';
import { asObject, type JsonSchema, typesOf } from '../schema/schema.ts';

/**
 * Whether an entry can be neither empty, null, false nor 0, so that a section of a template asks what is no question. Fixed words
 * among others are always there; alone they may be a `false` that someone switches by hand.
 */
export function isAlwaysThere(pieces: readonly Piece[]): boolean {
  const [first] = pieces;
  if (pieces.length > 1) return pieces.some((piece) => typeof piece === 'string' && piece !== '');
  return typeof first === 'object' && first.schema !== undefined && isNeverEmpty(first.schema);
}

function isNeverEmpty(schema: JsonSchema): boolean {
  const values = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (Array.isArray(values)) return values.every(Boolean);
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return choices.every((choice) => isNeverEmpty(asObject(choice) ?? {}));
  const types = typesOf(schema);
  return types.length > 0 && types.every((type) => isNeverEmptyOfType(type, schema));
}

function isNeverEmptyOfType(type: string, { minLength, minimum, exclusiveMinimum }: JsonSchema): boolean {
  if (type === 'string') return typeof minLength === 'number' && minLength > 0;
  if (type !== 'integer' && type !== 'number') return false;
  return (
    (typeof minimum === 'number' && minimum > 0) || (typeof exclusiveMinimum === 'number' && exclusiveMinimum >= 0)
  );
}
