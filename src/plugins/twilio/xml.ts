import { SaxesParser } from 'saxes';
import type { Problem, Source, Span } from '../../problem/problem.ts';
import { type Hidden, nestSections, type Part, type Tag, type Words } from './tags.ts';
import { faultProblem, type Whereabouts } from './xml-fault.ts';
import * as wording from './xml-problems.ts';

/** What a template consists of, in order of place. Comments are left out: nobody hears them. */
export type Token = OpenToken | CloseToken | WordsToken;

/** `<Say voice="alice">`; `at` is `<Say`. */
export interface OpenToken {
  readonly kind: 'open';
  readonly name: string;
  readonly at: Span;
  readonly attributes: readonly Attribute[];
}

/** `</Say>`, and the end of `<Say/>`, which has no place of its own. */
export interface CloseToken {
  readonly kind: 'close';
  readonly at?: Span;
}

/** All words between two tags, comments left out; `at` begins with the first that can be seen. */
export interface WordsToken {
  readonly kind: 'words';
  readonly parts: readonly Part[];
  readonly at: Span;
}

/** An attribute where it stands; `valueAt` is its value without the quotes. */
export interface Attribute {
  readonly name: string;
  readonly at: Span;
  readonly valueAt: Span;
  readonly parts: readonly Part[];
}

/** Reads a template whose tags are hidden, up to its first fault. The tokens make one whole tree where there is none. */
export function readXml(hidden: Hidden): { readonly tokens: readonly Token[]; readonly problems: readonly Problem[] } {
  const { text, problems } = withDeclarationHidden(hidden);
  const reader = new Reader(hidden, text, [...problems]);
  reader.read();
  return { tokens: reader.tokens, problems: reader.problems };
}

/**
 * A declaration says nothing that changes how a script is read, and scripts are pasted with one that is not well-formed: in
 * upper case, or with a space before it. So it is taken out, and the first is told.
 */
function withDeclarationHidden({ source, text }: Hidden): { text: string; problems: readonly Problem[] } {
  const [whole, before = '', target = ''] = /^(\uFEFF?\s*)<\?(xml)(?=[\s?])[^<>]*\?>/i.exec(text) ?? [];
  if (whole === undefined) return { text, problems: [] };
  const start = before.length;
  const at: Span = { source, start, end: start + '<?xml'.length };
  const problems = target === 'xml' ? [] : [wording.upperCaseDeclaration(target, at)];
  return { text: before + ' '.repeat(whole.length - start) + text.slice(whole.length), problems };
}

/** Thrown at the first fault, so that nothing is read after it. */
class Fault extends Error {}

/** One reading: what the parser tells, with places. */
class Reader {
  readonly tokens: Token[] = [];
  readonly problems: Problem[];
  readonly #hidden: Hidden;
  readonly #source: Source;
  readonly #text: string;
  readonly #parser = new SaxesParser();
  readonly #open: { readonly name: string; readonly at: Span }[] = [];
  #attributes: Attribute[] = [];
  /** Words since the last tag, and where they begin. */
  #words: { readonly start: number; readonly flat: (Words | Tag)[] } | undefined;
  /** Where what was told last ends. */
  #end = 0;
  /** The tag that is being read, and the element that was closed last: a fault may be about them. */
  #reading: Whereabouts['reading'];
  #closed: string | undefined;

  constructor(hidden: Hidden, text: string, problems: Problem[]) {
    this.#hidden = hidden;
    this.#source = hidden.source;
    this.#text = text;
    this.problems = problems;
  }

  read(): void {
    this.#listen();
    try {
      this.#parser.write(this.#text).close();
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.problems.push(this.#problemOf(thrown.message));
    }
  }

  #listen(): void {
    const parser = this.#parser;
    parser.on('text', (text) => this.#onWords(text, parser.position - 1));
    parser.on('cdata', (text) => this.#onWords(text, parser.position));
    parser.on('comment', (text) => this.#pass(text, parser.position + 1));
    parser.on('processinginstruction', ({ body }) => this.#pass(body, parser.position));
    parser.on('opentagstart', ({ name }) => this.#onTag(name));
    parser.on('attribute', ({ name, value }) => this.#onAttribute(name, value));
    parser.on('opentag', ({ name }) => this.#onOpen(name));
    parser.on('closetag', ({ name }) => this.#onClose(name));
    parser.on('doctype', () => {
      throw new Fault('doctype');
    });
    parser.on('error', ({ message }) => {
      const fault = message.replace(/^\d+:\d+: /, '');
      // That is told for each attribute where it stands.
      if (!fault.startsWith('duplicate attribute')) throw new Fault(fault);
    });
  }

  #onWords(text: string, end: number): void {
    // Outside of the root element only blanks may stand, and the fault that others are is about to be told.
    if (this.#open.length === 0) return;
    this.#words ??= { start: this.#end, flat: [] };
    this.#words.flat.push(...this.#hidden.reveal(text));
    this.#end = end;
  }

  /** What is left out may hold tags all the same. */
  #pass(text: string, end: number): void {
    this.#hidden.reveal(text);
    this.#end = end;
  }

  #onTag(name: string): void {
    const start = this.#text.lastIndexOf('<', this.#parser.position - 2);
    this.#reading = { name, at: this.#span(start, start + 1 + name.length) };
    this.#end = this.#parser.position - 1;
    this.#attributes = [];
  }

  #onAttribute(name: string, value: string): void {
    const raw = this.#text.slice(this.#end, this.#parser.position);
    const [before = '', blank = ''] = /^(\s*)[^\s=]+\s*=\s*["']/.exec(raw) ?? [];
    const start = this.#end + blank.length;
    const at = this.#span(start, start + name.length);
    if (this.#attributes.some((attribute) => attribute.name === name)) {
      this.problems.push(wording.secondAttribute(name, at));
    }
    this.#attributes.push({
      name,
      at,
      valueAt: this.#span(this.#end + before.length, this.#parser.position - 1),
      parts: nestSections(this.#hidden.reveal(value), this.problems),
    });
    this.#end = this.#parser.position;
  }

  #onOpen(name: string): void {
    const at = this.#reading?.at ?? this.#span(this.#end, this.#end + 1);
    this.#flush(at.start);
    this.tokens.push({ kind: 'open', name, at, attributes: this.#attributes });
    this.#open.push({ name, at });
    this.#reading = undefined;
    this.#end = this.#parser.position;
  }

  #onClose(name: string): void {
    const end = this.#parser.position;
    const isEmpty = this.#text[end - 2] === '/';
    const start = isEmpty ? end : this.#text.lastIndexOf('</', end - 2);
    this.#flush(start);
    this.tokens.push({ kind: 'close', ...(!isEmpty && { at: this.#span(start, end) }) });
    this.#open.pop();
    this.#closed = name;
    this.#end = end;
  }

  #flush(end: number): void {
    if (!this.#words) return;
    const { start, flat } = this.#words;
    this.#words = undefined;
    const blank = /^\s*/.exec(this.#text.slice(start, end))?.[0].length ?? 0;
    const from = start + blank;
    const to = from + this.#text.slice(from, end).trimEnd().length;
    this.tokens.push({ kind: 'words', parts: nestSections(flat, this.problems), at: this.#span(from, to) });
  }

  #problemOf(fault: string): Problem {
    return faultProblem(fault, {
      source: this.#source,
      text: this.#text,
      end: this.#end,
      position: this.#parser.position,
      open: this.#open.at(-1),
      closed: this.#closed,
      reading: this.#reading,
    });
  }

  /** Inside the file, also where the parser counts a character more than there is (half of a surrogate pair at the end). */
  #span(start: number, end: number): Span {
    const { length } = this.#source.text;
    return { source: this.#source, start: Math.min(start, length), end: Math.min(end, length) };
  }
}
