import type { ASTNode } from '@marcbachmann/cel-js';
import { compilePattern } from '../../schema/schema.ts';
import * as problems from '../expression-problems.ts';
import { anyOf } from './combine.ts';
import { constantFailure } from './constant.ts';
import { folded, MACROS, type Signature, signaturesOf } from './functions.ts';
import { inferHas, notNull } from './infer-access.ts';
import { condition } from './infer-operator.ts';
import { ANY_LENGTH } from './interval.ts';
import { type Env, type Known, plain, silent } from './known.ts';
import { placeOf } from './path.ts';
import { ANY, isAny, listOf, ofBoolean, ofKind, onlyValue, type Shape } from './shape.ts';
import { isReached, type State } from './state.ts';

/** `size(text)`, and `has(data.field)`. */
export function inferFunction(node: ASTNode & { op: 'call' }, env: Env, state: State): Known {
  const [name, args] = node.args;
  if (name === 'has') return inferHas(node, env, state);
  const known = args.map((arg) => env.infer(arg, isKnown(name) ? env : silent(env), state));
  return inferCall(node, name, undefined, known, args, env, state);
}

/** `text.size()`, and macros over lists. */
export function inferMethod(node: ASTNode & { op: 'rcall' }, env: Env, state: State): Known {
  const [name, receiver, args] = node.args;
  if (Object.hasOwn(MACROS, name) && MACROS[name]?.includes(args.length)) return inferMacro(node, env, state);
  const heard = isKnown(name) ? env : silent(env);
  const on = env.infer(receiver, heard, state);
  const known = args.map((arg) => env.infer(arg, heard, state));
  return inferCall(node, name, on, known, args, env, state);
}

/** Of a function that does not exist, that alone is told. */
function isKnown(name: string): boolean {
  return signaturesOf(name).length > 0;
}

function inferCall(
  node: ASTNode & { op: 'call' | 'rcall' },
  name: string,
  receiver: Known | undefined,
  args: readonly Known[],
  argNodes: readonly ASTNode[],
  env: Env,
  state: State,
): Known {
  const all = signaturesOf(name);
  const ofForm = all.filter((signature) => (signature.receiver !== undefined) === (receiver !== undefined));
  if (ofForm.length === 0) {
    const isMacro = Object.hasOwn(MACROS, name);
    env.report(problems.unknownFunction(name, receiver !== undefined, all.length > 0, isMacro, env.at(node)));
    return plain(ANY, state);
  }
  const on = receiver && node.op === 'rcall' ? notNull(receiver, node.args[1], env) : undefined;
  const given = args.map((arg, index) => (name === 'dyn' ? arg.shape : notNull(arg, argNodes[index] ?? node, env)));
  const fitting = matching(node, name, ofForm, on, given, argNodes, env);
  if (fitting.length === 0) return plain(anyOf(ofForm.map(({ result }) => result([]))), state);
  const values = [...(on ? [on] : []), ...given];
  checkConstants(node, name, values, args, argNodes, env);
  return plain(folded(name, values) ?? anyOf(fitting.map(({ result }) => result(values))), state);
}

/** The signatures that a call fits; reports the first thing that fits none. */
function matching(
  node: ASTNode,
  name: string,
  signatures: readonly Signature[],
  on: Shape | undefined,
  given: readonly Shape[],
  argNodes: readonly ASTNode[],
  env: Env,
): readonly Signature[] {
  const ofReceiver = on ? signatures.filter(({ receiver }) => receiver && on.kinds.has(receiver)) : signatures;
  if (ofReceiver.length === 0 && on) {
    env.report(
      problems.functionNotFor(
        name,
        signatures.flatMap(({ receiver }) => receiver ?? []),
        on,
        env.at(node),
      ),
    );
    return [];
  }
  let fitting = ofReceiver.filter(({ parameters }) => parameters.length === given.length);
  if (fitting.length === 0) {
    env.report(
      problems.wrongNumberOfValues(
        name,
        ofReceiver.map(({ parameters }) => parameters.length),
        given.length,
        env.at(node),
      ),
    );
    return [];
  }
  for (const [index, shape] of given.entries()) {
    const left = fitting.filter(({ parameters }) => takes(parameters[index], shape));
    if (left.length === 0) {
      const wanted = fitting.flatMap(({ parameters }) => parameters[index] ?? []);
      env.report(problems.valueNotFor(name, wanted, shape, env.at(argNodes[index] ?? node)));
      return [];
    }
    fitting = left;
  }
  return fitting;
}

function takes(parameter: Signature['parameters'][number] | undefined, shape: Shape): boolean {
  return parameter === 'any' || (parameter !== undefined && shape.kinds.has(parameter));
}

/** A pattern, a time zone, or a call of nothing but constants, is tried out here and now. */
function checkConstants(
  node: ASTNode & { op: 'call' | 'rcall' },
  name: string,
  values: readonly Shape[],
  args: readonly Known[],
  argNodes: readonly ASTNode[],
  env: Env,
): void {
  const [argument] = args;
  const [text] = argument ? onlyValue(argument.shape) : [];
  const at = env.at(argNodes[0] ?? node);
  if (name === 'matches' && typeof text === 'string') {
    const failure = failureOf(() => compilePattern(text));
    if (failure !== undefined) env.report(problems.unusablePattern(text, failure, at));
    return;
  }
  if (/^get[A-Z]/.test(name) && typeof text === 'string') {
    const failure = failureOf(() => new Intl.DateTimeFormat('en', { timeZone: text }));
    if (failure !== undefined) env.report(problems.unknownTimeZone(text, at));
    return;
  }
  if (values.length === 0 || values.some((value) => onlyValue(value).length === 0)) return;
  const failure = constantFailure(node);
  if (failure !== undefined) env.report(problems.alwaysFails(failure, env.at(node)));
}

/** `list.all(item, item.ok)` and its like. */
function inferMacro(node: ASTNode & { op: 'rcall' }, env: Env, state: State): Known {
  const [name, listNode, args] = node.args;
  const [variable] = args;
  const list = notNull(env.infer(listNode, env, state), listNode, env);
  if (!list.kinds.has('list') && !list.kinds.has('map'))
    env.report(problems.functionNotFor(name, ['list', 'map'], list, env.at(node)));
  if (variable?.op !== 'id') return plain(ANY, state);
  const item = list.kinds.has('list') ? list.items() : ofKind('string');
  // A place of its own, so that nothing is taken over from another variable of this name.
  const local = { shape: isAny(list) ? ANY : item, place: `${variable.args}@${variable.start}` };
  const inside: Env = { ...env, locals: new Map([...env.locals, [variable.args, local]]) };
  const last = args.at(-1) ?? variable;
  const where = `what ${name}() asks`;
  const size = { ...list.size, min: 0 };
  switch (name) {
    case 'map': {
      const kept = args.length === 3 && args[1] ? condition(args[1], inside, state, where).whenTrue : state;
      const { shape } = inside.infer(last, inside, kept);
      return plain(
        listOf(shape, args.length === 3 || isAny(list) ? size : list.kinds.has('map') ? ANY_LENGTH : list.size),
        state,
      );
    }
    case 'filter': {
      const { whenTrue } = condition(last, inside, state, where);
      return plain(
        listOf(passing(local.shape, local.place, whenTrue), list.kinds.has('map') ? ANY_LENGTH : size),
        state,
      );
    }
    default: {
      const { whenTrue, whenFalse } = condition(last, inside, state, where);
      return plain(quantified(name, list, whenTrue, whenFalse), state);
    }
  }
}

/** What `all` and `exists` come to: told only where no item can make a difference. */
function quantified(name: string, list: Shape, whenTrue: State, whenFalse: State): Shape {
  const isEmpty = list.size.max === 0 && !list.kinds.has('map');
  if (name === 'all' && (isEmpty || !isReached(whenFalse))) return ofBoolean(true);
  if (name !== 'all' && (isEmpty || !isReached(whenTrue))) return ofBoolean(false);
  return ofKind('boolean');
}

/** An item that passed a filter: what the filter asked of it is known of it. */
function passing(item: Shape, place: string, passed: State): Shape {
  const shape = passed.shapes.get(place)?.shape ?? item;
  if (!shape.kinds.has('map') || isAny(shape)) return shape;
  const fields = shape.fields();
  const known = new Map(fields.known);
  for (const [name, field] of fields.known) {
    const at = placeOf(place, name);
    const learned = passed.shapes.get(at)?.shape ?? field.shape;
    known.set(name, { shape: learned, isRequired: field.isRequired || passed.present.has(at) });
  }
  return { ...shape, fields: () => ({ known, others: fields.others }), schema: undefined };
}

function failureOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure);
  }
}
