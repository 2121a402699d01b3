import { EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import type { Json } from '../schema/schema.ts';
import { newEnvironment } from './cel.ts';
import { type Evaluate, ExpressionFailed, type Scope, type Value } from './rulebook.ts';

/** Makes an evaluator that parses each expression once. */
export function newEvaluator(): Evaluate {
  const environment = newEnvironment('untyped');
  const parsed = new Map<string, ParseResult>();
  return (expression, scope) => {
    let run = parsed.get(expression);
    if (!run) {
      run = environment.parse(expression);
      parsed.set(expression, run);
    }
    try {
      return run(scope);
    } catch (failure) {
      if (!(failure instanceof EvaluationError)) throw failure;
      throw new ExpressionFailed(`\${${expression}}: ${failure.summary}`, failure);
    }
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

/** CEL's ints are bigints, its maps may be `Map`s; JSON has neither. */
function toJson(value: unknown, expression: string): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((item: unknown) => toJson(item, expression));
  if (typeof value === 'object') {
    const object: Record<string, Json> = Object.create(null);
    const entries = value instanceof Map ? value.entries() : Object.entries(value);
    for (const [key, entry] of entries) object[String(key)] = toJson(entry, expression);
    return object;
  }
  throw new ExpressionFailed(`\${${expression}} comes to something that is not JSON`);
}

function asText(value: unknown, expression: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw new ExpressionFailed(`\${${expression}} is a list or a map, and cannot stand inside a longer text`);
}
