import type { ASTNode } from '@marcbachmann/cel-js';
import * as problems from '../expression-problems.ts';
import { either } from './combine.ts';
import { type Comparator, compare, type Pair, within } from './compare.ts';
import { emit } from './emit.ts';
import { inferKeyIn, notNull, placeOfEntry } from './infer-access.ts';
import { type Env, EVENT_TYPE, type Known, plain, silent } from './known.ts';
import { ANY, isAny, ofBoolean, oneOf, onlyValue, type Scalar, type Shape } from './shape.ts';
import { afterEither, isReached, type State, unreached, withPresent, withShape } from './state.ts';

type Logical = ASTNode & { op: '&&' | '||' };
type Compared = ASTNode & { op: Comparator };

/** `a && b`, `a || b`: `b` is looked at where `a` leaves the question open. */
export function inferLogical(node: Logical, env: Env, state: State): Known {
  const [leftNode, rightNode] = node.args;
  const isAnd = node.op === '&&';
  const left = condition(leftNode, env, state, `"${node.op}"`);
  const right = condition(rightNode, env, isAnd ? left.whenTrue : left.whenFalse, `"${node.op}"`);
  const [leftOn, rightOn] = isAnd ? [left.whenTrue, right.whenTrue] : [left.whenFalse, right.whenFalse];
  if (isReached(leftOn) && !isReached(rightOn)) env.deadEnd(rightNode, questionsOn(rightNode, leftOn));
  return isAnd
    ? asked(state, right.whenTrue, afterEither(left.whenFalse, right.whenFalse))
    : asked(state, afterEither(left.whenTrue, right.whenTrue), right.whenFalse);
}

/** `!a` */
export function inferNot(node: ASTNode & { op: '!_' }, env: Env, state: State): Known {
  const { whenTrue, whenFalse } = condition(node.args, env, state, '"!"');
  return asked(state, whenFalse, whenTrue);
}

/** `a ? b : c` */
export function inferChoice(node: ASTNode & { op: '?:' }, env: Env, state: State): Known {
  const [question, yesNode, noNode] = node.args;
  const { whenTrue, whenFalse } = condition(question, env, state, 'what stands before "?"');
  const [yes, no] = [env.infer(yesNode, env, whenTrue), env.infer(noNode, env, whenFalse)];
  const shape = !isReached(whenTrue) ? no.shape : !isReached(whenFalse) ? yes.shape : either(yes.shape, no.shape);
  return {
    ...plain(shape, state),
    whenTrue: afterEither(yes.whenTrue, no.whenTrue),
    whenFalse: afterEither(yes.whenFalse, no.whenFalse),
  };
}

/** `a == b`, `a < b` and their like. */
export function inferComparison(node: Compared, env: Env, state: State): Known {
  const operator = node.op;
  const [leftNode, rightNode] = node.args;
  const [left, right] = [env.infer(leftNode, env, state), env.infer(rightNode, env, state)];
  const canBe =
    canBeCompared(operator, left.shape, right.shape) || canBeCompared(operator, left.declared, right.declared);
  if (!canBe) {
    const isOrder = operator !== '==' && operator !== '!=';
    const before = isOrder ? [notNull(left, leftNode, env), notNull(right, rightNode, env)] : [left.shape, right.shape];
    const [a = ANY, b = ANY] = before;
    if (!canBeCompared(operator, a, b)) env.report(problems.operatorDoesNotFit(a, operator, b, env.at(node)));
    return asked(state, state, state);
  }
  if (left.place !== undefined && left.place === right.place) {
    const holds = ['==', '<=', '>='].includes(operator);
    return holds ? asked(state, state, unreached(state)) : asked(state, unreached(state), state);
  }
  doubtValues(node, left, right, env, state);
  const told = compare(operator, left.shape, right.shape);
  if (!told.whenTrue || !told.whenFalse) settle([left, right], node.args, env, state);
  const [leftOfAny, rightOfAny] = [ofAnyEvent(left, env), ofAnyEvent(right, env)];
  const isSame = leftOfAny === left.shape && rightOfAny === right.shape;
  const anywhere = isSame ? told : compare(operator, leftOfAny, rightOfAny);
  const learn = (pair: Pair, elsewhere: Pair): State => learned(pair, elsewhere, [left, right], node, state);
  return asked(state, learn(told.whenTrue, anywhere.whenTrue), learn(told.whenFalse, anywhere.whenFalse));
}

/** `value in list`, `"key" in map`. */
export function inferIn(node: ASTNode & { op: 'in' }, env: Env, state: State): Known {
  const [valueNode, listNode] = node.args;
  const [value, list] = [env.infer(valueNode, env, state), env.infer(listNode, env, state)];
  const shape = notNull(list, listNode, env);
  if (isAny(shape)) return asked(state, withPresent(state, [placeOfEntry(list, listNode, valueNode)]), state);
  if (shape.kinds.has('map')) return inferKey(node, value, list, env, state);
  if (!shape.kinds.has('list')) {
    env.report(problems.operatorDoesNotFit(value.shape, 'in', shape, env.at(node)));
    return asked(state, state, state);
  }
  if (shape.size.max > 0 && !shareKind(value.shape, shape.items())) {
    env.report(problems.operatorDoesNotFit(value.shape, 'in', shape, env.at(node), shape.items()));
    return asked(state, state, state);
  }
  const elements =
    listNode.op === 'list' ? constants(listNode.args.map((item) => env.infer(item, silent(env), state))) : undefined;
  const told = within(value.shape, shape, elements);
  if (shape.size.max > 0 && (!told.whenTrue || !told.whenFalse)) settle([value], node.args, env, state);
  const valueOfAny = ofAnyEvent(value, env);
  const anywhere = valueOfAny === value.shape ? told : within(valueOfAny, shape, elements);
  const learn = (of: Shape | undefined, elsewhere: Shape | undefined): State =>
    learned(of && [of, shape], elsewhere && [elsewhere, shape], [value, plain(shape, state)], node, state);
  return asked(state, learn(told.whenTrue, anywhere.whenTrue), learn(told.whenFalse, anywhere.whenFalse));
}

/** What is known of an expression that is asked whether it holds. */
export function condition(node: ASTNode, env: Env, state: State, where: string): Known {
  const known = env.infer(node, env, state);
  const shape = notNull(known, node, env);
  if (!shape.kinds.has('boolean')) env.report(problems.notACondition(where, shape, env.at(node)));
  const after = (value: boolean, then: State): State => {
    if (shape.values && !shape.values.includes(value)) return unreached(then);
    // A field that is itself true or false tells of itself.
    return known.place === undefined || isAny(shape) ? then : withShape(then, known.place, ofBoolean(value), node);
  };
  return { ...known, whenTrue: after(true, known.whenTrue), whenFalse: after(false, known.whenFalse) };
}

function inferKey(node: ASTNode & { op: 'in' }, value: Known, map: Known, env: Env, state: State): Known {
  const [valueNode, mapNode] = node.args;
  const [key] = onlyValue(value.shape);
  if (typeof key === 'string') return inferKeyIn(node, key, map, env, state);
  if (!value.shape.kinds.has('string'))
    env.report(problems.operatorDoesNotFit(value.shape, 'in', map.shape, env.at(node)));
  return asked(state, withPresent(state, [placeOfEntry(map, mapNode, valueNode)]), state);
}

/** A question with its answers: a boolean that is known where only one of them can be. */
function asked(state: State, whenTrue: State, whenFalse: State): Known {
  const [canHold, canFail] = [isReached(whenTrue), isReached(whenFalse)];
  const isCertain = isReached(state) && canHold !== canFail;
  return { ...plain(ofBoolean(isCertain ? canHold : undefined), state), whenTrue, whenFalse };
}

/** What is known of a value whatever the event's type, of those that come here. */
function ofAnyEvent({ place, shape }: Known, { eventTypes }: Env): Shape {
  return place === EVENT_TYPE && eventTypes.length > 0 ? oneOf(eventTypes) : shape;
}

/**
 * The state after a comparison told what two values are: `pair` for this type of event, `elsewhere` for all types that come
 * here.
 */
function learned(pair: Pair, elsewhere: Pair, known: readonly [Known, Known], by: ASTNode, state: State): State {
  if (!pair) return unreached(state, elsewhere ? 'other-event' : 'never');
  let after = state;
  for (const [index, { place, shape }] of known.entries()) {
    const now = pair[index];
    if (place === undefined || !now || now === shape || isAny(now)) continue;
    after = withShape(after, place, now, by);
    if (shape.kinds.has('null') && !now.kinds.has('null')) after = withPresent(after, [`${place} != null`]);
  }
  return after;
}

/** Tells what is known of the places for which a question can have but one answer. */
function settle(known: readonly Known[], nodes: readonly ASTNode[], env: Env, state: State): void {
  if (!isReached(state)) return;
  for (const [index, { place, declared }] of known.entries()) {
    const node = nodes[index];
    if (node && node.op !== 'value') env.settled(place ?? emit(node), declared);
  }
}

/** Comparing with a value that the schema does not list is a slip, whatever else stands around it. */
function doubtValues(node: Compared, left: Known, right: Known, env: Env, state: State): void {
  const operator = node.op;
  if (!isReached(state) || (operator !== '==' && operator !== '!=')) return;
  const [leftNode, rightNode] = node.args;
  for (const [one, other, named] of [
    [left, right, leftNode],
    [right, left, rightNode],
  ] as const) {
    const [value] = onlyValue(other.declared);
    const listed = one.declared.values;
    if (
      other.place !== undefined ||
      one.place === undefined ||
      value === undefined ||
      !listed ||
      listed.includes(value)
    )
      continue;
    env.doubt({ node, operator, named: emit(named), value, listed });
  }
}

function canBeCompared(operator: Comparator, a: Shape, b: Shape): boolean {
  if (operator === '==' || operator === '!=') return shareKind(a, b);
  return (
    [...a.kinds].some((kind) => b.kinds.has(kind) && kind !== 'null' && kind !== 'list' && kind !== 'map') &&
    !lacks(a) &&
    !lacks(b)
  );
}

function lacks(shape: Shape): boolean {
  return !isAny(shape) && shape.kinds.has('null');
}

function shareKind(a: Shape, b: Shape): boolean {
  return !a.kinds.isDisjointFrom(b.kinds);
}

/** The elements of a list, where all of them are written out. */
function constants(elements: readonly Known[]): readonly Scalar[] | undefined {
  const values = elements.map(({ shape }) => onlyValue(shape));
  return values.every(({ length }) => length === 1) ? values.flat() : undefined;
}

/** What was asked before of the places that an operand names. */
function questionsOn(node: ASTNode, state: State): readonly ASTNode[] {
  const text = emit(node);
  return [...state.shapes].filter(([place]) => text.includes(place.replace(/^data\./, ''))).map(([, { by }]) => by);
}
