import { withoutNumbers } from './mask.ts';
import { placesOf } from './places.ts';
import type { Span } from './problem.ts';

/** Longest stretch of a line that is shown; rulebooks have no longer lines, hostile ones do. */
const MAX_WIDTH = 200;
/** What is shown before the place in a line that is longer than that. */
const LEAD = 60;

/** The line of a span and, below it, the span underlined with `mark`. Of several lines, the first. */
export function codeFrame(
  { source, start, end }: Span,
  mark: '^' | '-',
  paint: (text: string) => string,
): readonly string[] {
  const { line, column } = placesOf(source)(start);
  const lineStart = start - column + 1;
  const lineEnd = endOfLine(source.text, start);
  const from = column > MAX_WIDTH - LEAD ? start - LEAD : lineStart;
  const to = Math.min(lineEnd, from + MAX_WIDTH);
  // Masked as a whole line, so that a number at the edge of what is shown is still a number.
  const shown = printable(withoutNumbers(source.text.slice(lineStart, lineEnd))).slice(
    from - lineStart,
    to - lineStart,
  );
  const before = shown.slice(0, start - from);
  const marked = shown.slice(start - from, Math.max(start - from, Math.min(end, to) - from));
  const gutter = String(line).padStart(4);
  const cut = from > lineStart ? '…' : '';
  return [
    `${gutter} | ${cut}${shown}`.trimEnd(),
    `${' '.repeat(gutter.length)} | ${' '.repeat(cut.length + widthOf(before))}${paint(mark.repeat(Math.max(1, widthOf(marked))))}`,
  ];
}

/** Before the line break, be it one letter or two. */
function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end === -1) return text.length;
  return end > from && text[end - 1] === '\r' ? end - 1 : end;
}

/** Tabs, carriage returns and whatever would move the terminal's cursor or turn its direction, as spaces. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\uFEFF]/gu, ' ');
}

/** Columns of a terminal: two for the letters of East Asia and for pictures, none for marks upon the letter before. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += /\p{M}|\u200D/u.test(letter) ? 0 : isWide(letter) ? 2 : 1;
  return width;
}

function isWide(letter: string): boolean {
  return /\p{Emoji_Presentation}|\p{sc=Han}|\p{sc=Hiragana}|\p{sc=Katakana}|\p{sc=Hangul}|[\u3000-\u303F\uFF01-\uFF60]/u.test(
    letter,
  );
}
