/**
 * Reads a TwiML template: XML with `{{name}}` in its words and attributes. A reader of our own because xmlbuilder2's takes
 * `<Say></Play>`, decodes `&amp;#65;` twice and knows no places. What it passes is written anew by xmlbuilder2, so whatever is
 * harmless when it is written anew (a space before the declaration, `]]>` among words) is let through.
 */
import type { Problem, Source, Span } from '../../problem/problem.ts';
import * as wording from './problems.ts';
import { resolveReferences } from './references.ts';
import { endOfWords, type Part, readTags, type Variable } from './tags.ts';

/** What a template consists of, in order of place. Comments are left out: nobody hears them. */
type Token =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: readonly Attribute[] }
  | { readonly kind: 'close' }
  | { readonly kind: 'words'; readonly parts: readonly Part[] };

interface Attribute {
  readonly name: string;
  readonly parts: readonly Part[];
}

/** A template, read. The tokens make one whole tree where there is no problem that stops. */
export interface Template {
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
}

/** Reads a template as far as its XML can be followed; all tags up to there are judged. */
export function readTemplate(source: Source): Template {
  const reader: Reader = { source, at: 0, open: [], tokens: [], problems: [], rooted: false, stopped: false };
  while (reader.at < source.text.length && !reader.stopped) readNext(reader);
  const unclosed = reader.open.at(-1);
  if (!reader.stopped && unclosed) stop(reader, wording.unclosedElement(unclosed.name, unclosed.at));
  else if (!reader.stopped && !reader.rooted) stop(reader, wording.noRoot(spanOf(reader, 0, 1)));
  return { tokens: reader.tokens, problems: reader.problems };
}

/** All variables of a template, in order of place. */
export function variablesOf(template: Template): readonly Variable[] {
  return template.tokens.flatMap(partsOf).filter((part) => part.kind === 'variable');
}

function partsOf(token: Token): readonly Part[] {
  if (token.kind === 'words') return token.parts;
  return token.kind === 'open' ? token.attributes.flatMap((attribute) => attribute.parts) : [];
}

interface Reader {
  readonly source: Source;
  readonly open: { readonly name: string; readonly at: Span }[];
  readonly tokens: Token[];
  readonly problems: Problem[];
  at: number;
  /** Whether the root element has begun. */
  rooted: boolean;
  /** Whether a problem was met after which nothing can be told. */
  stopped: boolean;
}

/** TwiML, and the SSML inside its `<Say>`, has only ASCII names, some with a prefix. */
const NAME = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y;

const CDATA = '<![CDATA[';

function readNext(reader: Reader): void {
  const { text } = reader.source;
  if (text[reader.at] !== '<') readWords(reader);
  else if (text.startsWith('<!--', reader.at)) skip(reader, '-->', 'comment');
  else if (text.startsWith(CDATA, reader.at)) readCdata(reader);
  else if (text.startsWith('<!', reader.at)) stop(reader, wording.doctype(spanOf(reader, reader.at, 2)));
  else if (text.startsWith('<?', reader.at)) readInstruction(reader);
  else if (text.startsWith('</', reader.at)) readClose(reader);
  else readOpen(reader);
}

function readWords(reader: Reader): void {
  const start = reader.at;
  reader.at = endOfWords(reader.source.text, start, '<');
  if (reader.open.length > 0) {
    reader.tokens.push({ kind: 'words', parts: readParts(reader, start, reader.at) });
    return;
  }
  // A byte order mark is not a word.
  const first = reader.source.text.slice(start, reader.at).search(/[^\s\uFEFF]/);
  if (first !== -1) stop(reader, wording.wordsOutside(spanOf(reader, start + first, 1)));
}

/** Tags first, so that no reference can make one: `&#123;{name}}` is said as it stands. */
function readParts(reader: Reader, start: number, end: number): readonly Part[] {
  return readTags(reader.source, start, end, reader.problems).map((part) =>
    part.kind === 'words' ? { ...part, words: resolveReferences(reader.source, part, reader.problems) } : part,
  );
}

function readCdata(reader: Reader): void {
  const start = reader.at + CDATA.length;
  if (reader.open.length === 0) stop(reader, wording.wordsOutside(spanOf(reader, reader.at, CDATA.length)));
  else if (skip(reader, ']]>', 'CDATA section')) {
    const end = reader.at - ']]>'.length;
    reader.tokens.push({ kind: 'words', parts: readTags(reader.source, start, end, reader.problems) });
  }
}

function readInstruction(reader: Reader): void {
  const start = reader.at;
  if (!skip(reader, '?>', 'declaration')) return;
  const target = /^<\?([^\s?]*)/.exec(reader.source.text.slice(start, reader.at))?.[1] ?? '';
  if (target.toLowerCase() !== 'xml') return;
  const at = spanOf(reader, start, '<?xml'.length);
  if (/[^\s\uFEFF]/.test(reader.source.text.slice(0, start))) stop(reader, wording.lateDeclaration(at));
  else if (target !== 'xml') reader.problems.push(wording.upperCaseDeclaration(target, at));
}

function readClose(reader: Reader): void {
  const start = reader.at;
  const close = match(reader, /<\/([^\s<>]*)\s*>/y);
  const open = reader.open.pop();
  if (close && close[1] === open?.name) reader.tokens.push({ kind: 'close' });
  else stop(reader, wording.wrongClose(close?.[1], open?.name, spanOf(reader, start, close?.[0].length ?? 2)));
}

function readOpen(reader: Reader): void {
  const start = reader.at++;
  const name = match(reader, NAME)?.[0];
  if (!name) {
    stop(reader, wording.notAnElement(spanOf(reader, start, 1)));
    return;
  }
  const at = spanOf(reader, start, name.length + 1);
  if (reader.open.length === 0) beginRoot(reader, name, at);
  const attributes: Attribute[] = [];
  while (!reader.stopped && match(reader, /\s+(?=[^\s/>])/y)) readAttribute(reader, attributes);
  if (!reader.stopped) endOpen(reader, name, attributes, at);
}

function endOpen(reader: Reader, name: string, attributes: readonly Attribute[], at: Span): void {
  const end = match(reader, /\s*\/?>/y)?.[0];
  reader.tokens.push({ kind: 'open', name, attributes });
  if (!end) stop(reader, wording.unclosedTag(name, at));
  else if (end.endsWith('/>')) reader.tokens.push({ kind: 'close' });
  else reader.open.push({ name, at });
}

function beginRoot(reader: Reader, name: string, at: Span): void {
  if (reader.rooted) stop(reader, wording.secondRoot(name, at));
  else if (name !== 'Response') reader.problems.push(wording.wrongRoot(name, at));
  reader.rooted = true;
}

function readAttribute(reader: Reader, attributes: Attribute[]): void {
  const start = reader.at;
  const name = match(reader, NAME)?.[0];
  const at = spanOf(reader, start, name?.length ?? 1);
  const quote = name && match(reader, /\s*=\s*(["'])/y)?.[1];
  if (!name || !quote) {
    stop(reader, wording.notAnAttribute(at));
    return;
  }
  if (attributes.some((attribute) => attribute.name === name)) reader.problems.push(wording.secondAttribute(name, at));
  attributes.push({ name, parts: readValue(reader, name, quote, at) });
}

/** The value of an attribute, up to its quote. XML allows no `<` in it: where one is met, the quote was forgotten. */
function readValue(reader: Reader, name: string, quote: string, at: Span): readonly Part[] {
  const { text } = reader.source;
  const start = reader.at;
  const end = endOfWords(text, start, quote);
  const parts = readParts(reader, start, end);
  const isClosed = end < text.length && !parts.some((part) => part.kind === 'words' && part.raw.includes('<'));
  if (!isClosed) stop(reader, wording.unclosedQuote(name, at));
  reader.at = end + 1;
  return parts;
}

/** Goes past the next `end`, or stops where there is none. */
function skip(reader: Reader, end: string, what: string): boolean {
  const found = reader.source.text.indexOf(end, reader.at);
  if (found === -1) stop(reader, wording.unclosedMarkup(what, end, spanOf(reader, reader.at, 2)));
  else reader.at = found + end.length;
  return found !== -1;
}

/** Matches a sticky expression where the reader stands, and goes past it. */
function match(reader: Reader, sticky: RegExp): RegExpExecArray | null {
  sticky.lastIndex = reader.at;
  const found = sticky.exec(reader.source.text);
  if (found) reader.at += found[0].length;
  return found;
}

function stop(reader: Reader, problem: Problem): void {
  reader.problems.push(problem);
  reader.stopped = true;
}

function spanOf(reader: Reader, start: number, length: number): Span {
  return { source: reader.source, start, end: Math.min(start + length, reader.source.text.length) };
}
