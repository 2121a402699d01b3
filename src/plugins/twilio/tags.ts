import Mustache from 'mustache';
import type { Problem, Source, Span } from '../../problem/problem.ts';
import * as wording from './problems.ts';

/** A stretch of a template's words. */
export type Part = Words | Variable | Section;

/** Words that are said as they are, references resolved. */
export interface Words {
  readonly kind: 'words';
  readonly words: string;
}

/** A `{{name}}`. */
export interface Variable {
  readonly kind: 'variable';
  readonly name: string;
  readonly at: Span;
}

/** What stands between `{{#name}}` (or `{{^name}}`, inverted) and `{{/name}}`. */
export interface Section {
  readonly kind: 'section';
  readonly name: string;
  readonly inverted: boolean;
  readonly at: Span;
  readonly parts: readonly Part[];
}

/** A template whose tags are hidden from the parser of XML, behind stretches of the same length. */
export interface Hidden {
  readonly source: Source;
  readonly text: string;
  readonly problems: readonly Problem[];
  /** Whether mustache could follow it to its end. */
  readonly isWhole: boolean;
  /** Finds the tags in what the parser has read. To be given all of it, once and in order. */
  reveal(read: string): readonly (Words | Tag)[];
}

/** A tag where it stands. */
export interface Tag {
  readonly kind: 'variable' | 'section' | 'inverted' | 'end' | 'nothing';
  readonly name: string;
  readonly at: Span;
}

/** Finds the tags of a template and hides them. Mustache reads them; what it takes and a script cannot hold is a problem. */
export function hideTags(source: Source): Hidden {
  const problems: Problem[] = [];
  const read = tokensOf(source);
  const tags = 'kind' in read ? [] : read.flatMap((token) => tagsOf(source, token, 1, problems));
  if ('kind' in read) problems.push(read.problem);
  const mark = unusedCharacter(source.text);
  let text = '';
  for (const { at } of tags) {
    text += source.text.slice(text.length, at.start) + mark + 'x'.repeat(at.end - at.start - mark.length);
  }
  text += source.text.slice(text.length);
  let next = 0;
  const reveal = (seen: string): readonly (Words | Tag)[] => {
    const found: (Words | Tag)[] = [];
    const [first = '', ...rest] = seen.split(mark);
    if (first !== '') found.push({ kind: 'words', words: first });
    for (const hidden of rest) {
      const tag = tags[next++];
      if (!tag) continue;
      found.push(tag);
      const words = hidden.slice(tag.at.end - tag.at.start - mark.length);
      if (words !== '') found.push({ kind: 'words', words });
    }
    return found;
  };
  return { source, text, problems, isWhole: !('kind' in read), reveal };
}

/**
 * Puts sections around what stands in them. A section begins and ends within the words of one element, or of one attribute:
 * a script whose elements come and go could not be proved right.
 */
export function nestSections(flat: readonly (Words | Tag)[], problems: Problem[]): readonly Part[] {
  const outermost: Part[] = [];
  const open: { readonly tag: Tag; readonly parts: Part[] }[] = [];
  let parts = outermost;
  for (const piece of flat) {
    if (piece.kind === 'words') parts.push(piece);
    else if (piece.kind === 'variable') parts.push({ kind: 'variable', name: piece.name, at: piece.at });
    else if (piece.kind === 'section' || piece.kind === 'inverted') {
      open.push({ tag: piece, parts });
      parts = [];
    } else if (piece.kind === 'end') {
      const section = open.pop();
      // Its beginning stands elsewhere, and is told there.
      if (!section) continue;
      const { name, kind, at } = section.tag;
      section.parts.push({ kind: 'section', name, inverted: kind === 'inverted', at, parts });
      parts = section.parts;
    }
  }
  for (const { tag } of open) problems.push(wording.sectionAcrossElements(tag.name, tag.at));
  return outermost;
}

type Token = ReturnType<typeof Mustache.parse>[number];

const KINDS: Readonly<Record<string, Tag['kind']>> = {
  name: 'variable',
  '#': 'section',
  '^': 'inverted',
  '!': 'nothing',
};

/** Sections that stand in each other: nobody can follow more, and a file made to do harm has thousands. */
const MAX_DEPTH = 20;

function tagsOf(source: Source, token: Token, depth: number, problems: Problem[]): readonly Tag[] {
  const [type, value, start, end] = token;
  const at: Span = { source, start, end };
  if (type === 'text') return [];
  // A tag that takes in the next one, or the end of its element, is one that was not closed.
  if (value.includes('{{') || (type !== '!' && value.includes('</'))) {
    problems.push(wording.unclosedMustache({ ...at, end: start + 2 }));
    return [];
  }
  const kind = KINDS[type];
  if (!kind || (kind !== 'nothing' && !/^[^{}<]+$/.test(value))) problems.push(wording.unsupportedTag(at));
  const tag: Tag = { kind: kind ?? 'nothing', name: value, at };
  const [, , , , inside, close] = token;
  if (!Array.isArray(inside) || typeof close !== 'number') return [tag];
  if (depth > MAX_DEPTH) {
    problems.push(wording.sectionsTooDeep(MAX_DEPTH, at));
    return [];
  }
  const closeEnd = source.text.indexOf('}}', close) + 2;
  const last: Tag = { kind: 'end', name: value, at: { source, start: close, end: closeEnd } };
  return [tag, ...inside.flatMap((one) => tagsOf(source, one, depth + 1, problems)), last];
}

/** Mustache throws for a tag or a section that it finds no end of, and says where in words only. */
function tokensOf(source: Source): readonly Token[] | { readonly kind: 'unreadable'; readonly problem: Problem } {
  try {
    return Mustache.parse(source.text);
  } catch (thrown) {
    return { kind: 'unreadable', problem: unreadable(source, thrown instanceof Error ? thrown.message : '') };
  }
}

function unreadable(source: Source, reason: string): Problem {
  const { text } = source;
  const [, what, name = '', place] = /^(Unopened|Unclosed) section "(.*)" at (\d+)$/s.exec(reason) ?? [];
  if (what === undefined) {
    const found = text.indexOf('{{', text.lastIndexOf('}}') + 2);
    const start = found === -1 ? text.lastIndexOf('{{') : found;
    return wording.unclosedMustache({ source, start, end: start + 2 });
  }
  // Of a section that is not closed mustache tells where it should have been.
  const start = what === 'Unopened' ? Number(place) : lastOpening(text, name, Number(place));
  const end = text.indexOf('}}', start) + 2;
  const at: Span = { source, start, end };
  return what === 'Unopened' ? wording.unopenedSection(name, at) : wording.unclosedSection(name, at);
}

function lastOpening(text: string, name: string, before: number): number {
  const tags = [...text.slice(0, before).matchAll(/\{\{\s*[#^]\s*([^}]*?)\s*\}\}/g)];
  return tags.findLast((tag) => tag[1] === name)?.index ?? 0;
}

/** A character that a text holds neither as it is nor as a reference: one of 65,534 for private use, two units long. */
function unusedCharacter(text: string): string {
  const used = new Set(Array.from(text, (character) => character.codePointAt(0)));
  for (const [, hex, decimal] of text.matchAll(/&#(?:x([\da-f]+)|(\d+));/gi)) {
    used.add(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  }
  let code = 0xf0000;
  while (used.has(code)) code++;
  return String.fromCodePoint(code);
}
