/** Conditions that need no CEL: what most rules ask of an event, read from it directly. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Event } from '../../event/event.ts';
import type { Json, JsonObject } from '../../schema/schema.ts';
import type { ConditionPart, Decide, Equality } from '../rulebook.ts';
import { emit } from './emit.ts';
import { parse } from './parse.ts';
import { keysNamed, placeNamed } from './path.ts';

/** What a literal of CEL can be, and JSON too. Two of them are the same to CEL where they are to JavaScript. */
type Constant = string | number | boolean | null;

/** Undefined where nothing is there. */
type ReadPlace = (event: Event, vars: JsonObject) => Json | undefined;

/**
 * Makes a reader of conditions: it takes one apart at its `&&`. Parts that say the same are one function, however many rules
 * have them, so that what decides an event stays near at hand. One that cannot be read has no parts.
 */
export function newConditionReader(): (when: string) => readonly ConditionPart[] {
  const known = new Map<string, ConditionPart>();
  const partOf = (node: ASTNode): ConditionPart => {
    const text = emit(node);
    const part = known.get(text) ?? newPart(node);
    known.set(text, part);
    return part;
  };
  return (when) => {
    const parsed = parse(when);
    return parsed.kind === 'parsed' ? conjuncts(parsed.ast).map(partOf) : [];
  };
}

function conjuncts(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjuncts) : [node];
}

function newPart(node: ASTNode): ConditionPart {
  const equality = node.op === '==' ? (equalityOf(...node.args) ?? equalityOf(node.args[1], node.args[0])) : undefined;
  const decide = decideOf(node);
  return { ...(equality && { equality }), ...(decide && { decide }) };
}

/** `vars` are the rule's own: nothing of them is in an event. */
function equalityOf(named: ASTNode, constant: ASTNode): Equality | undefined {
  const path = placeNamed(named);
  const read = readOf(named);
  const value = constantOf(constant);
  if (path === undefined || keysNamed(named)?.[0] === 'vars' || !read || value === undefined) return undefined;
  return { path, read: (event) => read(event, {}), value };
}

/** `undefined` for what only CEL can tell. Each case says no more than CEL would: test/rulebook/expression/plain.test.ts. */
function decideOf(node: ASTNode): Decide | undefined {
  switch (node.op) {
    case '&&':
      return both(node.args, false);
    case '||':
      return both(node.args, true);
    case '!_':
      return not(decideOf(node.args));
    case '==':
      return equal(node.args, true);
    case '!=':
      return equal(node.args, false);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(node.op, node.args);
    case 'in':
      return oneOf(node.args);
    case 'call':
      return node.args[0] === 'has' ? present(node.args[1]) : undefined;
    default:
      return truth(readOf(node));
  }
}

/** From left to right, to the first that is `end`; what is open before that leaves the whole open. */
function both(operands: readonly [ASTNode, ASTNode], end: boolean): Decide | undefined {
  const [left, right] = operands.map(decideOf);
  if (!left || !right) return undefined;
  return (event, vars) => {
    const first = left(event, vars);
    return first === !end ? right(event, vars) : first;
  };
}

function not(decide: Decide | undefined): Decide | undefined {
  if (!decide) return undefined;
  return (event, vars) => {
    const decided = decide(event, vars);
    return decided === undefined ? undefined : !decided;
  };
}

function truth(read: ReadPlace | undefined): Decide | undefined {
  if (!read) return undefined;
  return (event, vars) => {
    const value = read(event, vars);
    return typeof value === 'boolean' ? value : undefined;
  };
}

/** A place and a constant, in either order. */
function equal([left, right]: readonly [ASTNode, ASTNode], isWanted: boolean): Decide | undefined {
  const read = readOf(left) ?? readOf(right);
  const constant = constantOf(left) ?? constantOf(right);
  if (!read || constant === undefined) return undefined;
  return (event, vars) => {
    const value = read(event, vars);
    return isScalar(value) ? (value === constant) === isWanted : undefined;
  };
}

const ORDERS: Readonly<Record<'<' | '<=' | '>' | '>=', (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** Numbers alone: the order of texts is CEL's own. */
function ordered(order: keyof typeof ORDERS, [left, right]: readonly [ASTNode, ASTNode]): Decide | undefined {
  const [first, second] = [numberIn(left), numberIn(right)];
  if (!first || !second) return undefined;
  const compare = ORDERS[order];
  return (event, vars) => {
    const [a, b] = [first(event, vars), second(event, vars)];
    return typeof a === 'number' && typeof b === 'number' ? compare(a, b) : undefined;
  };
}

function numberIn(node: ASTNode): ReadPlace | undefined {
  const constant = constantOf(node);
  return typeof constant === 'number' ? () => constant : readOf(node);
}

/** `status in ['OPEN', 'WAITING']`. */
function oneOf([left, list]: readonly [ASTNode, ASTNode]): Decide | undefined {
  const read = readOf(left);
  if (!read || list.op !== 'list') return undefined;
  const among = new Set<Json | undefined>(list.args.map(constantOf));
  if (among.has(undefined)) return undefined;
  return (event, vars) => {
    const value = read(event, vars);
    return isScalar(value) ? among.has(value) : undefined;
  };
}

/** `has(data.email)`, where `data` itself is there. */
function present([asked]: readonly ASTNode[]): Decide | undefined {
  if (asked?.op !== '.') return undefined;
  const [before, name] = asked.args;
  const keys = keysNamed(before);
  // The fields of an event itself are no fields of `event`: its data is not.
  const read = keys && keys[0] !== 'event' ? readOf(before) : undefined;
  if (!read) return undefined;
  return (event, vars) => {
    const value = read(event, vars);
    return typeof value === 'object' && value !== null && !isList(value) ? Object.hasOwn(value, name) : undefined;
  };
}

/** Reads a place of the event or of `vars`. */
function readOf(node: ASTNode): ReadPlace | undefined {
  const [root, first, ...rest] = keysNamed(node) ?? [];
  if (root === undefined) return undefined;
  if (root === 'event') return first === undefined || rest.length > 0 ? undefined : ATTRIBUTES.get(first);
  if (first === undefined) return root === 'vars' ? (_, vars) => vars : ({ data }) => data;
  const start: ReadPlace = root === 'vars' ? (_, vars) => entryOf(vars, first) : ({ data }) => entryOf(data, first);
  return rest.reduce<ReadPlace>((read, key) => (event, vars) => entryOf(read(event, vars), key), start);
}

const ATTRIBUTES: ReadonlyMap<string | number, ReadPlace> = new Map<string, ReadPlace>([
  ['id', ({ id }) => id],
  ['source', ({ source }) => source],
  ['type', ({ type }) => type],
  ['subject', ({ subject }) => subject],
  ['time', ({ time }) => time],
]);

/** A list has numbers as keys alone: its length is no entry of it. */
function entryOf(value: Json | undefined, key: string | number): Json | undefined {
  if (isList(value)) return typeof key === 'number' ? value[key] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isScalar(value: Json | undefined): value is Constant {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

/** A literal; a number may have its sign before it. */
function constantOf(node: ASTNode): Constant | undefined {
  if (node.op === '-_') {
    const value = constantOf(node.args);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.op !== 'value' || node.args instanceof Uint8Array) return undefined;
  const { args } = node;
  return args === null || typeof args === 'string' || typeof args === 'boolean' ? args : Number(args);
}
