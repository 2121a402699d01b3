import { endOfReference } from '../yaml/yaml.ts';

/** A stretch of a text: words as they stand, or the inside of a `${...}`; `index` is where it begins in the text. */
export type Part =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'reference'; readonly source: string; readonly index: number }
  | { readonly kind: 'unclosed'; readonly index: number };

/** Splits a text at its `${...}`; `$${` stands for a literal `${`. */
export function splitReferences(text: string): readonly Part[] {
  const parts: Part[] = [];
  let words = '';
  let at = 0;
  for (let open = text.indexOf('${'); open !== -1; open = text.indexOf('${', at)) {
    const isEscaped = open > at && text[open - 1] === '$';
    words += text.slice(at, isEscaped ? open - 1 : open);
    at = open + 2;
    if (isEscaped) {
      words += '${';
      continue;
    }
    const end = endOfReference(text, at);
    if (words) parts.push({ kind: 'words', words });
    words = '';
    if (end === -1) return [...parts, { kind: 'unclosed', index: open }];
    parts.push({ kind: 'reference', source: text.slice(at, end - 1), index: at });
    at = end;
  }
  words += text.slice(at);
  if (words) parts.push({ kind: 'words', words });
  return parts;
}
