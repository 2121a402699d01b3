import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { piecesWithoutAccents, segmentsOf, withoutAccents, worstCase } from '../../src/message/message.ts';

describe('a text without accents', () => {
  test.each([
    ['Příliš žluťoučký kůň', 'Prilis zlutoucky kun'],
    ['PŘÍLIŠ ŽLUŤOUČKÝ KŮŇ', 'PRILIS ZLUTOUCKY KUN'],
    ['Łódź, Đorđe, Ívar Þór, Œuvre, Isparta’da ılık', "Lodz, Dorde, Ivar Thor, OEuvre, Isparta'da ilik"],
    ['„Ahoj“ – ‘ano’ — «ne»…', '"Ahoj" - \'ano\' - "ne"...'],
    ['10\u00A0000\u202FKč', '10 000 Kc'],
    ['Tiếng Việt', 'Tieng Viet'],
    ['ǿ ẞ ŉ', 'ø SS ŉ'],
  ])('says %j as %j', (text, plain) => expect(withoutAccents(text)).toBe(plain));

  test.each([
    ['what GSM-7 has anyway', 'año, Müller, Ærø, straße, Ça è già, 5 €, [ok] Ωmega'],
    ['letters of another script', 'Привет, мой друг; καλημέρα ά; が'],
    ['an emoji, however it is put together', '🔥 ❤️ 👩‍👩‍👧'],
    ['nothing', ''],
  ])('keeps %s', (_, text) => expect(withoutAccents(text)).toBe(text));

  test('is the same however its letters are composed', () => {
    expect(withoutAccents('Příliš café año'.normalize('NFD'))).toBe('Prilis café año');
  });

  test('stays whole where it would grow beyond what can be sent', () => {
    expect(withoutAccents('ů'.repeat(1_600))).toBe('u'.repeat(1_600));
    expect(withoutAccents('…'.repeat(600))).toBe('…'.repeat(600));
  });

  test('is that of its own, and of GSM-7 alone where it was in Latin letters', () => {
    const latin = fc.string({ unit: fc.constantFrom(...'aáäąčćďéěëíňñóôöřšśťúůüýžłŁø “”…-\u0301'), maxLength: 200 });
    fc.assert(
      fc.property(latin, (text) => {
        const plain = withoutAccents(`a${text}`);
        return withoutAccents(plain) === plain && segmentsOf(plain).encoding === 'GSM-7';
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (text) => withoutAccents(withoutAccents(text)) === withoutAccents(text),
      ),
    );
  });
});

describe('the parts of a text without accents', () => {
  test('are those of its fixed words, and of the values that a variable can have, in plain letters', () => {
    const schema = { anyOf: [{ enum: ['žlutý', 'modrý'] }, { oneOf: [{ const: 'růžový' }] }] };
    const pieces = ['Příliš '.repeat(20), { schema }];
    expect(worstCase(pieces)).toMatchObject({ encoding: 'UCS-2', characters: 146, parts: 3 });
    expect(worstCase(piecesWithoutAccents(pieces))).toMatchObject({ encoding: 'GSM-7', characters: 146, parts: 1 });
  });

  test('are counted for any letters where a variable may hold any', () => {
    const pieces = [{ schema: { type: 'string', maxLength: 70 } }, { schema: undefined }];
    expect(worstCase(piecesWithoutAccents(pieces))).toEqual(worstCase(pieces));
  });
});
