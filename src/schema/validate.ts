import type { ErrorObject } from 'ajv/dist/2020.js';
import { type CompiledSchema, compileWithAjv } from './ajv.ts';
import type { Json, JsonObject } from './json.ts';
import { precompiled } from './precompiled.ts';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = JsonObject;

/** One thing that a value lacks to fit a schema. */
export interface Violation {
  /** Keys from the root to the value that is wrong; for a key that should not be there, that key last. */
  readonly path: readonly string[];
  /** The keyword of the schema that was broken, such as `required`. */
  readonly keyword: string;
  /** What is wrong, without the path: `must be string`. */
  readonly message: string;
  /** The key that `required` misses or that `additionalProperties` forbids. */
  readonly key?: string;
}

/** All violations of a value; none when it fits. */
export type Validate = (value: unknown) => readonly Violation[];

/** One schema is held against many values: it is compiled once. */
const known = new WeakMap<JsonSchema, Validate>();

/**
 * Compiles a schema. Throws where it is not a valid schema of the 2020-12 draft. Formats: those of JSON Schema, and `e164`.
 * Keywords of the house: `resource` (the value is the `mid` of a resource of this class, or one that can send on this channel),
 * `template` (the value is the name of a file of `resources/templates/`), `recipient` (the value is a number that is called or
 * written to) and `x-unit` (what a number counts, for people).
 *
 * The schemas that Ringbook brings along were compiled when the package was built; for any other, ajv is loaded (30 ms).
 */
export function compileSchema(schema: JsonSchema): Validate {
  let validate = known.get(schema);
  if (!validate) {
    validate = newValidate(schema);
    known.set(schema, validate);
  }
  return validate;
}

function newValidate(schema: JsonSchema): Validate {
  if (Object.keys(schema).length === 0) return () => [];
  return violationsBy(precompiled(schema) ?? compileWithAjv(schema));
}

function violationsBy(compiled: CompiledSchema): Validate {
  return (value) => {
    if (compiled(value)) return [];
    return (compiled.errors ?? []).filter((found) => found.keyword !== 'if').map(toViolation);
  };
}

function toViolation(found: ErrorObject): Violation {
  const path = found.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const params: Readonly<Record<string, unknown>> = found.params;
  const message = describe(found.keyword, params, found.message ?? 'is not valid');
  const forbidden = params['additionalProperty'] ?? params['unevaluatedProperty'];
  if (typeof forbidden === 'string') {
    return { path: [...path, forbidden], keyword: found.keyword, message, key: forbidden };
  }
  const missing = params['missingProperty'];
  return { path, keyword: found.keyword, message, ...(typeof missing === 'string' && { key: missing }) };
}

function describe(keyword: string, params: Readonly<Record<string, unknown>>, message: string): string {
  if (keyword === 'format' && params['format'] === 'e164') {
    return 'must be a phone number in E.164 form, such as +34777666555';
  }
  if (keyword === 'type') return `must be ${[params['type']].flat().map(article).join(' or ')}`;
  const allowed = params['allowedValues'];
  if (keyword === 'enum' && Array.isArray(allowed)) {
    return `must be one of ${allowed.map((value: Json) => JSON.stringify(value)).join(', ')}`;
  }
  return message;
}

function article(type: unknown): string {
  const name = String(type);
  if (name === 'null') return 'null';
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}
