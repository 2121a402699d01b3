import type { ParseResult } from '@marcbachmann/cel-js';
import type { Json } from '../schema/schema.ts';
import { newEnvironment, runnable, SCOPE, textOfTime } from './cel.ts';
import { parse } from './expression/parse.ts';
import { type Evaluate, ExpressionFailed, type Scope, type Value } from './rulebook.ts';

/** Makes an evaluator that reads each expression once. */
export function newEvaluator(): Evaluate {
  const environment = newEnvironment();
  const read = new Map<string, Evaluate>();
  return (expression, scope) => {
    let run = read.get(expression);
    if (!run) {
      run = newRun(expression, (source) => environment.parse(source));
      read.set(expression, run);
    }
    return run(expression, scope);
  };
}

/** The JSON that a value of a rulebook comes to in a scope. Throws `ExpressionFailed` for what only data can cause. */
export function valueIn(value: Value, scope: Scope, evaluate: Evaluate): Json {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'expression':
      return toJson(evaluate(value.source, scope), value.source);
    case 'text':
      return value.parts
        .map((part) => (typeof part === 'string' ? part : asText(evaluate(part.source, scope), part.source)))
        .join('');
    case 'list':
      return value.items.map((item) => valueIn(item, scope, evaluate));
    case 'map': {
      const object: Record<string, Json> = Object.create(null);
      for (const [key, entry] of Object.entries(value.entries)) object[key] = valueIn(entry, scope, evaluate);
      return object;
    }
  }
}

function newRun(expression: string, parseRunnable: (source: string) => ParseResult): Evaluate {
  const parsed = parse(expression);
  if (parsed.kind === 'unreadable') throw new ExpressionFailed(`\${${expression}} cannot be read: ${parsed.summary}`);
  const source = runnable(parsed.ast);
  const run = attempt(expression, () => parseRunnable(source));
  const needsScope = source.includes(SCOPE);
  return (_, scope) => attempt(expression, () => withoutInts(run(needsScope ? { ...scope, [SCOPE]: scope } : scope)));
}

/** Whatever it throws, cel-js throws for data: a time zone that does not exist, a value of a kind that has no such operator. */
function attempt<Result>(expression: string, evaluate: () => Result): Result {
  try {
    return evaluate();
  } catch (failure) {
    throw new ExpressionFailed(`\${${expression}}: ${reasonOf(failure)}`, failure);
  }
}

function withoutInts(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function reasonOf(failure: unknown): string {
  if (failure instanceof Error && 'summary' in failure) return String(failure.summary);
  return failure instanceof Error ? failure.message : String(failure);
}

/** CEL has ints, times and durations, and its maps may be `Map`s; JSON has none of these. */
function toJson(value: unknown, expression: string): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return finite(value, expression);
  if (Array.isArray(value)) return value.map((item: unknown) => toJson(item, expression));
  if (typeof value !== 'object') throw new ExpressionFailed(`\${${expression}} comes to something that is not JSON`);
  const isMap = value instanceof Map || [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!isMap) return asText(value, expression);
  const object: Record<string, Json> = Object.create(null);
  const entries = value instanceof Map ? value.entries() : Object.entries(value);
  for (const [key, entry] of entries) object[String(key)] = toJson(entry, expression);
  return object;
}

function asText(value: unknown, expression: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(finite(value, expression));
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const text = textOfTime(value);
  if (text !== undefined) return text;
  throw new ExpressionFailed(`\${${expression}} is a list or a map, and cannot stand inside a longer text`);
}

function finite(value: number, expression: string): number {
  if (Number.isFinite(value)) return value;
  throw new ExpressionFailed(`\${${expression}} comes to no number: it divides by zero, or grows too large`);
}
