import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Json, JsonObject } from './json.ts';

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

/** E.164: `+`, country code, at most 15 digits (ITU-T E.164, 6.2). */
const E164 = /^\+[1-9]\d{6,14}$/;

let shared: Ajv2020 | undefined;

/**
 * Compiles a schema. Throws where it is not a valid schema of the 2020-12 draft. Formats: those of JSON Schema, and `e164`.
 * Keywords of the house: `resource` (the value is the `mid` of a resource of this class, or one that can send on this channel)
 * and `template` (the value is the name of a file of `resources/templates/`).
 */
export function compileSchema(schema: JsonSchema): Validate {
  shared ??= newAjv();
  let compiled: ValidateFunction;
  try {
    compiled = shared.compile(schema);
  } finally {
    // Ajv keeps every schema with an `$id` for ever, and refuses the same `$id` again.
    if (typeof schema['$id'] === 'string') shared.removeSchema(schema['$id']);
  }
  return (value) => {
    if (compiled(value)) return [];
    return (compiled.errors ?? []).filter((found) => found.keyword !== 'if').map(toViolation);
  };
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    ownProperties: true,
  });
  formats.default(ajv);
  ajv.addFormat('e164', E164);
  ajv.addKeyword({ keyword: 'resource', schemaType: 'object' });
  ajv.addKeyword({ keyword: 'template', schemaType: 'boolean' });
  return ajv;
}

function toViolation(found: NonNullable<ValidateFunction['errors']>[number]): Violation {
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
