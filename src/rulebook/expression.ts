import type { TypeCheckResult } from '@marcbachmann/cel-js';
import type { Problem, Span } from '../problem/problem.ts';
import type { JsonSchema } from '../schema/schema.ts';
import * as problems from './problems.ts';
import type { Names, Typing } from './typing.ts';

/** What the expressions of one place are checked against: one typing for each event type that the rule listens to. */
export interface ExpressionContext {
  readonly typings: readonly { readonly eventType: string; readonly names: Names; readonly typing: Typing }[];
  /** Fields that may be absent by their schema and are proved present here, as `data.email` or `sent.error.code`. */
  readonly present: ReadonlySet<string>;
}

/** An expression that was checked. */
export interface CheckedExpression {
  /** Its CEL type, where it has one. */
  readonly type: string | undefined;
  /** What is known of its value: the schema of the field that it names, or what its type says. */
  readonly schema: JsonSchema | undefined;
  /** Fields that are present wherever it comes to true, and wherever it comes to false. */
  readonly whenTrue: ReadonlySet<string>;
  readonly whenFalse: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Checks a CEL expression whose first character stands at `at.start`. The first event type that it does not fit is told,
 * the others would say the same again.
 */
export function checkExpression(expression: string, at: Span, context: ExpressionContext): CheckedExpression {
  let type: string | undefined;
  for (const { eventType, names, typing } of context.typings) {
    const checked = typing.check(expression);
    if (!checked.valid) {
      const found = problemOf(checked, at, names);
      const help = context.typings.length > 1 ? `it is so for the event type ${eventType}` : undefined;
      const problem = help && !found.help ? { ...found, help } : found;
      return { type: undefined, schema: undefined, whenTrue: NONE, whenFalse: NONE, problems: [problem] };
    }
    type = type === undefined || type === checked.type ? checked.type : 'dyn';
  }
  return { type, schema: undefined, whenTrue: NONE, whenFalse: NONE, problems: [] };
}

function problemOf(checked: TypeCheckResult, at: Span, names: Names): Problem {
  const failure = checked.error;
  const summary = failure?.summary ?? 'not a valid expression';
  const range = failure?.range;
  const start = Math.min(at.start + (range?.start ?? 0), at.end);
  const end = Math.max(start, Math.min(at.start + (range?.end ?? at.end - at.start), at.end));
  const place = { source: at.source, start, end: Math.max(end, start) };
  const unknown = /^Unknown variable: (\w+)$/.exec(summary)?.[1];
  if (unknown !== undefined) return problems.unknownName(unknown, names.keys(), place);
  const field = /^No such key: (\S+)$/.exec(summary)?.[1];
  if (field !== undefined) return problems.unknownField(field, place);
  const [, left, operator, right] = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary) ?? [];
  if (left && operator && right) return problems.operatorDoesNotFit(left, operator, right, place);
  return failure?.name === 'ParseError'
    ? problems.unreadableExpression(summary, place)
    : problems.expressionDoesNotFit(summary, place);
}
