/** XML as it goes over the wire: written from data that cannot change its shape, and read whole or not at all. */
import { SaxesParser } from 'saxes';
import { create } from 'xmlbuilder2';

export { wordsInAttribute, wordsInText } from './words.ts';

import { wordsInAttribute, wordsInText } from './words.ts';

/** An element: its words where it has no elements inside, else those. Namespaces are left as they are written. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All words of it, without those of the elements inside. */
  readonly text: string;
}

/** An element to be written. */
export function element(
  name: string,
  inside: string | readonly XmlElement[] = [],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  return typeof inside === 'string'
    ? { name, attributes, children: [], text: inside }
    : { name, attributes, children: inside, text: '' };
}

/** A document of UTF-8. Whoever parses it gets the words back as they were, save for characters that XML 1.0 cannot hold. */
export function writeXml(root: XmlElement): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  addTo(document, root);
  return document.end();
}

function addTo(parent: ReturnType<typeof create>, { name, attributes, children, text }: XmlElement): void {
  const node = parent.ele(name);
  for (const [attribute, value] of Object.entries(attributes)) node.att(attribute, wordsInAttribute(value));
  if (text !== '') node.txt(wordsInText(text));
  for (const child of children) addTo(node, child);
}

/** Answers of providers are flat; deeper than this is no answer. */
const DEEPEST = 64;

/**
 * Reads a document; undefined for one that is not well-formed. xmlbuilder2 would read a document that breaks off, and one
 * whose tags do not match, as if it were whole: a lost part of an answer would then look like an answer. saxes refuses
 * both, and knows no entities but those of XML itself.
 */
export function readXml(text: string): XmlElement | undefined {
  const parser = new SaxesParser();
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  parser.on('error', (fault) => {
    throw fault;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > DEEPEST) throw new Error('too deep');
    const begun: Open = { name, attributes: { ...attributes }, children: [], text: '' };
    open.at(-1)?.children.push(begun);
    open.push(begun);
  });
  parser.on('closetag', () => void open.pop());
  const addWords = (words: string): void => {
    const innermost = open.at(-1);
    if (innermost) innermost.text += words;
  };
  parser.on('text', addWords);
  parser.on('cdata', addWords);
  try {
    // A byte order mark is no character of the document.
    parser.write(text.replace(/^\uFEFF/, '')).close();
  } catch {
    return undefined;
  }
  return root.children[0];
}

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Open[];
  text: string;
}

/** The elements of this name, at any depth, in their order. */
export function elementsNamed(root: XmlElement, name: string): readonly XmlElement[] {
  const inside = root.children.flatMap((child) => elementsNamed(child, name));
  return root.name === name ? [root, ...inside] : inside;
}

/** The words of the first element of this name directly inside, without the space around them. */
export function textOf(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text.trim();
}
