import type { ASTNode } from '@marcbachmann/cel-js';

/** Names that are no field of the event: what stands beside its data in the scope of every rule. */
const BESIDE_DATA: ReadonlySet<string> = new Set(['data', 'event', 'vars']);

/** What can stand after a dot. */
const IDENTIFIER = /^(?!(?:in|true|false|null)$)[A-Za-z_]\w*$/;

/** The place of an entry: `data.email`, `data["content-type"]`, `data.items[0]`. */
export function placeOf(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  return IDENTIFIER.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`;
}

/** Whether a name is not that of a field of the event. */
export function isBesideData(name: string): boolean {
  return BESIDE_DATA.has(name);
}

/** Whether a name can be written without quotes, after a dot. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/**
 * The place that an expression names where it stands over the event alone: `category` and `data.category` are one. Undefined
 * for anything but names, fields and constant keys.
 */
export function placeNamed(node: ASTNode): string | undefined {
  switch (node.op) {
    case 'id':
      return isBesideData(node.args) ? node.args : `data.${node.args}`;
    case '.': {
      const parent = placeNamed(node.args[0]);
      return parent === undefined ? undefined : placeOf(parent, node.args[1]);
    }
    case '[]': {
      const parent = placeNamed(node.args[0]);
      const key = constantKey(node.args[1]);
      return parent === undefined || key === undefined ? undefined : placeOf(parent, key);
    }
    default:
      return undefined;
  }
}

/** The same place as the keys that lead to it: `data.items[0]` is `data`, `items`, 0. */
export function keysNamed(node: ASTNode): readonly (string | number)[] | undefined {
  switch (node.op) {
    case 'id':
      return isBesideData(node.args) ? [node.args] : ['data', node.args];
    case '.': {
      const parent = keysNamed(node.args[0]);
      return parent && [...parent, node.args[1]];
    }
    case '[]': {
      const parent = keysNamed(node.args[0]);
      const key = constantKey(node.args[1]);
      return parent === undefined || key === undefined ? undefined : [...parent, key];
    }
    default:
      return undefined;
  }
}

/** The key of an access, where it is written out. */
export function constantKey(node: ASTNode): string | number | undefined {
  if (node.op !== 'value') return undefined;
  if (typeof node.args === 'string') return node.args;
  return typeof node.args === 'bigint' || typeof node.args === 'number' ? Number(node.args) : undefined;
}
