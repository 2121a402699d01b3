import type { Piece } from '../../message/message.ts';
import type { Problem } from '../../problem/problem.ts';
import { asObject, type JsonSchema, typesOf } from '../../schema/schema.ts';
import * as wording from './problems.ts';
import type { Entries } from './script-length.ts';
import type { TemplateName } from './template.ts';

/** Finds sections whose entry can be neither empty, null, false nor 0: they ask what is no question. */
export function checkSections(names: readonly TemplateName[], entries: Entries, template: string): readonly Problem[] {
  return names.flatMap(({ kind, name, at }) => {
    const entry = kind === 'section' && Object.hasOwn(entries, name) ? entries[name] : undefined;
    return entry?.pieces && isAlwaysThere(entry.pieces)
      ? [wording.sectionAlwaysSaid(name, template, entry.key, at)]
      : [];
  });
}

/** Fixed words among others are always there; alone they may be a `false` that someone switches by hand. */
function isAlwaysThere(pieces: readonly Piece[]): boolean {
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
