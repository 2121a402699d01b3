import Mustache from 'mustache';
import { isThere, type Piece, type Table, wordsOf } from '../../plugin/plugin.ts';

/** The words of a message with names in them, read. It may be filled in only where nothing is wrong with it. */
export interface TextTemplate {
  readonly parts: readonly Part[];
  readonly faults: readonly Fault[];
}

/** A stretch of it: fixed words, a `{{name}}`, or what stands between `{{#name}}` (or `{{^name}}`, inverted) and `{{/name}}`. */
export type Part = string | { readonly kind: 'variable'; readonly name: string } | Section;

interface Section {
  readonly kind: 'section';
  readonly name: string;
  readonly inverted: boolean;
  readonly parts: readonly Part[];
}

/** What is wrong with it. `tag` is what stands there. */
export interface Fault {
  readonly kind: 'unsupported' | 'unclosed' | 'section-unclosed' | 'section-unopened' | 'too-deep';
  readonly tag: string;
}

/** Sections that stand in each other: nobody can follow more, and a file made to do harm has thousands. */
export const MAX_DEPTH = 20;

/** Reads the words of a message. Mustache finds the tags; what it takes and these templates do not is a fault. */
export function readText(text: string): TextTemplate {
  const known = read.get(text);
  if (known) return known;
  const template = readAnew(text);
  if (read.size >= MOST_KEPT) read.clear();
  read.set(text, template);
  return template;
}

/** A template is read once, however many rules use it, and however often it is said. */
const read = new Map<string, TextTemplate>();
/** More than a project has in practice. */
const MOST_KEPT = 1_000;

function readAnew(text: string): TextTemplate {
  const faults: Fault[] = [];
  try {
    return { parts: partsOf(text, Mustache.parse(text), 1, faults), faults };
  } catch (thrown) {
    return { parts: [], faults: [unreadable(text, thrown instanceof Error ? thrown.message : '')] };
  }
}

type Token = ReturnType<typeof Mustache.parse>[number];

function partsOf(text: string, tokens: readonly Token[], depth: number, faults: Fault[]): readonly Part[] {
  return tokens.flatMap((token): readonly Part[] => {
    const [type, value, start, end, inside] = token;
    if (type === 'text') return [value];
    const tag = text.slice(start, end);
    // A tag that takes in the next one is one that was not closed.
    if (value.includes('{{')) return fault(faults, 'unclosed', '{{');
    if (type === '!') return [];
    if (!/^[^{}]+$/.test(value)) return fault(faults, 'unsupported', tag);
    if (type === 'name') return [{ kind: 'variable', name: value }];
    if ((type !== '#' && type !== '^') || !Array.isArray(inside)) return fault(faults, 'unsupported', tag);
    if (depth > MAX_DEPTH) return fault(faults, 'too-deep', tag);
    return [{ kind: 'section', name: value, inverted: type === '^', parts: partsOf(text, inside, depth + 1, faults) }];
  });
}

function fault(faults: Fault[], kind: Fault['kind'], tag: string): readonly Part[] {
  faults.push({ kind, tag });
  return [];
}

/** Mustache throws for a tag or a section that it finds no end of, and says so in words only. */
function unreadable(text: string, reason: string): Fault {
  const [, what, name = ''] = /^(Unopened|Unclosed) section "(.*)" at \d+$/s.exec(reason) ?? [];
  const found = text.indexOf('{{', text.lastIndexOf('}}') + 2);
  if (what === undefined) return { kind: 'unclosed', tag: found === -1 ? '{{' : text.slice(found) };
  return { kind: what === 'Unopened' ? 'section-unopened' : 'section-unclosed', tag: name };
}

/** A name that is asked for: of a `{{name}}`, or of a section. */
export interface TextName {
  readonly name: string;
  readonly kind: 'variable' | 'section';
}

/** All names in it, in their order; one that is said twice is there twice. */
export function namesIn(parts: readonly Part[]): readonly TextName[] {
  return parts.flatMap((part): readonly TextName[] => {
    if (typeof part === 'string') return [];
    return [{ name: part.name, kind: part.kind }, ...(part.kind === 'section' ? namesIn(part.parts) : [])];
  });
}

/** Its words with what its names stand for. A section is measured as if it were always said. */
export function piecesOf(parts: readonly Part[], pieces: (name: string) => readonly Piece[]): readonly Piece[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return [part];
    return part.kind === 'variable' ? pieces(part.name) : piecesOf(part.parts, pieces);
  });
}

/** Its words with its names filled in, as plain text. A name that the table lacks is nothing, and so is a section of it. */
export function fillText(parts: readonly Part[], table: Table): string {
  return parts.map((part) => fillPart(part, table)).join('');
}

function fillPart(part: Part, table: Table): string {
  if (typeof part === 'string') return part;
  if (part.kind === 'variable') return wordsOf(table, part.name);
  return isThere(table, part.name) === part.inverted ? '' : fillText(part.parts, table);
}
