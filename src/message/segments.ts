/**
 * How many parts a text message takes on its way, which is what is paid for. GSM-7 holds 160 characters, then 153 a part;
 * its extension takes two places. UCS-2, which one character beyond GSM-7 is enough for, holds 70, then 67; what lies
 * beyond the BMP takes two places. Nothing of two places straddles two parts (3GPP TS 23.038).
 */
import type { JsonSchema } from '../schema/schema.ts';
import { type Alphabet, extentOf } from './extent.ts';
import { isGsm, isGsmExtension } from './gsm.ts';

/** The most characters that providers take in one message. */
export const LONGEST_TEXT = 1_600;

/** A piece of a text: fixed words, or a variable with what is known of its value. */
export type Piece = string | { readonly schema: JsonSchema | undefined };

/** How a text goes out. */
export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Unicode characters, as `maxLength` counts them. */
  readonly characters: number;
  readonly parts: number;
}

/** The most that a text can come to, as far as it is known: a variable without a known length counts as empty. */
export interface WorstCase extends Segments {
  /** Characters of the fixed words: these are certain. */
  readonly fixed: number;
  /** What makes it UCS-2: a character of the fixed words, or whatever a variable may hold. */
  readonly beyondGsm?: { readonly character: string } | 'variable';
}

/** How a text goes out as it stands. */
export function segmentsOf(text: string): Segments {
  const characters = Array.from(text);
  const encoding = characters.every(isGsm) ? 'GSM-7' : 'UCS-2';
  const widths = characters.map((character) => widthOf(character, encoding));
  return { encoding, characters: characters.length, parts: partsOf(widths, encoding) };
}

/**
 * The most characters and parts that a text of fixed words and variables can come to. A variable can hold any character
 * unless its schema keeps it in GSM-7 by an `enum`, a `pattern` or a `format`.
 */
export function worstCase(pieces: readonly Piece[]): WorstCase {
  const words = pieces.filter((piece) => typeof piece === 'string').join('');
  const variables = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : extentOf(piece.schema)));
  const beyondGsm = causeOf(words, variables);
  const encoding = beyondGsm ? 'UCS-2' : 'GSM-7';
  const widths = Array.from(words, (character) => widthOf(character, encoding));
  const fixed = widths.length;
  const known = variables.map(({ longest = 0, alphabet }) => ({ longest, width: WIDEST[encoding][alphabet] }));
  const characters = fixed + known.reduce((sum, { longest }) => sum + longest, 0);
  const parts = variables.length === 0 ? partsOf(widths, encoding) : mostParts(widths, known, encoding);
  return { encoding, characters, parts, fixed, ...(beyondGsm && { beyondGsm }) };
}

/** Places that one character of a variable takes at most. */
const WIDEST: Readonly<Record<Segments['encoding'], Readonly<Record<Alphabet, number>>>> = {
  'GSM-7': { basic: 1, extended: 2, any: 2 },
  'UCS-2': { basic: 1, extended: 1, any: 2 },
};

const CAPACITY = { 'GSM-7': { whole: 160, part: 153 }, 'UCS-2': { whole: 70, part: 67 } } as const;

function causeOf(
  words: string,
  variables: readonly { readonly longest: number | undefined; readonly alphabet: Alphabet }[],
): WorstCase['beyondGsm'] {
  const character = Array.from(words).find((one) => !isGsm(one));
  if (character !== undefined) return { character };
  return variables.some(({ alphabet, longest }) => alphabet === 'any' && longest !== 0) ? 'variable' : undefined;
}

function widthOf(character: string, encoding: Segments['encoding']): number {
  if (encoding === 'UCS-2') return character.length;
  return isGsmExtension(character) ? 2 : 1;
}

function partsOf(widths: readonly number[], encoding: Segments['encoding']): number {
  const { whole, part } = CAPACITY[encoding];
  if (widths.reduce((sum, width) => sum + width, 0) <= whole) return 1;
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > part) {
      parts++;
      used = 0;
    }
    used += width;
  }
  return parts;
}

/** Where what takes two places falls is not known: each part may lose one place to it. */
function mostParts(
  fixed: readonly number[],
  variables: readonly { readonly longest: number; readonly width: number }[],
  encoding: Segments['encoding'],
): number {
  const { whole, part } = CAPACITY[encoding];
  const total =
    fixed.reduce((sum, width) => sum + width, 0) +
    variables.reduce((sum, { longest, width }) => sum + longest * width, 0);
  const hasWide = fixed.includes(2) || variables.some(({ longest, width }) => longest > 0 && width === 2);
  return total <= whole ? 1 : Math.ceil(total / (hasWide ? part - 1 : part));
}
