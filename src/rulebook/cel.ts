import { type ASTNode, Environment, EvaluationError } from '@marcbachmann/cel-js';
import { compilePattern } from '../schema/schema.ts';
import { type Dialect, emit, type Write } from './expression/emit.ts';

/** What is run was read within the limits of `parse.ts`, and grows by a few parts when it is written out for running. */
const LIMITS = { maxAstNodes: 20_000, maxDepth: 500, maxListElements: 500, maxMapEntries: 200, maxCallArguments: 16 };

/** The variable under which a scope stands in itself, for the names that mean something else to cel-js. */
export const SCOPE = 'ringbook__scope';

/** Names that cel-js keeps for its types and namespaces. An event may have a field `type` all the same. */
const TAKEN = new Set([
  'string',
  'bool',
  'int',
  'uint',
  'double',
  'map',
  'list',
  'bytes',
  'null_type',
  'type',
  'google',
  'optional',
  'cel',
]);

/** Functions whose result is an int to CEL. */
const INTEGER_RESULT = new Set(['size', 'indexOf', 'lastIndexOf', 'int', 'at']);

/** Functions whose arguments must be ints to CEL, from the first that must. */
const INTEGER_ARGUMENTS: Readonly<Record<string, number>> = { substring: 0, indexOf: 1, lastIndexOf: 1, split: 1 };

/**
 * CEL as the run uses it: every variable untyped, all numbers doubles as in JSON, `matches()` in linear time. Takes what
 * `runnable` writes.
 */
export function newEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: LIMITS,
  });
  const sync = { async: false };
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
  environment.registerFunction('string.ringbook__matches(string): bool', matches, sync);
  environment.registerFunction('ringbook__has(dyn, string): bool', hasField, sync);
  environment.registerFunction('timestamp(double): google.protobuf.Timestamp', timestamp, sync);
  environment.registerFunction('ringbook__string(dyn): string', asText, sync);
  return environment;
}

/**
 * An expression as it is run. CEL has ints beside doubles, and refuses to mix them; JSON has one kind of number. So literals
 * become doubles, what CEL counts in ints is turned into a double, and turned back where CEL wants an int. Beside that:
 * `matches` runs on RE2; `has(a.b.c)` is false, and no error, where `a.b` is absent; and lists, maps and choices may hold
 * values of several types, which also spares an empty list the bug that its `all()` has in cel-js 8.
 */
export function runnable(ast: ASTNode): string {
  return emit(ast, RUNNING);
}

const RUNNING: Partial<Dialect> = {
  name: (name) => (TAKEN.has(name) ? `${SCOPE}.${name}` : name),
  number: (value) => (Number.isInteger(value) && !String(value).includes('e') ? `${value}.0` : String(value)),
  untyped: (written) => `dyn(${written})`,
  index: (key, write) => (isNumber(key) ? `int(${write(key)})` : write(key)),
  call: (name, args, write) => {
    if (name === 'has' && args[0]) return `(${hasChain(args[0], write).join(' && ')})`;
    if (name === 'string') return `ringbook__string(${args.map(write).join(', ')})`;
    const call = `${name}(${args.map(write).join(', ')})`;
    return INTEGER_RESULT.has(name) ? `double(${call})` : call;
  },
  method: (name, receiver, args, write) => {
    const firstInteger = (Object.hasOwn(INTEGER_ARGUMENTS, name) ? INTEGER_ARGUMENTS[name] : undefined) ?? args.length;
    const given = args.map((arg, index) => (index < firstInteger ? write(arg) : `int(${write(arg)})`));
    const call = `${write(receiver)}.${name === 'matches' ? 'ringbook__matches' : name}(${given.join(', ')})`;
    return INTEGER_RESULT.has(name) || /^get[A-Z]/.test(name) ? `double(${call})` : call;
  },
};

/** `has(a.b.c)`: first whether `a.b` is there. */
function hasChain(asked: ASTNode, write: Write): readonly string[] {
  if (asked.op !== '.') return [];
  const [before, field] = asked.args;
  return [...hasChain(before, write), `ringbook__has(${write(before)}, "${field}")`];
}

/** Whether CEL is sure that it is a number, and so would insist on an int; of data it does not know. */
function isNumber(node: ASTNode): boolean {
  if (node.op === 'value') return typeof node.args !== 'string';
  if (node.op === '-_' || ['+', '-', '*', '/', '%'].includes(node.op)) return true;
  if (node.op === 'call') return INTEGER_RESULT.has(node.args[0]) || node.args[0] === 'double';
  return node.op === 'rcall' && (INTEGER_RESULT.has(node.args[0]) || node.args[0].startsWith('get'));
}

function matches(text: string, pattern: string): boolean {
  let test: (text: string) => boolean;
  try {
    test = compilePattern(pattern);
  } catch (cause) {
    throw new EvaluationError(`"${pattern}" is no pattern that can be used`, undefined, cause);
  }
  return test(text);
}

/** Seconds since 1970, in the years that RFC 3339 can write. */
function timestamp(seconds: number): Date {
  const date = new Date(seconds * 1_000);
  if (date.getTime() >= -62_135_596_800_000 && date.getTime() <= 253_402_300_799_999) return date;
  throw new EvaluationError('timestamp() takes the seconds since 1970');
}

function hasField(value: unknown, name: string): boolean {
  if (value instanceof Map) return value.has(name);
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  const text = textOfTime(value);
  if (text !== undefined) return text;
  throw new EvaluationError('string() takes a text, a number, a time, or true or false');
}

/** A time in ISO 8601, a duration in seconds (`90s`); undefined for any other value. */
export function textOfTime(value: unknown): string | undefined {
  if (value instanceof Date) return value.toISOString();
  const isDuration = Object.prototype.toString.call(value) === '[object google.protobuf.Duration]';
  // As a number, a duration of cel-js is its milliseconds.
  return isDuration ? `${Number(value) / 1_000}s` : undefined;
}
