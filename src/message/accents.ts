import { asObject, type Json, type JsonSchema } from '../schema/schema.ts';
import { isGsm } from './gsm.ts';
import { LONGEST_TEXT, type Piece } from './segments.ts';

/**
 * A text in letters of GSM-7, as far as they can say it: `Příliš žluťoučký kůň` is `Prilis zlutoucky kun`. What GSM-7 has stays as
 * it is (`é`, `ñ`, `ü`): it costs nothing, and `año` without it is another word. What no letters of GSM-7 can say, such as
 * `й` or an emoji, stays too. A text that would grow beyond what can be sent stays whole.
 */
export function withoutAccents(text: string): string {
  // A letter with its marks, however it is composed: to be replaced as one, or not at all.
  const plain = text.normalize('NFC').replaceAll(/\P{M}\p{M}*/gu, (letter) => plainLetter(letter) ?? letter);
  return Array.from(plain).length > LONGEST_TEXT ? text : plain;
}

/** The pieces of a text as it goes out without accents: a variable with fixed values has those. */
export function piecesWithoutAccents(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map((piece) => {
    if (typeof piece === 'string') return withoutAccents(piece);
    return piece.schema ? { schema: schemaWithoutAccents(piece.schema) } : piece;
  });
}

function schemaWithoutAccents(schema: JsonSchema): JsonSchema {
  const { const: only, enum: values, anyOf, oneOf } = schema;
  const choices = (all: readonly Json[]): Json[] =>
    all.map((choice) => {
      const one = asObject(choice);
      return one ? schemaWithoutAccents(one) : choice;
    });
  return {
    ...schema,
    ...(only !== undefined && { const: valueWithoutAccents(only) }),
    ...(Array.isArray(values) && { enum: values.map(valueWithoutAccents) }),
    ...(Array.isArray(anyOf) && { anyOf: choices(anyOf) }),
    ...(Array.isArray(oneOf) && { oneOf: choices(oneOf) }),
  };
}

function valueWithoutAccents(value: Json): Json {
  return typeof value === 'string' ? withoutAccents(value) : value;
}

/** What stands for a letter in GSM-7; undefined where nothing does. */
function plainLetter(letter: string): string | undefined {
  const known = plainLetters.get(letter);
  if (known !== undefined || plainLetters.has(letter)) return known;
  const parts = Array.from(letter.normalize('NFD').replaceAll(/\p{M}/gu, ''), (part) => UNSPLIT[part] ?? part);
  const plain = isAllGsm(letter) ? letter : parts.join('');
  const found = plain !== '' && isAllGsm(plain) ? plain : undefined;
  if (plainLetters.size < MOST_KEPT) plainLetters.set(letter, found);
  return found;
}

function isAllGsm(text: string): boolean {
  return Array.from(text).every(isGsm);
}

/** Languages have some hundreds of letters; an author of nonsense has any number of them. */
const MOST_KEPT = 5_000;
const plainLetters = new Map<string, string | undefined>();

/** What Unicode takes for one letter or sign, with no mark to be taken off. */
const UNSPLIT: Readonly<Record<string, string>> = {
  ...pairs('łl ŁL đd ĐD ðd ÐD þth ÞTh ħh ĦH ŧt ŦT œoe ŒOE ŋn ŊN ıi ĸk ẞSS ſs'),
  ...pairs(`“" ”" „" ‟" «" »" ″" ‘' ’' ‚' ‛' ‹' ›' ′'`),
  ...pairs('‐- ‑- ‒- –- —- ―- −- …...'),
  // Spaces that do not break, or are thin.
  '\u00A0': ' ',
  '\u2007': ' ',
  '\u2009': ' ',
  '\u202F': ' ',
};

/** Each letter with what stands for it: `łl œoe`. */
function pairs(words: string): Readonly<Record<string, string>> {
  return Object.fromEntries(words.split(' ').map((pair) => [pair.slice(0, 1), pair.slice(1)]));
}
