import Mustache from 'mustache';
import type { Problem, Source, Span } from '../../problem/problem.ts';
import { unclosedMustache, unsupportedTag } from './problems.ts';

/** A stretch of a template. */
export type Part = Words | Variable;

/** Words that are said as they are; `raw` is how they were written, `start` where. */
export interface Words {
  readonly kind: 'words';
  readonly words: string;
  readonly raw: string;
  readonly start: number;
}

/** A `{{name}}`. */
export interface Variable {
  readonly kind: 'variable';
  readonly name: string;
  readonly at: Span;
}

/** Where the words that begin at `start` end: at the next `stop` that is not inside of a `{{tag}}`. */
export function endOfWords(text: string, start: number, stop: string): number {
  let at = start;
  while (at < text.length && text[at] !== stop) at = text.startsWith('{{', at) ? endOfTag(text, at) : at + 1;
  return at;
}

/** An opening that nothing closes before the next tag or the end of the element is not one, so that it swallows neither. */
function endOfTag(text: string, start: number): number {
  const end = text.indexOf('}}', start);
  const inside = text.slice(start + 2, end);
  return end === -1 || inside.includes('{{') || inside.includes('</') ? start + 2 : end + 2;
}

/** Splits the source between `start` and `end` at its tags. Names and comments are the only tags that a script may hold. */
export function readTags(source: Source, start: number, end: number, problems: Problem[]): readonly Part[] {
  const raw = source.text.slice(start, end);
  if (!raw.includes('{{')) return raw === '' ? [] : [{ kind: 'words', words: raw, raw, start }];
  const tokens = tokensOf(raw);
  if (!tokens) {
    problems.push(unreadable(source, start, raw));
    return [];
  }
  const parts: Part[] = [];
  for (const [type, value, from, to] of tokens) {
    const at: Span = { source, start: start + from, end: start + to };
    if (type === 'text') parts.push({ kind: 'words', words: value, raw: value, start: at.start });
    else if (type === 'name' && /^[^{}<]+$/.test(value)) parts.push({ kind: 'variable', name: value, at });
    else if (value.includes('{{')) problems.push(unclosedMustache({ ...at, end: at.start + 2 }));
    else if (type !== '!') problems.push(unsupportedTag(at));
  }
  return parts;
}

/** Mustache throws for a section or a tag that it finds no end of, and says where in words only. */
function tokensOf(raw: string): ReturnType<typeof Mustache.parse> | undefined {
  try {
    return Mustache.parse(raw);
  } catch {
    return undefined;
  }
}

function unreadable(source: Source, start: number, raw: string): Problem {
  const section = /\{\{\s*[#^/][^}]*\}\}/.exec(raw);
  if (section) {
    const from = start + section.index;
    return unsupportedTag({ source, start: from, end: from + section[0].length });
  }
  const from = start + raw.lastIndexOf('{{');
  return unclosedMustache({ source, start: from, end: from + 2 });
}
