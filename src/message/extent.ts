import { asObject, inWords, type JsonSchema, typesOf } from '../schema/schema.ts';
import { isGsm, isGsmExtension } from './gsm.ts';

/** Which characters a value can hold: those of one place in GSM-7, those of its extension as well, or any. */
export type Alphabet = 'basic' | 'extended' | 'any';

/** How far the text of a value can go. */
export interface Extent {
  /** Unicode characters; undefined where nothing bounds it. */
  readonly longest: number | undefined;
  readonly alphabet: Alphabet;
}

/** What a schema says of the text that its values make. */
export function extentOf(schema: JsonSchema | undefined): Extent {
  if (!schema) return UNKNOWN;
  const extent = known.get(schema) ?? extentOfSchema(schema);
  known.set(schema, extent);
  return extent;
}

/** The fields of an event are asked for by every rule that listens to it. */
const known = new WeakMap<JsonSchema, Extent>();

function extentOfSchema(schema: JsonSchema): Extent {
  const values = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (Array.isArray(values)) return widest(values.map((value) => extentOfWords(inWords(value))));
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return widest(choices.map((choice) => extentOf(asObject(choice))));
  const types = typesOf(schema);
  return types.length === 0 ? UNKNOWN : widest(types.map((type) => extentOfType(type, schema)));
}

const UNKNOWN: Extent = { longest: undefined, alphabet: 'any' };

/** The longest text that JavaScript makes of a number: -1.7976931348623157e+308. */
const LONGEST_NUMBER = 24;

/** What a format comes to at most; formats of plain ASCII, whose letters, digits and signs are all in GSM-7. */
const FORMATS: Readonly<Record<string, Extent>> = {
  e164: { longest: 16, alphabet: 'basic' },
  date: { longest: 10, alphabet: 'basic' },
  uuid: { longest: 36, alphabet: 'basic' },
  ipv4: { longest: 15, alphabet: 'basic' },
  ipv6: { longest: 45, alphabet: 'basic' },
  'date-time': { longest: undefined, alphabet: 'basic' },
};

function extentOfType(type: string, schema: JsonSchema): Extent {
  switch (type) {
    case 'string':
      return extentOfString(schema);
    case 'integer':
    case 'number':
      return { longest: longestNumber(schema), alphabet: 'basic' };
    case 'boolean':
      return { longest: 'false'.length, alphabet: 'basic' };
    case 'null':
      return { longest: 'null'.length, alphabet: 'basic' };
    default:
      return UNKNOWN;
  }
}

function extentOfString(schema: JsonSchema): Extent {
  const { maxLength, format, pattern } = schema;
  const ofFormat = typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  const isPlain = typeof pattern === 'string' && holdsPlainLettersOnly(pattern);
  return {
    longest: smallest(typeof maxLength === 'number' ? maxLength : undefined, ofFormat?.longest),
    alphabet: ofFormat?.alphabet ?? (isPlain ? 'basic' : 'any'),
  };
}

function smallest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** Whole numbers between two bounds are as long as the longer bound; a fraction has as many digits as it likes. */
function longestNumber(schema: JsonSchema): number {
  const { minimum, maximum } = schema;
  const isWhole = typesOf(schema).includes('integer');
  if (!isWhole || typeof minimum !== 'number' || typeof maximum !== 'number') return LONGEST_NUMBER;
  return Math.max(String(minimum).length, String(maximum).length);
}

/**
 * Whether whatever fits a pattern is made of characters that take one place in GSM-7. It knows patterns of one run of classes
 * and plain characters from `^` to `$`, which is how ids and names are written; of any other it says no.
 */
function holdsPlainLettersOnly(pattern: string): boolean {
  // Any other range, such as `[+-z]`, leaves a hyphen in the middle of its class.
  return PLAIN_RUN.test(pattern.replaceAll(/A-Z|a-z|0-9/g, 'a'));
}

const PLAIN_RUN = /^\^(?:(?:\\[dw.-]|[\w ,:;/#@-]|\[(?:\\[dw.]|[\w .,:;/#@+])+-?\])(?:[+*?]|\{\d+(?:,\d*)?\})?)+\$$/;

function extentOfWords(words: string): Extent {
  const characters = Array.from(words);
  const alphabet = characters.some(isGsmExtension) ? 'extended' : 'basic';
  return { longest: characters.length, alphabet: characters.every(isGsm) ? alphabet : 'any' };
}

const ORDER: readonly Alphabet[] = ['basic', 'extended', 'any'];

function widest(extents: readonly Extent[]): Extent {
  const alphabets = extents.map((extent) => ORDER.indexOf(extent.alphabet));
  const lengths = extents.map(({ longest }) => longest);
  return {
    longest: lengths.includes(undefined) ? undefined : Math.max(0, ...lengths.map((length) => length ?? 0)),
    alphabet: ORDER[Math.max(0, ...alphabets)] ?? 'any',
  };
}
