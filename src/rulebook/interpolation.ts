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
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      words += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = endOfReference(text, at + 2);
      if (words) parts.push({ kind: 'words', words });
      words = '';
      if (end === -1) return [...parts, { kind: 'unclosed', index: at }];
      parts.push({ kind: 'reference', source: text.slice(at + 2, end - 1), index: at + 2 });
      at = end;
    } else words += text[at++];
  }
  if (words) parts.push({ kind: 'words', words });
  return parts;
}
