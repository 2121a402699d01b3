import type { ASTNode } from '@marcbachmann/cel-js';
import * as problems from '../expression-problems.ts';
import { anyOf } from './combine.ts';
import { notNull } from './infer-access.ts';
import { exactly, negated, sum } from './interval.ts';
import { type Env, type Known, plain } from './known.ts';
import {
  type Field,
  isOnly,
  type Kind,
  listOf,
  ofKind,
  oneOf,
  onlyValue,
  type Scalar,
  type Shape,
  withValues,
} from './shape.ts';
import type { State } from './state.ts';

type Arithmetic = ASTNode & { op: '+' | '-' | '*' | '/' | '%' };

/** What an operator makes of two kinds. */
const RESULTS: Readonly<Record<Arithmetic['op'], readonly (readonly [Kind, Kind, Kind])[]>> = {
  '+': [
    ['number', 'number', 'number'],
    ['string', 'string', 'string'],
    ['list', 'list', 'list'],
    ['bytes', 'bytes', 'bytes'],
    ['timestamp', 'duration', 'timestamp'],
    ['duration', 'timestamp', 'timestamp'],
    ['duration', 'duration', 'duration'],
  ],
  '-': [
    ['number', 'number', 'number'],
    ['timestamp', 'timestamp', 'duration'],
    ['timestamp', 'duration', 'timestamp'],
    ['duration', 'duration', 'duration'],
  ],
  '*': [['number', 'number', 'number']],
  '/': [['number', 'number', 'number']],
  '%': [['number', 'number', 'number']],
};

/** Texts that are put together from sets of texts are kept one by one up to so many. */
const MAX_TEXTS = 32;

/** What is written out: `3`, `"text"`, `true`. */
export function inferLiteral(node: ASTNode & { op: 'value' }, env: Env, state: State): Known {
  const { args } = node;
  if (args instanceof Uint8Array) return plain(ofKind('bytes'), state);
  if (args === null || typeof args === 'string' || typeof args === 'boolean') return plain(oneOf([args]), state);
  const number = Number(args);
  if (typeof args !== 'number' && !Number.isSafeInteger(number)) env.report(problems.numberTooLarge(env.at(node)));
  return plain(oneOf([number]), state);
}

/** `[a, b]` */
export function inferList(node: ASTNode & { op: 'list' }, env: Env, state: State): Known {
  const items = node.args.map((item) => env.infer(item, env, state).shape);
  return plain(listOf(anyOf(items), exactly(items.length)), state);
}

/** `{"key": value}` */
export function inferMap(node: ASTNode & { op: 'map' }, env: Env, state: State): Known {
  const known = new Map<string, Field>();
  let others: Field | undefined;
  for (const [keyNode, valueNode] of node.args) {
    const key = env.infer(keyNode, env, state).shape;
    const { shape } = env.infer(valueNode, env, state);
    if (!key.kinds.has('string')) env.report(problems.keyNotText(key, env.at(keyNode)));
    const [name] = onlyValue(key);
    if (typeof name === 'string') known.set(name, { shape, isRequired: true });
    else others = { shape: others ? anyOf([others.shape, shape]) : shape, isRequired: false };
  }
  return plain({ ...ofKind('map'), fields: () => ({ known, others }) }, state);
}

/** `-a` */
export function inferMinus(node: ASTNode & { op: '-_' }, env: Env, state: State): Known {
  const shape = notNull(env.infer(node.args, env, state), node.args, env);
  if (!shape.kinds.has('number')) env.report(problems.minusNeedsNumber(shape, env.at(node)));
  const numbers: Shape = { ...ofKind('number'), isWhole: shape.isWhole, numbers: negated(shape.numbers) };
  const values = isOnly(shape, 'number') ? shape.values?.map((value) => -Number(value)) : undefined;
  return plain(withValues(numbers, values), state);
}

/** `a + b` and its like. */
export function inferArithmetic(node: Arithmetic, env: Env, state: State): Known {
  const operator = node.op;
  const [leftNode, rightNode] = node.args;
  const left = notNull(env.infer(leftNode, env, state), leftNode, env);
  const right = notNull(env.infer(rightNode, env, state), rightNode, env);
  const kinds = RESULTS[operator].filter(([a, b]) => left.kinds.has(a) && right.kinds.has(b)).map(([, , kind]) => kind);
  if (kinds.length === 0) {
    env.report(problems.operatorDoesNotFit(left, operator, right, env.at(node)));
    return plain(ofKind(...RESULTS[operator].map(([, , kind]) => kind)), state);
  }
  if ((operator === '/' || operator === '%') && onlyValue(right).includes(0))
    env.report(problems.divisionByZero(env.at(node)));
  return plain(resultOf(operator, left, right, kinds), state);
}

function resultOf(operator: Arithmetic['op'], left: Shape, right: Shape, kinds: readonly Kind[]): Shape {
  const shape = ofKind(...kinds);
  const [only, ...others] = new Set(kinds);
  if (others.length > 0) return shape;
  if (only === 'string') return concatenated(left, right);
  if (only === 'list') return listOf(anyOf([left.items(), right.items()]), sum(left.size, right.size));
  if (only !== 'number') return shape;
  const isWhole = operator !== '/' && left.isWhole && right.isWhole;
  if (operator === '+') return { ...shape, isWhole, numbers: sum(left.numbers, right.numbers) };
  if (operator === '-') return { ...shape, isWhole, numbers: sum(left.numbers, negated(right.numbers)) };
  return { ...shape, isWhole };
}

function concatenated(left: Shape, right: Shape): Shape {
  const shape: Shape = { ...ofKind('string'), length: sum(left.length, right.length) };
  const [a, b] = [left.values, right.values];
  if (!a || !b || a.length * b.length > MAX_TEXTS) return shape;
  const texts: readonly Scalar[] = a.flatMap((first) => b.map((second) => `${first}${second}`));
  return withValues(shape, texts);
}
