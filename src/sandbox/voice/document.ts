import { SaxesParser } from 'saxes';

/** An element of a script. What is nested deeper than a noun (`<Dial><Number>`) is known by its words alone. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** All text in it, that of elements in it included, with the white space that a voice would leave. */
  readonly words: string;
}

/** A script, or why it cannot be read. */
export type Document =
  | { readonly kind: 'read'; readonly root: Element }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Ends the reading at the first fault; caught in `readDocument` alone. */
class Unreadable extends Error {}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

/** A verb, and a noun in it, below `<Response>`. */
const KEPT_DEPTH = 3;

/**
 * The tree of a script. As strict as Twilio, which answers what is no well-formed XML with error 12100: a sandbox that let
 * it pass would promise too much.
 */
export function readDocument(text: string): Document {
  try {
    return { kind: 'read', root: treeOf(text) };
  } catch (fault) {
    if (fault instanceof Unreadable) return { kind: 'unreadable', reason: fault.message };
    throw fault;
  }
}

function treeOf(text: string): Element {
  const parser = new SaxesParser();
  const open: Open[] = [];
  let depth = 0;
  let root: Element | undefined;
  const listen = (words: string): void => {
    for (const element of open) element.text += words;
  };
  parser.on('error', (fault) => {
    throw new Unreadable(fault.message.replace(/^\d+:\d+: |\.$/g, ''));
  });
  parser.on('doctype', () => {
    throw new Unreadable('a script has no document type');
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (depth === 0 && name !== 'Response') throw new Unreadable(`the root element is <${name}>, not <Response>`);
    if (depth++ < KEPT_DEPTH)
      open.push({ name, attributes: new Map(Object.entries(attributes)), children: [], text: '' });
  });
  parser.on('text', listen);
  parser.on('cdata', listen);
  parser.on('closetag', () => {
    if (--depth >= KEPT_DEPTH) return;
    const element = closed(open.pop());
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });
  parser.write(text).close();
  if (root === undefined) throw new Unreadable('there is no element in it');
  return root;
}

function closed(element: Open | undefined): Element {
  if (element === undefined) throw new Unreadable('an element ends that never began');
  const { name, attributes, children, text } = element;
  return { name, attributes, children, words: text.replaceAll(/\s+/g, ' ').trim() };
}
