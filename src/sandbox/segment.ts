/** The basic set of GSM 03.38: what fits into seven bits. */
const GSM_BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Its extension: an escape and a character, so two. */
const GSM_EXTENSION = new Set('\f^{}\\[~]|€');

/** How many parts a text takes on its way, which is what is paid for (facts/providers.md, Segments). */
export function segmentCount(text: string): number {
  const characters = Array.from(text);
  const isGsm = characters.every((character) => GSM_BASIC.has(character) || GSM_EXTENSION.has(character));
  const widths = characters.map((character) => (isGsm ? (GSM_EXTENSION.has(character) ? 2 : 1) : character.length));
  const [whole, part] = isGsm ? [160, 153] : [70, 67];
  return widths.reduce((sum, width) => sum + width, 0) <= whole ? 1 : countParts(widths, part);
}

/** A character of width 2 never straddles two parts. */
function countParts(widths: readonly number[], part: number): number {
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
