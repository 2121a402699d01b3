import {
  boolCoreTag,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import { error, type Problem, type Source } from '../problem/problem.ts';
import { type Masked, maskReferences } from './mask.ts';
import type { Entry, ListNode, MapNode, Node, ScalarNode, YamlFile } from './node.ts';

/** Far more than a person writes; js-yaml's own limit. */
const MAX_DEPTH = 100;
/** Nodes of a file with every alias written out: stops the "billion laughs" while it is still small. */
const MAX_NODES = 200_000;

/**
 * Reads one YAML document. Never throws: a syntax error is a problem, and so are keys given twice, aliases that lead in a
 * circle, unknown tags and sizes beyond the limits. An unquoted `${...}` may stand anywhere.
 */
export function parseYaml(source: Source): YamlFile {
  const masked = maskReferences(source.text);
  let events: Event[];
  try {
    events = parseEvents(masked.text, { maxDepth: MAX_DEPTH });
  } catch (failure) {
    return { source, root: undefined, problems: [syntaxProblem(source, failure)] };
  }
  return new Composer(source, masked, events).compose();
}

function syntaxProblem(source: Source, failure: unknown): Problem {
  if (!(failure instanceof YAMLException)) throw failure;
  const start = Math.min(failure.mark?.position ?? 0, source.text.length);
  const code = /nesting|depth/i.test(failure.reason) ? 'RB0004' : 'RB0002';
  const end = Math.min(start + 1, source.text.length);
  return error(code, `not valid YAML: ${failure.reason}`, { source, start, end }, helpFor(source.text, start));
}

/** The two mistakes that YAML's own words do not name: a colon in a text without quotes, and a tab. */
function helpFor(text: string, position: number): string | undefined {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  const lineEnd = text.indexOf('\n', position);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  if (/^ *\t/.test(line)) return 'YAML indents with spaces, not with tabs';
  const colons = line.match(/: /g)?.length ?? 0;
  return colons > 1 && !/["'{]/.test(line)
    ? 'put the text in quotes: in YAML a colon and a space make a key'
    : undefined;
}

/** Builds the tree from js-yaml's events, whose offsets are the reason for using them. */
class Composer {
  readonly #source: Source;
  readonly #masked: Masked;
  readonly #events: readonly Event[];
  readonly #problems: Problem[] = [];
  /** `undefined` while the node is still being built: an alias to it would be a circle. */
  readonly #anchors = new Map<string, { node: Node; weight: number } | undefined>();
  #next = 0;
  /** Where the last node ended: the place of an empty value. */
  #lastEnd = 0;
  #weight = 0;
  #isTooLarge = false;

  constructor(source: Source, masked: Masked, events: readonly Event[]) {
    this.#source = source;
    this.#masked = masked;
    this.#events = events;
  }

  compose(): YamlFile {
    let root: Node | undefined;
    let documents = 0;
    while (this.#next < this.#events.length && !this.#isTooLarge) {
      const event = this.#take();
      if (event?.type !== EVENT_ID.DOCUMENT) continue;
      if (++documents > 1) {
        // A document ends with `...`, or where the next one begins with `---`.
        const start = this.#lastEnd + Math.max(this.#source.text.slice(this.#lastEnd).search(/^(---|\.\.\.)/m), 0);
        this.#report(
          'RB0002',
          'one file holds one document',
          start,
          Math.min(start + '---'.length, this.#source.text.length),
          'put the rest in a file of its own',
        );
        break;
      }
      if (this.#events[this.#next]?.type !== EVENT_ID.POP) root = this.#node();
    }
    return { source: this.#source, root, problems: this.#problems };
  }

  #take(): Event | undefined {
    return this.#events[this.#next++];
  }

  #node(): Node {
    const event = this.#take();
    const weightBefore = this.#weight;
    this.#weight++;
    if (event?.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart - 1, event.anchorEnd);
    if (event?.type !== EVENT_ID.SCALAR && event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE) {
      throw new Error(`js-yaml gave an event of type ${event?.type} where a node was expected`);
    }
    const anchor = event.anchorStart === -1 ? undefined : this.#source.text.slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const node = this.#content(event);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, weight: this.#weight - weightBefore });
    return node;
  }

  #content(event: Event): Node {
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event);
    if (event.type === EVENT_ID.MAPPING) return this.#map(event.start);
    if (event.type === EVENT_ID.SEQUENCE) return this.#list(event.start);
    throw new Error('unreachable: only nodes come here');
  }

  #scalar(event: ScalarEvent): ScalarNode {
    if (event.valueStart === -1) {
      return { kind: 'scalar', value: null, text: '', quoted: false, start: this.#lastEnd, end: this.#lastEnd };
    }
    const quoted = event.style !== SCALAR_STYLE.PLAIN;
    const quotes = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
    const start = event.valueStart - quotes;
    const end = event.valueEnd + quotes;
    const text = this.#masked.restore(getScalarValue(this.#masked.text, event), start, end);
    this.#lastEnd = end;
    const asString = quoted || this.#isStringTag(event);
    return { kind: 'scalar', value: asString ? text : resolve(text), text, quoted: asString, start, end };
  }

  #isStringTag(event: ScalarEvent): boolean {
    if (event.tagStart === -1) return false;
    const tag = this.#source.text.slice(event.tagStart, event.tagEnd);
    if (tag !== '!!str' && tag !== '!') {
      this.#report('RB0002', `the tag ${tag} is not known here`, event.tagStart, event.tagEnd, 'leave the tag out');
    }
    return true;
  }

  #map(start: number): MapNode {
    const entries: Entry[] = [];
    const seen = new Set<string>();
    while (this.#hasMore()) {
      const key = this.#node();
      const value = this.#node();
      if (key.kind !== 'scalar') {
        this.#report('RB0002', 'a key must be a word, not a list or a map', key.start, key.end);
      } else if (seen.has(key.text)) {
        this.#report('RB0003', `the key "${key.text}" is given twice`, key.start, key.end, 'keep one of the two');
      } else {
        seen.add(key.text);
        entries.push({ key, value });
      }
    }
    this.#next++;
    return { kind: 'map', entries, start, end: this.#endAfter(start) };
  }

  #list(start: number): ListNode {
    const items: Node[] = [];
    while (this.#hasMore()) items.push(this.#node());
    this.#next++;
    return { kind: 'list', items, start, end: this.#endAfter(start) };
  }

  /** Whether the list or map that is being read goes on. One that grows beyond measure is read no further. */
  #hasMore(): boolean {
    return this.#events[this.#next]?.type !== EVENT_ID.POP && !this.#isTooLarge;
  }

  #endAfter(start: number): number {
    return Math.max(this.#lastEnd, start + 1);
  }

  #alias(start: number, end: number): Node {
    this.#lastEnd = end;
    const name = this.#source.text.slice(start + 1, end);
    const known = this.#anchors.get(name);
    if (known && this.#weight + known.weight <= MAX_NODES) {
      this.#weight += known.weight;
      return known.node;
    }
    if (known) this.#tooLarge(start, end);
    else if (this.#anchors.has(name)) this.#report('RB0004', `the alias *${name} leads back to itself`, start, end);
    else this.#report('RB0002', `no anchor &${name} stands before this alias`, start, end);
    return { kind: 'scalar', value: null, text: '', quoted: false, start, end };
  }

  /** Told once: what such a file goes on with is more of the same. */
  #tooLarge(start: number, end: number): void {
    if (this.#isTooLarge) return;
    this.#isTooLarge = true;
    this.#report('RB0004', `the aliases of this file write out to more than ${MAX_NODES} values`, start, end);
  }

  #report(code: 'RB0002' | 'RB0003' | 'RB0004', message: string, start: number, end: number, help?: string): void {
    this.#problems.push(error(code, message, { source: this.#source, start, end }, help));
  }
}

/** How nulls, booleans and numbers begin: most scalars are words, which need not be held against four grammars. */
const MAYBE_OTHER = /^[-+.\d~nNtTfF]/;

/** A plain scalar as YAML 1.2's core schema reads it. */
function resolve(text: string): ScalarNode['value'] {
  if (text !== '' && !MAYBE_OTHER.test(text)) return text;
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}
