/** Whether `text` is a phone number in E.164 form: `+`, country code, at most 15 digits (ITU-T E.164, 6.2). */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** A number as it may be shown in logs, pages and errors: country and last three digits, `+34•••555`. */
export function maskNumber(number: string): string {
  return number.length < 8 ? '•••' : `${number.slice(0, 3)}•••${number.slice(-3)}`;
}
