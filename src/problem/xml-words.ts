/**
 * Words as xmlbuilder2 must get them to write them as they are: it takes an `&amp;` among them for a reference and leaves it, so
 * every `&` is escaped before. What XML 1.0 cannot hold becomes U+FFFD.
 */
export function xmlWords(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/(?![\t\n])\p{Cc}|[\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll('&', '&amp;');
}
