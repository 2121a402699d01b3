/**
 * Words for xmlbuilder2 to write among tags. It takes an `&amp;` among words for a reference and leaves it as it is, so every
 * `&` is escaped before; for the same reason decimal references come through. Without one, a parser would make a line feed of
 * the carriage return.
 */
export function wordsInText(text: string): string {
  return allowed(text).replaceAll('&', '&amp;').replaceAll('\r', '&#13;');
}

/** Words for xmlbuilder2 to write in an attribute: a parser makes spaces of its line ends and tabs. */
export function wordsInAttribute(text: string): string {
  return wordsInText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** Text that XML 1.0 can hold: a space for a control character, U+FFFD for what is no character at all. */
function allowed(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/\p{Cc}/gu, (control) => (control < ' ' && !'\t\n\r'.includes(control) ? ' ' : control));
}
