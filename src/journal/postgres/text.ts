/**
 * Text as PostgreSQL takes it. It holds no NUL and no half of a surrogate pair, and events hold whatever JSON does: such a
 * character is written as a mark and its four digits. Text without any is kept as it is.
 */

/** U+FDD0, which Unicode keeps free of any meaning; where it comes in a text, it is written so itself. */
const MARK = '\uFDD0';
const UNFIT = /[\0\uFDD0]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const WRITTEN = /\uFDD0([0-9a-f]{4})/g;

export function encodeText(text: string): string {
  return text.replace(UNFIT, (unfit) => MARK + unfit.charCodeAt(0).toString(16).padStart(4, '0'));
}

export function decodeText(text: string): string {
  if (!text.includes(MARK)) return text;
  return text.replace(WRITTEN, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Values as JSON in which every text is encoded. JSON within a text is fit already: it has escapes for what is not. */
export function encodeJson(value: unknown): string {
  const json = JSON.stringify(value);
  const mayBeUnfit = json.includes('\\u0000') || json.includes('\\ud') || json.includes(MARK);
  if (!mayBeUnfit) return json;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? encodeText(part) : part));
}
