import { createRequire } from 'node:module';
import type { Ajv2020, Options, ValidateFunction } from 'ajv/dist/2020.js';
import type { Json, JsonObject } from './json.ts';
import { compilePattern } from './pattern.ts';

/** What ajv makes of a schema: says whether a value fits, and keeps on itself why the last one did not. */
export type CompiledSchema = Pick<ValidateFunction, 'errors'> & ((value: unknown) => boolean);

/** E.164: `+`, country code, at most 15 digits (ITU-T E.164, 6.2). */
const E164 = /^\+[1-9]\d{6,14}$/;

let shared: Ajv2020 | undefined;

/** Throws where the schema is not valid. */
export function compileWithAjv(schema: JsonObject): CompiledSchema {
  // What ajv makes of such a schema answers with a promise, which would be taken for a yes.
  if (schema['$async'] !== undefined) throw new Error('"$async" is no keyword of JSON Schema');
  if (hasOddId(schema)) return newAjv().compile(schema);
  shared ??= newAjv();
  try {
    return shared.compile(schema);
  } finally {
    // Ajv keeps every schema with an `$id` for ever, and refuses the same `$id` again.
    if (typeof schema['$id'] === 'string') shared.removeSchema(schema['$id']);
  }
}

/** Whether ajv would keep an `$id` of the schema under a name that it cannot be removed by, in the way of the next schema. */
function hasOddId(schema: JsonObject): boolean {
  const { $id, ...rest } = schema;
  return ($id !== undefined && !isPlainId($id)) || JSON.stringify(rest).includes('"$id"');
}

/** An absolute `$id` with nothing in it that could be written in two ways, and that is no schema that ajv brings along. */
export function isPlainId(value: Json): boolean {
  return typeof value === 'string' && /^https?:\/\/(?!json-schema\.org)[a-z\d.-]+(?:\/[\w-]+(?:\.\w+)*)+$/.test(value);
}

/** What generated code calls in place of `new RegExp`; `code` is how it gets hold of it. Ajv tells patterns apart by `toString`. */
const regExp = Object.assign((pattern: string) => ({ test: compilePattern(pattern), toString: () => pattern }), {
  code: 'require("ringbook:pattern").regExp',
});

/**
 * Ajv with the formats and keywords of the house. Loaded when a schema needs it, not before: that takes 30 ms, and what
 * Ringbook brings along is compiled already. `source` keeps the code that is made, for the build.
 */
export function newAjv(source = false): Ajv2020 {
  const require = createRequire(import.meta.url);
  const { Ajv2020 }: typeof import('ajv/dist/2020.js') = require('ajv/dist/2020.js');
  const formats: typeof import('ajv-formats') = require('ajv-formats');
  const options: Options = {
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    ownProperties: true,
    // A schema is a user's, and the text that is held against it anybody's: a pattern must not be able to hang the door.
    code: { source, regExp },
  };
  const ajv = new Ajv2020(options);
  formats.default(ajv);
  ajv.addFormat('e164', E164);
  ajv.addKeyword({ keyword: 'resource', schemaType: 'object' });
  ajv.addKeyword({ keyword: 'template', schemaType: 'boolean' });
  ajv.addKeyword({ keyword: 'recipient', schemaType: 'boolean' });
  ajv.addKeyword({ keyword: 'x-unit', schemaType: 'string' });
  return ajv;
}
