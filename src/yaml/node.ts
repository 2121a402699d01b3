import type { Problem, Source, Span } from '../problem/problem.ts';
import type { Json } from '../schema/schema.ts';

/** A YAML file, read. `root` is absent where it is empty, or where nothing could be made of it. */
export interface YamlFile {
  readonly source: Source;
  readonly root: Node | undefined;
  readonly problems: readonly Problem[];
}

/** A part of a YAML file; `start` and `end` are offsets in its text. An alias is the node that it names. */
export type Node = ScalarNode | MapNode | ListNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  /** As YAML's core schema reads it: `1` is a number, `'1'` a string, nothing is null. */
  readonly value: null | boolean | number | string;
  /** The words as they were written, escapes and folding undone. */
  readonly text: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly start: number;
  readonly end: number;
}

export interface Entry {
  readonly key: ScalarNode;
  readonly value: Node;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly start: number;
  readonly end: number;
}

/** Where a node stands. */
export function spanOf(source: Source, node: Node): Span {
  return { source, start: node.start, end: node.end };
}

/** The entry of a map with this key. */
export function entryOf(map: MapNode, key: string): Entry | undefined {
  return map.entries.find((entry) => entry.key.text === key);
}

/** The node at a path of keys and indexes; where the path leads out of the tree, the last node on it. */
export function nodeAt(root: Node, path: readonly string[]): Node {
  let node = root;
  for (const key of path) {
    const next =
      node.kind === 'map' ? entryOf(node, key)?.value : node.kind === 'list' ? node.items[Number(key)] : undefined;
    if (!next) return node;
    node = next;
  }
  return node;
}

/** The key at the end of a path, for what is wrong with a key itself; where there is none, the node that should have it. */
export function keyAt(root: Node, path: readonly string[]): Node {
  const owner = nodeAt(root, path.slice(0, -1));
  const entry = owner.kind === 'map' ? entryOf(owner, path.at(-1) ?? '') : undefined;
  return entry?.key ?? owner;
}

/** The plain value of a node. Objects have no prototype, so that no key can reach one. */
export function toJson(node: Node): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map': {
      const object: Record<string, Json> = Object.create(null);
      for (const { key, value } of node.entries) object[key.text] = toJson(value);
      return object;
    }
  }
}

/**
 * The offset in the file of the character at `index` of a scalar's text. Exact where the text stands in the file as it
 * is; where escapes or folding changed it, exact from the nearest `${` before it on, which is where problems point.
 */
export function offsetIn(source: Source, scalar: ScalarNode, index: number): number {
  const raw = source.text.slice(scalar.start, scalar.end);
  const bodyStart = raw.indexOf(scalar.text);
  if (bodyStart !== -1) return scalar.start + bodyStart + index;
  let inText = scalar.text.indexOf('${');
  let inRaw = raw.indexOf('${');
  if (inText === -1 || inText > index || inRaw === -1) return scalar.start;
  for (;;) {
    const nextInText = scalar.text.indexOf('${', inText + 2);
    const nextInRaw = raw.indexOf('${', inRaw + 2);
    if (nextInText === -1 || nextInText > index || nextInRaw === -1) break;
    inText = nextInText;
    inRaw = nextInRaw;
  }
  return Math.min(scalar.start + inRaw + (index - inText), scalar.end);
}
