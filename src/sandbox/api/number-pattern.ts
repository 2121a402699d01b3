/** Letters as they stand on the keys of a phone. */
const KEYS = ['ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ'];

/**
 * Whether a number holds a pattern: digits, letters that stand for the digit of their key (`WOLF`), and `*` for any digit. One
 * that begins with `+` is held against the beginning. Twilio takes other signs, such as brackets and hyphens, for decoration.
 */
export function holdsPattern(number: string, pattern: string): boolean {
  const wanted = pattern
    .toUpperCase()
    .replaceAll(/[A-Z]/g, digitOf)
    .replaceAll(/[^0-9*+]/g, '');
  const starts = wanted.startsWith('+') ? [0] : Array.from(number, (_, at) => at);
  return starts.some((start) =>
    Array.from(wanted).every((sign, at) => {
      const digit = number.charAt(start + at);
      return sign === '*' ? /^\d$/.test(digit) : sign === digit;
    }),
  );
}

function digitOf(letter: string): string {
  return String(KEYS.findIndex((letters) => letters.includes(letter)) + 2);
}
