import type { Json } from './json.ts';
import { asObject } from './reading.ts';

/** How the value of a keyword must look. */
export interface Form {
  /** `a whole number from 0 on`, as a message says it. */
  readonly words: string;
  fits(value: Json): boolean;
}

/** One keyword of JSON Schema. */
export interface Keyword {
  readonly form: Form;
  /** It says something of values of these types only, and its schema must say that such values come. */
  readonly types?: readonly string[];
  /** The schemas inside: one, a list of them, or one for each name. */
  readonly inside?: 'schema' | 'list' | 'map';
  /** What those are held against: the same value, the names of its properties, or, where absent, a part of it. */
  readonly against?: 'itself' | 'names';
}

/** The types that a schema can name. */
export const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'];

/** The formats of ajv-formats, which a test compares with this list, and the house's own. */
export const FORMATS: readonly string[] = [
  'date time date-time iso-time iso-date-time duration uri uri-reference uri-template url email',
  'hostname ipv4 ipv6 regex uuid json-pointer json-pointer-uri-fragment relative-json-pointer byte',
  'int32 int64 float double password binary e164',
]
  .join(' ')
  .split(' ');

const isText = (value: Json): boolean => typeof value === 'string';
const isCount = (value: Json): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber = (value: Json): boolean => Number.isFinite(value);
const isSchema = (value: Json): boolean => typeof value === 'boolean' || asObject(value) !== undefined;
const isTexts = (value: Json): boolean =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;
const isType = (value: Json): boolean => typeof value === 'string' && TYPES.includes(value);
const isMapOf = (value: Json, fits: (value: Json) => boolean): boolean =>
  Object.values(asObject(value) ?? { '': null }).every(fits);

const isResource = (value: Json): boolean =>
  Object.entries(asObject(value) ?? { '': null }).every(([key, of]) => ['class', 'sends'].includes(key) && isText(of));

const TEXT: Form = { words: 'a string', fits: isText };
const COUNT: Form = { words: 'a whole number from 0 on', fits: isCount };
const NUMBER: Form = { words: 'a number', fits: isNumber };
const BOOLEAN: Form = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
const ANYTHING: Form = { words: 'a value', fits: () => true };
const LIST: Form = { words: 'a list', fits: (value) => Array.isArray(value) };
const SCHEMA: Form = { words: 'a schema', fits: isSchema };
const SCHEMAS: Form = {
  words: 'a list of schemas, with one at least',
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
};
const SCHEMA_MAP: Form = { words: 'a map from names to schemas', fits: (value) => isMapOf(value, isSchema) };
const NAMES: Form = { words: 'a list of different names', fits: isTexts };
const TYPE: Form = {
  words: `one of ${TYPES.join(', ')}, or a list of them`,
  fits: (value) => isType(value) || (isTexts(value) && Array.isArray(value) && value.length > 0 && value.every(isType)),
};

const COUNT_OF_TEXT: Keyword = { form: COUNT, types: ['string'] };
const COUNT_OF_LIST: Keyword = { form: COUNT, types: ['array'] };
const COUNT_OF_MAP: Keyword = { form: COUNT, types: ['object'] };
const LIMIT: Keyword = { form: NUMBER, types: ['number'] };
const SAME: Keyword = { form: SCHEMA, inside: 'schema', against: 'itself' };
const SOME: Keyword = { form: SCHEMAS, inside: 'list', against: 'itself' };

/**
 * The keywords that event schemas are made of, as ajv takes them in its strict mode. Not all of them: what is rare, such as
 * `prefixItems` or `$dynamicRef`, is left to ajv itself.
 */
export const KEYWORDS: Readonly<Record<string, Keyword>> = {
  title: { form: TEXT },
  description: { form: TEXT },
  default: { form: ANYTHING },
  examples: { form: LIST },
  deprecated: { form: BOOLEAN },
  readOnly: { form: BOOLEAN },
  writeOnly: { form: BOOLEAN },
  $comment: { form: TEXT },
  $ref: { form: TEXT },
  type: { form: TYPE },
  enum: {
    form: { words: 'a list with one value at least', fits: (value) => Array.isArray(value) && value.length > 0 },
  },
  const: { form: ANYTHING },
  minimum: LIMIT,
  maximum: LIMIT,
  exclusiveMinimum: LIMIT,
  exclusiveMaximum: LIMIT,
  multipleOf: {
    form: { words: 'a number above 0', fits: (value) => isNumber(value) && Number(value) > 0 },
    types: ['number'],
  },
  minLength: COUNT_OF_TEXT,
  maxLength: COUNT_OF_TEXT,
  pattern: { form: TEXT, types: ['string'] },
  format: {
    form: {
      words: `one of ${FORMATS.join(', ')}`,
      fits: (value) => typeof value === 'string' && FORMATS.includes(value),
    },
    types: ['number', 'string'],
  },
  minItems: COUNT_OF_LIST,
  maxItems: COUNT_OF_LIST,
  uniqueItems: { form: BOOLEAN, types: ['array'] },
  items: { form: SCHEMA, types: ['array'], inside: 'schema' },
  contains: { form: SCHEMA, types: ['array'], inside: 'schema' },
  minProperties: COUNT_OF_MAP,
  maxProperties: COUNT_OF_MAP,
  required: { form: NAMES, types: ['object'] },
  dependentRequired: {
    form: { words: 'a map from names to lists of names', fits: (value) => isMapOf(value, isTexts) },
    types: ['object'],
  },
  properties: { form: SCHEMA_MAP, types: ['object'], inside: 'map' },
  patternProperties: { form: SCHEMA_MAP, types: ['object'], inside: 'map' },
  additionalProperties: { form: SCHEMA, types: ['object'], inside: 'schema' },
  propertyNames: { form: SCHEMA, types: ['object'], inside: 'schema', against: 'names' },
  allOf: SOME,
  anyOf: SOME,
  oneOf: SOME,
  not: SAME,
  if: SAME,
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: SAME,
  else: SAME,
  resource: { form: { words: 'a map with "class" or "sends"', fits: isResource } },
  template: { form: BOOLEAN },
  recipient: { form: BOOLEAN },
  'x-unit': { form: TEXT },
};

/** Keywords of JSON Schema that are in order in places, or in ways, that only ajv looks at. */
export const LEFT_TO_AJV: readonly string[] = [
  '$schema $id $defs definitions $anchor $dynamicAnchor $dynamicRef $vocabulary prefixItems minContains',
  'maxContains dependentSchemas dependencies unevaluatedProperties unevaluatedItems contentMediaType',
  'contentEncoding contentSchema nullable $recursiveRef $recursiveAnchor formatMinimum formatMaximum',
  'formatExclusiveMinimum formatExclusiveMaximum',
]
  .join(' ')
  .split(' ');
