import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';

/**
 * Far beyond what a person writes; keeps a hostile rulebook from costing more than it weighs, and every walk over a tree of
 * CEL from running out of stack.
 */
const LIMITS = { maxAstNodes: 1_000, maxDepth: 32, maxListElements: 500, maxMapEntries: 200, maxCallArguments: 16 };

/** Characters; a longer expression is not read at all. */
const MAX_LENGTH = 8_000;

/** What is wrong with a text that is no expression: offsets in it. */
export interface Unreadable {
  readonly kind: 'unreadable';
  /** The parser's code, or `too-long` and `too-deep`. */
  readonly code: string;
  /** The parser's words. */
  readonly summary: string;
  readonly start: number;
  readonly end: number;
}

/** An expression that was read. */
export interface Parsed {
  readonly kind: 'parsed';
  readonly ast: ASTNode;
}

const environment = new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS });

/** Reads a CEL expression. Never throws. */
export function parse(expression: string): Parsed | Unreadable {
  if (expression.length > MAX_LENGTH)
    return unreadable('too-long', `it is longer than ${MAX_LENGTH} characters`, expression);
  try {
    return { kind: 'parsed', ast: environment.parse(expression).ast };
  } catch (failure) {
    if (failure instanceof ParseError) return unreadable(failure.code, failure.summary, expression, failure.range);
    if (failure instanceof RangeError) return unreadable('too-deep', 'it is nested too deep', expression);
    throw failure;
  }
}

function unreadable(
  code: string,
  summary: string,
  { length }: string,
  range: { readonly start: number; readonly end: number } = { start: 0, end: length },
): Unreadable {
  const start = Math.min(range.start, length);
  return { kind: 'unreadable', code, summary, start, end: Math.max(start, Math.min(range.end, length)) };
}
