import type { Piece } from '../plugin/plugin.ts';
import type { Problem, Source, Span } from '../problem/problem.ts';
import type { Json, JsonSchema } from '../schema/schema.ts';
import { type MapNode, type Node, offsetIn, type ScalarNode, toJson } from '../yaml/yaml.ts';
import { checkExpression, type ExpressionContext } from './expression.ts';
import { splitReferences } from './interpolation.ts';
import * as problems from './problems.ts';
import type { Value } from './rulebook.ts';
import { schemaOfConstant } from './scope.ts';

/** A value of a rulebook, compiled. */
export interface CompiledValue {
  readonly value: Value;
  /** The CEL type of a value that is one expression alone. */
  readonly type: string | undefined;
  /** What is known of it. */
  readonly schema: JsonSchema | undefined;
  readonly problems: readonly Problem[];
  /** Of a scalar: its text, with what is known of each `${}`. */
  readonly pieces?: readonly Piece[];
  /** Of a map: its entries. */
  readonly entries?: Readonly<Record<string, CompiledValue>>;
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
      const values = items.map((item) => item.value);
      const literals = values.map(literalOf);
      const literal = literals.every((item) => item !== undefined) ? literals : undefined;
      return together({ kind: 'list', items: values }, literal, items, { type: 'array' });
    }
    case 'map':
      return compileMap(source, node, context);
  }
}

function compileMap(source: Source, node: MapNode, context: ExpressionContext): CompiledValue {
  const compiled = node.entries.map(({ key, value }) => [key.text, compileValue(source, value, context)] as const);
  const values: Record<string, Value> = Object.create(null);
  const properties: Record<string, JsonSchema> = Object.create(null);
  for (const [key, of] of compiled) {
    values[key] = of.value;
    properties[key] = of.schema ?? {};
  }
  const schema: JsonSchema = { type: 'object', required: Object.keys(values), properties };
  const entries = Object.fromEntries(compiled);
  const literal = literalMapOf(compiled);
  return { ...together({ kind: 'map', entries: values }, literal, Object.values(entries), schema), entries };
}

function literalMapOf(entries: readonly (readonly [string, CompiledValue])[]): Json | undefined {
  if (!entries.every(([, { value }]) => value.kind === 'literal')) return undefined;
  const object: Record<string, Json> = Object.create(null);
  for (const [key, { value }] of entries) object[key] = literalOf(value) ?? null;
  return object;
}

/** A list or map of literals is a literal: nothing in it is evaluated at run time. */
function together(
  value: Value,
  literal: Json | undefined,
  parts: readonly CompiledValue[],
  schema: JsonSchema,
): CompiledValue {
  const found = parts.flatMap((part) => part.problems);
  if (literal === undefined) return { value, type: undefined, schema, problems: found };
  return {
    value: { kind: 'literal', value: literal },
    type: undefined,
    schema: schemaOfConstant(literal),
    problems: found,
  };
}

/** The plain value, where no reference stands in it. */
export function literalOf(value: Value): Json | undefined {
  return value.kind === 'literal' ? value.value : undefined;
}

/** A value that stands there as it is, with its text. */
export function constant(value: Json, text: string): CompiledValue {
  const schema = schemaOfConstant(value);
  return { value: { kind: 'literal', value }, type: undefined, schema, problems: [], pieces: [text] };
}

function compileScalar(source: Source, node: ScalarNode, context: ExpressionContext): CompiledValue {
  if (!node.text.includes('${')) return constant(toJson(node), node.text);
  const split = splitReferences(node.text);
  const compiled = split.map((part): CompiledPart => {
    if (part.kind === 'words') return { part: part.words, piece: part.words, problems: [] };
    const start = offsetIn(source, node, part.index);
    if (part.kind === 'unclosed') {
      const at = { source, start, end: Math.min(start + 2, source.text.length) };
      return { part: '', piece: '', problems: [problems.unclosedReference(at)] };
    }
    const at: Span = { source, start, end: Math.min(start + part.source.length, source.text.length) };
    return compileReference(part.source, at, split.length > 1, context);
  });
  const pieces = compiled.map(({ piece }) => piece);
  return { ...valueOf(compiled), problems: compiled.flatMap((part) => part.problems), pieces };
}

interface CompiledPart {
  readonly part: string | { readonly source: string };
  readonly piece: Piece;
  readonly type?: string | undefined;
  readonly schema?: JsonSchema | undefined;
  readonly problems: readonly Problem[];
}

function compileReference(expression: string, at: Span, isInText: boolean, context: ExpressionContext): CompiledPart {
  const { type, schema, problems: found } = checkExpression(expression, at, context);
  const misplaced = isInText && type !== undefined && !TEXTUAL.has(type);
  return {
    part: { source: expression },
    piece: { schema },
    type,
    schema,
    problems: misplaced ? [...found, problems.notForText(type, at)] : found,
  };
}

/** A lone `${x}` keeps its type; anything else is text. */
function valueOf(compiled: readonly CompiledPart[]): Pick<CompiledValue, 'value' | 'type' | 'schema'> {
  const [first] = compiled;
  if (compiled.length !== 1 || !first) {
    return {
      value: { kind: 'text', parts: compiled.map(({ part }) => part) },
      type: 'string',
      schema: { type: 'string' },
    };
  }
  if (typeof first.part === 'string') {
    return { value: { kind: 'literal', value: first.part }, type: undefined, schema: schemaOfConstant(first.part) };
  }
  return { value: { kind: 'expression', source: first.part.source }, type: first.type, schema: first.schema };
}

/** CEL names the type of an object after its variable, `$data`: to its reader it is a map. */
export function readable(type: string): string {
  return type.startsWith('$') || type.startsWith('map') ? 'map' : type;
}
