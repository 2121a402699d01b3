import { describe, expect, test } from 'vitest';
import { type Piece, segmentsOf, worstCase } from '../../src/message/message.ts';
import type { JsonSchema } from '../../src/schema/schema.ts';

const of = (schema: JsonSchema | undefined): Piece => ({ schema });

describe('a text as it stands', () => {
  test.each<[string, string, number, number]>([
    ['', 'GSM-7', 0, 1],
    ['a'.repeat(160), 'GSM-7', 160, 1],
    ['a'.repeat(161), 'GSM-7', 161, 2],
    ['a'.repeat(306), 'GSM-7', 306, 2],
    ['a'.repeat(307), 'GSM-7', 307, 3],
    ['€'.repeat(80), 'GSM-7', 80, 1],
    ['€'.repeat(81), 'GSM-7', 81, 2],
    // 152 places and an euro sign that needs two: it goes into the next part.
    [`${'a'.repeat(152)}€${'a'.repeat(151)}`, 'GSM-7', 304, 2],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 305, 3],
    ['ů'.repeat(70), 'UCS-2', 70, 1],
    ['ů'.repeat(71), 'UCS-2', 71, 2],
    ['ů'.repeat(134), 'UCS-2', 134, 2],
    ['ů'.repeat(135), 'UCS-2', 135, 3],
    ['😀'.repeat(35), 'UCS-2', 35, 1],
    ['😀'.repeat(36), 'UCS-2', 36, 2],
    // 33 pairs fill 66 of 67 places: the next one does not straddle.
    ['😀'.repeat(66), 'UCS-2', 66, 2],
    ['😀'.repeat(67), 'UCS-2', 67, 3],
    ['`', 'UCS-2', 1, 1],
    ['ñ à Ø Δ \n', 'GSM-7', 9, 1],
  ])('%j is %s of %i characters in %i parts', (text, encoding, characters, parts) => {
    expect(segmentsOf(text)).toEqual({ encoding, characters, parts });
  });
});

describe('the worst that a text can come to', () => {
  test('of fixed words alone is what they are', () => {
    expect(worstCase(['Hello ', 'there'])).toEqual({ ...segmentsOf('Hello there'), fixed: 11 });
  });

  test('counts a variable at its longest, and in UCS-2, since it can hold any character', () => {
    const worst = worstCase(['Job ', of({ type: 'string', maxLength: 100 })]);
    // Any character: 100 of two places each, 33 in a part.
    expect(worst).toEqual({ encoding: 'UCS-2', characters: 104, parts: 4, fixed: 4, beyondGsm: 'variable' });
  });

  test('names the character of the fixed words that is beyond GSM-7', () => {
    expect(worstCase(['Žluťoučký ', of({ type: 'integer' })]).beyondGsm).toEqual({ character: 'Ž' });
  });

  test('counts a variable without a known length as empty', () => {
    expect(worstCase(['Hello ', of({ type: 'string' }), of(undefined)])).toMatchObject({ characters: 6, parts: 1 });
  });

  test.each<[JsonSchema, number, string]>([
    [{ enum: ['OK', 'ERROR'] }, 5, 'GSM-7'],
    [{ enum: ['chyba', 'hotové'] }, 6, 'GSM-7'],
    [{ enum: ['ano', 'možná'] }, 5, 'UCS-2'],
    [{ const: 'x' }, 1, 'GSM-7'],
    [{ type: 'string', format: 'e164' }, 16, 'GSM-7'],
    [{ type: 'string', format: 'date', maxLength: 4 }, 4, 'GSM-7'],
    [{ type: 'integer', minimum: 1, maximum: 9999 }, 4, 'GSM-7'],
    [{ type: 'integer', minimum: -10, maximum: 5 }, 3, 'GSM-7'],
    [{ type: 'number' }, 24, 'GSM-7'],
    [{ type: 'boolean' }, 5, 'GSM-7'],
    [{ type: ['string', 'null'], maxLength: 9, pattern: '^[A-Z]+-[0-9]{1,4}$' }, 9, 'GSM-7'],
    [{ type: 'string', maxLength: 9, pattern: '^[\\w.-]+$' }, 9, 'GSM-7'],
    [{ type: 'string', maxLength: 9, pattern: '^[A-z]+$' }, 9, 'UCS-2'],
    [{ type: 'string', maxLength: 9, pattern: '^.+$' }, 9, 'UCS-2'],
    [{ type: 'string', maxLength: 9, pattern: '[a-z]' }, 9, 'UCS-2'],
    [{ type: 'string', maxLength: 9, pattern: '^[^a]$' }, 9, 'UCS-2'],
    [{ anyOf: [{ const: 'x' }, { type: 'string', maxLength: 3 }] }, 3, 'UCS-2'],
  ])('reads of %j that it has at most %i characters of %s', (schema, characters, encoding) => {
    expect(worstCase([of(schema)])).toMatchObject({ characters, encoding });
  });

  test('does not hang on a pattern made to make it hang', () => {
    const pattern = `^[${'A-Z'.repeat(20_000)}`;
    expect(worstCase([of({ type: 'string', pattern, maxLength: 1 })]).encoding).toBe('UCS-2');
  });

  test('gives no fewer parts than any text that fits', () => {
    const schema = { type: 'string', maxLength: 40 };
    for (const filler of ['a', '€', 'ů', '😀']) {
      for (let length = 0; length <= 40; length++) {
        const text = `Hi ${filler.repeat(length)}, bye`;
        expect(worstCase(['Hi ', of(schema), ', bye']).parts).toBeGreaterThanOrEqual(segmentsOf(text).parts);
      }
    }
  });
});
