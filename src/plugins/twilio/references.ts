import type { Problem, Source } from '../../problem/problem.ts';
import { notAReference } from './problems.ts';
import type { Words } from './tags.ts';

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const REFERENCE = /&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([\da-fA-F]+));|&/g;

/** Undoes `&lt;`, `&#60;` and `&#x3C;`, each once, and reports every `&` that begins nothing of the kind. */
export function resolveReferences(source: Source, words: Words, problems: Problem[]): string {
  return words.raw.replace(REFERENCE, (whole: string, name?: string, decimal?: string, hex?: string, index = 0) => {
    const character = name ? NAMED[name] : fromCode(decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16));
    if (character !== undefined) return character;
    const start = words.start + index;
    problems.push(notAReference(whole, { source, start, end: start + whole.length }));
    return whole;
  });
}

/** The character with this number; undefined where there is none, or one that XML 1.0 does not allow. */
function fromCode(code: number): string | undefined {
  const isAllowed =
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff));
  return isAllowed && code !== 0xfffe && code !== 0xffff ? String.fromCodePoint(code) : undefined;
}
