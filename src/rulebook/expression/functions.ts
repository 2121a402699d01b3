import { compilePattern } from '../../schema/schema.ts';
import { ALL_NUMBERS, ANY_LENGTH, type Interval } from './interval.ts';
import {
  ANY,
  type Kind,
  lengthOf,
  listOf,
  ofKind,
  oneOf,
  onlyValue,
  type Scalar,
  type Shape,
  textOf,
  wholeNumbers,
} from './shape.ts';

/** One way to call a function. */
export interface Signature {
  readonly name: string;
  /** What it is called on, as `text` in `text.trim()`; undefined for `size(text)`. */
  readonly receiver: Kind | undefined;
  readonly parameters: readonly (Kind | 'any')[];
  /** What it comes to; `values` are the receiver, where it has one, and the arguments. */
  readonly result: (values: readonly Shape[]) => Shape;
}

/** What a function makes of the values themselves, where they are all known. */
type Fold = (first: Scalar, second: Scalar) => Scalar | undefined;

const WHOLE = wholeNumbers(ALL_NUMBERS);
const COUNT = wholeNumbers(ANY_LENGTH);
const BOOLEAN = ofKind('boolean');

const text = ([of]: readonly Shape[]): Shape => textOf({ ...ANY_LENGTH, max: of?.length.max ?? Infinity });

/** What stands in a signature for its result: `string`, or a function of what went in. */
const RESULTS: Readonly<Record<string, Signature['result']>> = {
  any: () => ANY,
  boolean: () => BOOLEAN,
  number: () => ofKind('number'),
  whole: () => WHOLE,
  count: () => COUNT,
  string: () => ofKind('string'),
  timestamp: () => ofKind('timestamp'),
  duration: () => ofKind('duration'),
  bytes: () => ofKind('bytes'),
  strings: () => listOf(ofKind('string')),
  // A part of a text is no longer than the text.
  part: text,
  parts: (values) => listOf(text(values), { ...ANY_LENGTH, min: 1 }),
  // A letter in the other case may be up to three: U+0390 is.
  cased: ([of]) => textOf({ ...ANY_LENGTH, max: (of?.length.max ?? Infinity) * 3 }),
  length: ([of]) => wholeNumbers(of?.length ?? ANY_LENGTH),
  size: ([of]) => wholeNumbers(of?.size ?? ANY_LENGTH),
  same: ([of]) => of ?? ANY,
};

const FOLDS: Readonly<Record<string, Fold>> = {
  startsWith: onTexts((a, b) => a.startsWith(b)),
  endsWith: onTexts((a, b) => a.endsWith(b)),
  contains: onTexts((a, b) => a.includes(b)),
  matches: onTexts(matches),
  size: (of) => (typeof of === 'string' ? lengthOf(of) : undefined),
};

/**
 * Every function that expressions have, written `receiver.name(parameters): result`. What cel-js has beside them is of no use
 * on JSON (`uint`, `type`), or is not CEL's own (`cel.bind`).
 */
const SIGNATURES = `
  size(string): length           size(list): size          size(map): count          size(bytes): count
  string.size(): length          list.size(): size         map.size(): count         bytes.size(): count
  dyn(any): any
  string(string): same           string(number): string    string(boolean): string   string(bytes): string
  string(timestamp): string      string(duration): string
  int(number): whole             int(string): whole        double(number): same      double(string): number
  bool(boolean): same            bool(string): boolean     bytes(string): bytes      bytes(bytes): same
  timestamp(string): timestamp   timestamp(number): timestamp                        duration(string): duration
  string.startsWith(string): boolean     string.endsWith(string): boolean            string.contains(string): boolean
  string.matches(string): boolean        string.trim(): part
  string.lowerAscii(): cased             string.upperAscii(): cased
  string.indexOf(string): whole          string.indexOf(string,number): whole
  string.lastIndexOf(string): whole      string.lastIndexOf(string,number): whole
  string.substring(number): part         string.substring(number,number): part
  string.split(string): parts            string.split(string,number): strings
  list.join(): string                    list.join(string): string
  bytes.base64(): string                 bytes.hex(): string                         bytes.string(): string
  duration.getHours(): whole             duration.getMinutes(): whole
  duration.getSeconds(): whole           duration.getMilliseconds(): whole
`;

/** Parts of a time, and where they lie. Each takes the name of a time zone: `getHours('Europe/Madrid')`. */
const PARTS_OF_TIME: Readonly<Record<string, readonly [number, number]>> = {
  getFullYear: [-1, 10_000],
  getMonth: [0, 11],
  getDate: [1, 31],
  getDayOfMonth: [0, 30],
  getDayOfWeek: [0, 6],
  getDayOfYear: [-1, 366],
  getHours: [0, 23],
  getMinutes: [0, 59],
  getSeconds: [0, 60],
  getMilliseconds: [0, 999],
};

/** Macros: they take the name of a variable, and expressions over it. */
export const MACROS: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  filter: [2],
  map: [2, 3],
};

const byName = Map.groupBy([...signaturesIn(SIGNATURES), ...partsOfTime()], ({ name }) => name);

/** All ways to call a function of this name; none where there is no such function. */
export function signaturesOf(name: string): readonly Signature[] {
  return byName.get(name) ?? [];
}

/** The names of all functions and macros. */
export function functionNames(): readonly string[] {
  return ['has', ...Object.keys(MACROS), ...byName.keys()];
}

/** What a call comes to where the values are all known; undefined where that cannot be told. */
export function folded(name: string, values: readonly Shape[]): Shape | undefined {
  const fold = Object.hasOwn(FOLDS, name) ? FOLDS[name] : undefined;
  const [first, second] = values;
  if (!fold || !first?.values) return undefined;
  const [argument = null] = second ? onlyValue(second) : [];
  if (second && onlyValue(second).length === 0) return undefined;
  const results = first.values.map((value) => fold(value, argument));
  return results.every((result) => result !== undefined) ? oneOf(results) : undefined;
}

function signaturesIn(lines: string): readonly Signature[] {
  return [...lines.matchAll(/(?:(\w+)\.)?(\w+)\(([\w,]*)\): (\w+)/g)].map(
    ([, receiver, name = '', parameters, result = '']) => ({
      name,
      receiver: receiver === undefined ? undefined : kindNamed(receiver),
      parameters: (parameters ?? '')
        .split(',')
        .filter(Boolean)
        .map((parameter) => (parameter === 'any' ? 'any' : kindNamed(parameter))),
      result: RESULTS[result] ?? (() => ANY),
    }),
  );
}

function partsOfTime(): readonly Signature[] {
  return Object.entries(PARTS_OF_TIME).flatMap(([name, [min, max]]) => {
    const part: Interval = { ...ALL_NUMBERS, min, max };
    const result = (): Shape => wholeNumbers(part);
    return [
      { name, receiver: 'timestamp' as const, parameters: [], result },
      { name, receiver: 'timestamp' as const, parameters: ['string' as const], result },
    ];
  });
}

function kindNamed(name: string): Kind {
  for (const kind of ANY.kinds) if (kind === name) return kind;
  throw new Error(`no kind of value is called "${name}"`);
}

function onTexts(fold: (a: string, b: string) => boolean | undefined): Fold {
  return (a, b) => (typeof a === 'string' && typeof b === 'string' ? fold(a, b) : undefined);
}

function matches(value: string, pattern: string): boolean | undefined {
  try {
    return compilePattern(pattern)(value);
  } catch {
    return undefined;
  }
}
