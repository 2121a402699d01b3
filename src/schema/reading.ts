import type { Json, JsonObject } from './json.ts';

/** The value as an object, or undefined for anything else. */
export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** The text, or undefined for anything but a string. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The same schemas are asked thousands of times: once for each use of an op. */
const known = new WeakMap<JsonObject, Readonly<Record<string, JsonObject>>>();

/** What a schema says of each property of its objects. */
export function propertiesOf(schema: JsonObject | undefined): Readonly<Record<string, JsonObject>> {
  const declared = asObject(schema?.['properties']);
  if (!declared) return {};
  let properties = known.get(declared);
  if (!properties) {
    // `true` and `false` are schemas too; neither says anything that could be read.
    const entries = Object.entries(declared).map(([name, property]) => [name, asObject(property) ?? {}] as const);
    properties = Object.freeze(Object.fromEntries(entries));
    known.set(declared, properties);
  }
  return properties;
}

/** The properties that a schema requires, in its order. */
export function requiredOf(schema: JsonObject): readonly string[] {
  const { required } = schema;
  return Array.isArray(required) ? required.map(String) : [];
}

/** The types that a schema allows; none where it does not say. */
export function typesOf(schema: JsonObject): readonly string[] {
  const { type } = schema;
  return type === undefined ? [] : [type].flat().map(inWords);
}

/** A JSON value in words: a string as it is, anything else as JSON. */
export function inWords(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
