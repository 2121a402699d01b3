import type { JsonSchema } from '../../schema/schema.ts';
import { ALL_NUMBERS, ANY_LENGTH, exactly, hull, type Interval } from './interval.ts';

/** Kinds of values that an expression meets: those of JSON, and what only CEL's functions make. */
export type Kind = 'string' | 'number' | 'boolean' | 'null' | 'list' | 'map' | 'timestamp' | 'duration' | 'bytes';

/** A value that can be compared as it stands. */
export type Scalar = string | number | boolean | null;

/** What is known of a value before anything runs: every value that it can have fits its shape. */
export interface Shape {
  readonly kinds: ReadonlySet<Kind>;
  /** All values that it can have, where they are few; undefined where they are not, or are no scalars. */
  readonly values: readonly Scalar[] | undefined;
  /** Where its numbers lie, and whether they are all whole. */
  readonly numbers: Interval;
  readonly isWhole: boolean;
  /** Lengths of its strings, in characters (code points, as JSON Schema counts). */
  readonly length: Interval;
  /** Lengths of its lists. */
  readonly size: Interval;
  /** What its lists hold. */
  readonly items: () => Shape;
  /** What its maps hold. */
  readonly fields: () => Fields;
  /** The schema that says all this, where it is one. */
  readonly schema: JsonSchema | undefined;
}

/** What is known of the entries of a map. */
export interface Fields {
  readonly known: ReadonlyMap<string, Field>;
  /** What an entry of another name holds; undefined where it would be a mistake to ask for one. */
  readonly others: Field | undefined;
}

/** One entry. `isRequired` says that it need not be asked for, because it is there, or because nothing is known of its map. */
export interface Field {
  readonly shape: Shape;
  readonly isRequired: boolean;
}

/** Past this, a set of values is no longer kept one by one. */
const MAX_VALUES = 64;

const ALL_KINDS: ReadonlySet<Kind> = new Set([
  'string',
  'number',
  'boolean',
  'null',
  'list',
  'map',
  'timestamp',
  'duration',
  'bytes',
]);

const unknownFields: Fields = {
  known: new Map(),
  get others() {
    return { shape: ANY, isRequired: true };
  },
};

/** A value of which nothing is known. */
export const ANY: Shape = {
  kinds: ALL_KINDS,
  values: undefined,
  numbers: ALL_NUMBERS,
  isWhole: false,
  length: ANY_LENGTH,
  size: ANY_LENGTH,
  items: () => ANY,
  fields: () => unknownFields,
  schema: undefined,
};

/** Any value of these kinds. */
export function ofKind(...kinds: readonly Kind[]): Shape {
  const [only, ...others] = kinds;
  if (only === undefined || others.length > 0) return withValues({ ...ANY, kinds: new Set(kinds) }, undefined);
  let shape = ofOneKind.get(only);
  if (!shape) {
    shape = withValues({ ...ANY, kinds: new Set([only]) }, undefined);
    ofOneKind.set(only, shape);
  }
  return shape;
}

/** Shapes never change: of each kind there is one. */
const ofOneKind = new Map<Kind, Shape>();

/** One of these values. */
export function oneOf(values: readonly Scalar[]): Shape {
  return withValues({ ...ANY, kinds: new Set(values.map(kindOf)) }, values);
}

/** True, or false; either where it is not known. */
export function ofBoolean(value?: boolean): Shape {
  return value === undefined ? EITHER : value ? TRUE : FALSE;
}

const TRUE = oneOf([true]);
const FALSE = oneOf([false]);
const EITHER = oneOf([false, true]);

/** Whole numbers of a stretch. */
export function wholeNumbers(numbers: Interval): Shape {
  return { ...ofKind('number'), numbers, isWhole: true };
}

/** Texts of such lengths. */
export function textOf(length: Interval): Shape {
  return { ...ofKind('string'), length };
}

/** Lists of such items and lengths. */
export function listOf(items: Shape, size: Interval = ANY_LENGTH): Shape {
  return { ...ofKind('list'), items: () => items, size };
}

/** The shape with its values told one by one, and what follows from them; few booleans always are. */
export function withValues(shape: Shape, values: readonly Scalar[] | undefined): Shape {
  const told = values ?? fewValues(shape);
  if (!told || told.length > MAX_VALUES) return { ...shape, values: undefined };
  const [only, ...others] = told;
  if (only !== undefined && others.length === 0) return withValue(shape, only);
  const unique = [...new Set(told)];
  const numbers = unique.filter((value) => typeof value === 'number');
  const texts = unique.filter((value) => typeof value === 'string');
  return {
    ...shape,
    kinds: new Set(unique.map(kindOf)),
    values: unique,
    numbers: numbers.map(exactly).reduce(hull, numbers.length > 0 ? exactly(numbers[0] ?? 0) : shape.numbers),
    isWhole: numbers.length > 0 ? numbers.every(Number.isInteger) : shape.isWhole,
    length: texts.map((text) => exactly(lengthOf(text))).reduce(hull, lengthsFrom(texts[0], shape.length)),
  };
}

function withValue(shape: Shape, value: Scalar): Shape {
  const isNumber = typeof value === 'number';
  return {
    ...shape,
    kinds: new Set([kindOf(value)]),
    values: [value],
    numbers: isNumber ? exactly(value) : shape.numbers,
    isWhole: isNumber ? Number.isInteger(value) : shape.isWhole,
    length: typeof value === 'string' ? exactly(lengthOf(value)) : shape.length,
  };
}

/** Whether anything at all may be in its place: nothing is held against it. */
export function isAny(shape: Shape): boolean {
  return shape.kinds.size === ALL_KINDS.size;
}

/** Whether it is of this kind and no other. */
export function isOnly(shape: Shape, kind: Kind): boolean {
  return shape.kinds.size === 1 && shape.kinds.has(kind);
}

/** The one value that it can have, in a list; an empty list where there are more, or where it is not known. */
export function onlyValue(shape: Shape): readonly Scalar[] {
  return shape.values?.length === 1 ? shape.values : [];
}

/** Characters of a text (code points, as CEL and JSON Schema count them). */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** The kind that a value is of. */
export function kindOf(value: Scalar): Kind {
  if (value === null) return 'null';
  const type = typeof value;
  return type === 'number' || type === 'boolean' ? type : 'string';
}

/** Of kinds with few values: which they are. */
function fewValues(shape: Shape): readonly Scalar[] | undefined {
  if (isOnly(shape, 'boolean')) return shape.values ?? [false, true];
  if (isOnly(shape, 'null')) return [null];
  const { min, max } = shape.numbers;
  return isOnly(shape, 'number') && min === max ? [min] : undefined;
}

function lengthsFrom(first: string | undefined, otherwise: Interval): Interval {
  return first === undefined ? otherwise : exactly(lengthOf(first));
}
