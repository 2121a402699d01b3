import type { Problem, Source, Span } from '../problem/problem.ts';
import type { Json } from '../schema/schema.ts';
import { type Node, offsetIn, type ScalarNode, toJson } from '../yaml/yaml.ts';
import { checkExpression, type ExpressionContext } from './expression.ts';
import { splitReferences } from './interpolation.ts';
import * as problems from './problems.ts';
import type { Value } from './rulebook.ts';

/** A value of a rulebook, compiled; `type` is the CEL type of a value that is one expression alone. */
export interface CompiledValue {
  readonly value: Value;
  readonly type: string | undefined;
  readonly problems: readonly Problem[];
}

/** CEL types that have a form as text. */
const TEXTUAL = new Set(['string', 'int', 'uint', 'double', 'bool', 'dyn', 'null']);

/** Compiles a node: scalars are split at their `${...}`, and every expression in them is checked. */
export function compileValue(source: Source, node: Node, context: ExpressionContext): CompiledValue {
  switch (node.kind) {
    case 'scalar':
      return compileScalar(source, node, context);
    case 'list': {
      const items = node.items.map((item) => compileValue(source, item, context));
      return together({ kind: 'list', items: items.map((item) => item.value) }, items);
    }
    case 'map': {
      const entries = node.entries.map(({ key, value }) => ({ key, of: compileValue(source, value, context) }));
      const values: Record<string, Value> = Object.create(null);
      for (const { key, of } of entries) values[key.text] = of.value;
      return together(
        { kind: 'map', entries: values },
        entries.map(({ of }) => of),
      );
    }
  }
}

/** A list or map of literals is a literal: nothing in it is evaluated at run time. */
function together(value: Value, parts: readonly CompiledValue[]): CompiledValue {
  const found = parts.flatMap((part) => part.problems);
  const literal = literalOf(value);
  return {
    value: literal === undefined ? value : { kind: 'literal', value: literal },
    type: undefined,
    problems: found,
  };
}

/** The plain value, where no reference stands in it. */
export function literalOf(value: Value): Json | undefined {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'list': {
      const items = value.items.map(literalOf);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'map': {
      const object: Record<string, Json> = Object.create(null);
      for (const [key, entry] of Object.entries(value.entries)) {
        const literal = literalOf(entry);
        if (literal === undefined) return undefined;
        object[key] = literal;
      }
      return object;
    }
    case 'expression':
    case 'text':
      return undefined;
  }
}

function compileScalar(source: Source, node: ScalarNode, context: ExpressionContext): CompiledValue {
  if (!node.text.includes('${')) {
    return { value: { kind: 'literal', value: toJson(node) }, type: undefined, problems: [] };
  }
  const found: Problem[] = [];
  const parts: (string | { source: string })[] = [];
  let type: string | undefined;
  const split = splitReferences(node.text);
  for (const part of split) {
    if (part.kind === 'words') {
      parts.push(part.words);
      continue;
    }
    const start = offsetIn(source, node, part.index);
    if (part.kind === 'unclosed') {
      found.push(problems.unclosedReference({ source, start, end: Math.min(start + 2, source.text.length) }));
      continue;
    }
    const at: Span = { source, start, end: Math.min(start + part.source.length, source.text.length) };
    const checked = checkExpression(part.source, at, context);
    found.push(...checked.problems);
    if (split.length > 1 && checked.type !== undefined && !isTextual(checked.type)) {
      found.push(problems.notForText(checked.type, at));
    }
    type = checked.type;
    parts.push({ source: part.source });
  }
  return { ...valueOf(parts, type), problems: found };
}

/** A lone `${x}` keeps its type; anything else is text. */
function valueOf(
  parts: readonly (string | { source: string })[],
  type: string | undefined,
): { value: Value; type: string | undefined } {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) {
    return typeof first === 'string'
      ? { value: { kind: 'literal', value: first }, type: undefined }
      : { value: { kind: 'expression', source: first.source }, type };
  }
  return { value: { kind: 'text', parts }, type: 'string' };
}

function isTextual(type: string): boolean {
  return TEXTUAL.has(type);
}

/** CEL names the type of an object after its variable, `$data`: to its reader it is a map. */
export function readable(type: string): string {
  return type.startsWith('$') || type.startsWith('map') ? 'map' : type;
}
