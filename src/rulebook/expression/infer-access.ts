import type { ASTNode } from '@marcbachmann/cel-js';
import * as problems from '../expression-problems.ts';
import { fieldsOfEvent } from '../typing.ts';
import { anyOf, without } from './combine.ts';
import { emit } from './emit.ts';
import { type Env, EVENT_TYPE, type Known, plain, silent } from './known.ts';
import { constantKey, placeOf } from './path.ts';
import { ANY, type Field, isAny, ofBoolean, oneOf, onlyValue, type Shape } from './shape.ts';
import { shapeOfSchema } from './shape-of-schema.ts';
import { type State, withPresent } from './state.ts';

/** Whether a field that may be absent is a mistake (`demand`), or is just what is asked for (`ask`, in `has()`). */
type Manner = 'demand' | 'ask';

/** What is known of a name: a variable of a macro, a field of the event, or whatever else the scope has. */
export function inferName(node: ASTNode & { op: 'id' }, env: Env, state: State, manner: Manner = 'demand'): Known {
  const name = node.args;
  const local = env.locals.get(name);
  if (local) return placed(local.shape, local.place, state);
  const schema = env.names.get(name);
  if (schema && fieldsOfEvent(env.names.get('data')).get(name) === schema) {
    const data = placed(shapeOfSchema(env.names.get('data')), 'data', state);
    return inferField(node, data, name, env, state, manner);
  }
  if (env.names.has(name)) return placed(schema ? shapeOfSchema(schema) : ANY, name, state);
  if (!env.isOpen) env.report(problems.unknownName(name, env.names.keys(), env.at(node)));
  return placed(ANY, placeOf('data', name), state);
}

/** What is known of `left.field` and `left["field"]`, `list[0]`. */
export function inferAccess(
  node: ASTNode & { op: '.' | '[]' },
  env: Env,
  state: State,
  manner: Manner = 'demand',
): Known {
  const [leftNode] = node.args;
  const left =
    manner === 'ask' && leftNode.op !== '[]' ? inferAsked(leftNode, env, state) : env.infer(leftNode, env, state);
  if (node.op === '.') return inferField(node, left, node.args[1], env, state, manner);
  const keyNode = node.args[1];
  const key = env.infer(keyNode, env, state);
  const constant = constantKey(keyNode);
  if (typeof constant === 'string') return inferField(node, left, constant, env, state, manner);
  return inferIndexed(node, left, key, env, state);
}

/** What `has(a.b.c)` tells: all of `a.b.c` is there where it holds. */
export function inferHas(node: ASTNode & { op: 'call' }, env: Env, state: State): Known {
  const [asked] = node.args[1];
  if (!asked || asked.op !== '.' || node.args[1].length !== 1) {
    env.report(problems.hasWithoutField(asked && emit(asked), env.at(node)));
    return plain(ofBoolean(undefined), state);
  }
  const before = inferAsked(asked.args[0], env, state);
  const field = fieldOf(before.shape, asked.args[1]);
  const known = inferAsked(asked, env, state);
  const isThere =
    field?.isRequired === true &&
    !isUnknownMap(before.shape, asked.args[1]) &&
    isCertain(before, asked.args[0], env, state);
  return {
    ...plain(ofBoolean(isThere ? true : undefined), state),
    whenTrue: withPresent(state, placesUpTo(asked, known, env, state)),
  };
}

/** What `"key" in map` tells: the entry is there where it holds. */
export function inferKeyIn(node: ASTNode, key: string, map: Known, env: Env, state: State): Known {
  const field = fieldOf(map.shape, key);
  if (!field) env.report(problems.unknownField(key, map.shape.fields().known.keys(), env.at(node)));
  const isThere = field?.isRequired === true && !isUnknownMap(map.shape, key);
  const shape = ofBoolean(isThere ? true : undefined);
  return { ...plain(shape, state), whenTrue: withPresent(state, [placeOf(map.place ?? '', key)]) };
}

/** Reports a value that may be null where something has to be there; gives back what it is otherwise. */
export function notNull(known: Known, node: ASTNode, env: Env): Shape {
  const { shape } = known;
  if (isAny(shape) || !shape.kinds.has('null')) return shape;
  const rest = without(shape, null);
  if (rest) env.report(problems.mayBeNull(wordsOf(known, node), env.at(node)));
  return rest ?? shape;
}

function inferAsked(node: ASTNode, env: Env, state: State): Known {
  if (node.op === 'id') return inferName(node, env, state, 'ask');
  if (node.op === '.') return inferAccess(node, env, state, 'ask');
  return env.infer(node, env, state);
}

function inferField(node: ASTNode, left: Known, name: string, env: Env, state: State, manner: Manner): Known {
  const map = manner === 'ask' ? (without(left.shape, null) ?? left.shape) : notNull(left, parentOf(node), env);
  const place = placeOf(left.place ?? `(${emit(parentOf(node))})`, name);
  if (!map.kinds.has('map')) {
    env.report(problems.noFields(name, map, env.at(node)));
    return placed(ANY, place, state);
  }
  const field = fieldOf(map, name);
  if (!field) env.report(problems.unknownField(name, map.fields().known.keys(), fieldAt(node, name, env)));
  if (field && !field.isRequired && manner === 'demand' && !state.present.has(place)) {
    env.report(problems.mayBeAbsent(emit(node), name, env.at(node)));
  }
  if (place === EVENT_TYPE && env.eventType !== '') return placed(oneOf([env.eventType]), place, state);
  return placed(field?.shape ?? ANY, place, state);
}

/** `list[number]`, and `map[key]` with a key that is only known at run time. */
function inferIndexed(node: ASTNode & { op: '.' | '[]' }, left: Known, key: Known, env: Env, state: State): Known {
  const shape = notNull(left, node.args[0], env);
  const keyNode = typeof node.args[1] === 'string' ? node : node.args[1];
  const [constant] = onlyValue(key.shape);
  const place = placeOfEntry(left, node.args[0], keyNode);
  const [isList, isMap] = [
    shape.kinds.has('list') && key.shape.kinds.has('number'),
    shape.kinds.has('map') && key.shape.kinds.has('string'),
  ];
  if (!isList && !isMap) {
    env.report(problems.notIndexed(shape, key.shape, env.at(node)));
    return placed(ANY, place, state);
  }
  if (typeof constant === 'number' && (constant < 0 || !Number.isInteger(constant)))
    env.report(problems.notAnIndex(constant, env.at(keyNode)));
  if (!isMap) return placed(shape.items(), place, state);
  const entry = entriesOf(shape, key.shape);
  if (!isList && !entry.isRequired && !state.present.has(place)) {
    env.report(problems.keyMayBeAbsent(emit(keyNode), emit(node.args[0]), env.at(node)));
  }
  return placed(isList ? ANY : entry.shape, place, state);
}

/** The place of an entry whose key is an expression: the same for the same expression. */
export function placeOfEntry(map: Known, mapNode: ASTNode, keyNode: ASTNode): string {
  const constant = constantKey(keyNode);
  const parent = map.place ?? `(${emit(mapNode)})`;
  return constant === undefined ? `${parent}[(${emit(keyNode)})]` : placeOf(parent, constant);
}

/** What any of the entries holds that a key can name. */
function entriesOf(map: Shape, key: Shape): Field {
  const { known, others } = map.fields();
  if (key.values) {
    const named = key.values.map((value) => fieldOf(map, String(value)));
    const fields = named.flatMap((field) => field ?? []);
    return { shape: anyOf(fields.map(({ shape }) => shape)), isRequired: named.every((field) => field?.isRequired) };
  }
  const all = [...known.values(), ...(others ? [others] : [])];
  return { shape: anyOf(all.map(({ shape }) => shape)), isRequired: others?.isRequired === true };
}

function fieldOf(map: Shape, name: string): Field | undefined {
  const { known, others } = map.fields();
  return known.get(name) ?? others;
}

/** Whether nothing is known of a map, not even which entries it lacks. */
function isUnknownMap(map: Shape, name: string): boolean {
  return isAny(map) || !map.fields().known.has(name);
}

/** Whether all that stands before the last field is sure to be there. */
function isCertain(before: Known, node: ASTNode, env: Env, state: State): boolean {
  let complaints = 0;
  const count = (): void => void complaints++;
  env.infer(node, { ...silent(env), report: count }, state);
  return complaints === 0 && !before.shape.kinds.has('null');
}

/** The places of `a.b.c` and of what stands before: `a.b` too. */
function placesUpTo(node: ASTNode, known: Known, env: Env, state: State): readonly string[] {
  // A name of the scope is always there.
  const own = known.place === undefined || (node.op === 'id' && node.args === known.place) ? [] : [known.place];
  if (node.op !== '.') return own;
  const [before] = node.args;
  return [...placesUpTo(before, inferAsked(before, silent(env), state), env, state), ...own];
}

function placed(declared: Shape, place: string, state: State): Known {
  const shape =
    state.shapes.get(place)?.shape ??
    (state.present.has(`${place} != null`) ? (without(declared, null) ?? declared) : declared);
  return { shape, declared, place, whenTrue: state, whenFalse: state };
}

function parentOf(node: ASTNode): ASTNode {
  return node.op === '.' || node.op === '[]' ? node.args[0] : node;
}

/** Only the name that is wrong, where it stands at the end of its expression. */
function fieldAt(node: ASTNode, name: string, env: Env): ReturnType<Env['at']> {
  const at = env.at(node);
  return node.op === '.' ? { ...at, start: Math.max(at.start, at.end - name.length) } : at;
}

function wordsOf({ place }: Known, node: ASTNode): string {
  return place ?? emit(node);
}
