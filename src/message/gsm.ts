/** The basic set of GSM 03.38: what fits into seven bits. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Its extension: an escape and a character, so two places. */
const EXTENSION = new Set('\f^{}\\[~]|€');

/** Whether a character can go out in GSM-7. */
export function isGsm(character: string): boolean {
  return BASIC.has(character) || EXTENSION.has(character);
}

/** Whether a character takes two places of GSM-7. */
export function isGsmExtension(character: string): boolean {
  return EXTENSION.has(character);
}
