import { asObject, type Json, type JsonObject, type JsonSchema } from '../../schema/schema.ts';

/** The whole schema that a part stands in. Parts travel alone: a loop variable has the schema of its list's items. */
const wholes = new WeakMap<JsonSchema, JsonSchema>();

/** Far beyond the nesting of a schema that a person writes. */
const MAX_DEPTH = 100;

/**
 * The schema that a `$ref` in `from` leads to: a place in the same whole (`#/$defs/address`, `#`), or an `$anchor`. Undefined
 * for another file: nothing is known of it.
 */
export function schemaAt(reference: string, from: JsonSchema): JsonSchema | undefined {
  const whole = wholeOf(from);
  const [before = '', fragment = ''] = reference.split('#');
  if (before !== '' && before !== whole['$id']) return undefined;
  if (fragment === '') return whole;
  if (!fragment.startsWith('/')) return find(whole, (part) => part['$anchor'] === fragment);
  let at: Json | undefined = whole;
  for (const key of fragment.slice(1).split('/')) at = entryOf(at, unescaped(key));
  return asObject(at);
}

/** Takes note of a schema as a whole, unless it is a part of one that was noted before. */
export function noteWhole(schema: JsonSchema): void {
  if (wholes.has(schema)) return;
  find(schema, (part) => {
    if (!wholes.has(part)) wholes.set(part, schema);
    return false;
  });
}

function wholeOf(schema: JsonSchema): JsonSchema {
  noteWhole(schema);
  return wholes.get(schema) ?? schema;
}

/** The first object in a schema that passes, going through all of it. */
function find(value: Json, passes: (part: JsonObject) => boolean, depth = 0): JsonObject | undefined {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return undefined;
  const object = asObject(value);
  if (object && passes(object)) return object;
  for (const entry of Object.values(value)) {
    const found = find(entry, passes, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function entryOf(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  const object = asObject(value);
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
