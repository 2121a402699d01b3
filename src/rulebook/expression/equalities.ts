import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../../schema/schema.ts';
import type { Equality } from '../rulebook.ts';
import { type Dialect, emit } from './emit.ts';
import { parse } from './parse.ts';
import { isBesideData, keysNamed, placeNamed } from './path.ts';

/**
 * The places that must have a certain value for a condition over an event to hold: its `place == constant` parts that are
 * joined by `&&`. Where one of them is not so, the condition need not be evaluated.
 */
export function equalities(expression: string): readonly Equality[] {
  const parsed = parse(expression);
  return parsed.kind === 'parsed' ? equalitiesIn(parsed.ast) : [];
}

/** One text for all conditions that ask the same: spacing, quotes, `data.` and the order around `&&` and `==` make no difference. */
export function conditionKey(expression: string): string {
  const parsed = parse(expression);
  return parsed.kind === 'parsed' ? emit(parsed.ast, KEY) : expression;
}

/** Whether two conditions over an event ask the same. */
export function sameCondition(a: string, b: string): boolean {
  return a === b || conditionKey(a) === conditionKey(b);
}

const KEY: Partial<Dialect> = {
  name: (name) => (isBesideData(name) ? name : `data.${name}`),
  ordered: (operands) => operands.toSorted(),
};

function equalitiesIn(node: ASTNode): readonly Equality[] {
  if (node.op === '&&') return node.args.flatMap(equalitiesIn);
  if (node.op !== '==') return [];
  const [left, right] = node.args;
  return [equalityOf(left, right), equalityOf(right, left)].flatMap((found) => found ?? []).slice(0, 1);
}

function equalityOf(named: ASTNode, constant: ASTNode): Equality | undefined {
  const [path, keys] = [placeNamed(named), keysNamed(named)];
  const value = valueOf(constant);
  return path === undefined || keys === undefined || value === undefined ? undefined : { path, keys, value };
}

function valueOf(node: ASTNode): Json | undefined {
  if (node.op === '-_') {
    const value = valueOf(node.args);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.op !== 'value' || node.args instanceof Uint8Array) return undefined;
  const { args } = node;
  return args === null || typeof args === 'string' || typeof args === 'boolean' ? args : Number(args);
}
