import { contains, hull, overlap, wholeNumbersOf } from './interval.ts';
import { ANY, type Field, type Fields, kindOf, lengthOf, type Scalar, type Shape, withValues } from './shape.ts';

/** What is known of a value that has one of these shapes. */
export function anyOf(shapes: readonly Shape[]): Shape {
  const [first, ...others] = shapes;
  return first ? others.reduce(either, first) : ANY;
}

/** What is known of a value that has one of two shapes. */
export function either(a: Shape, b: Shape): Shape {
  if (a === b) return a;
  if (a === ANY || b === ANY) return ANY;
  const [numbers, strings, lists] = [sideWith('number', a, b), sideWith('string', a, b), sideWith('list', a, b)];
  const joined: Shape = {
    kinds: a.kinds.union(b.kinds),
    values: undefined,
    numbers: numbers ? numbers.numbers : hull(a.numbers, b.numbers),
    isWhole: numbers ? numbers.isWhole : a.isWhole && b.isWhole,
    length: strings ? strings.length : hull(a.length, b.length),
    size: lists ? lists.size : hull(a.size, b.size),
    items: lists ? lists.items : () => either(a.items(), b.items()),
    fields: sideWith('map', a, b)?.fields ?? (() => eitherFields(a.fields(), b.fields())),
    schema: a.schema === b.schema ? a.schema : undefined,
  };
  return a.values && b.values ? withValues(joined, [...a.values, ...b.values]) : joined;
}

/** What is known of a value that has both shapes; undefined where no value has. */
export function both(a: Shape, b: Shape): Shape | undefined {
  if (a === b || b === ANY) return a;
  if (a === ANY) return b;
  const values = a.values
    ? a.values.filter((value) => admits(b, value))
    : b.values?.filter((value) => admits(a, value));
  if (values) return values.length === 0 ? undefined : withValues({ ...a, schema: a.schema ?? b.schema }, values);
  return bothOfMany(a, b);
}

/** Whether a value can have this shape. */
function admits(shape: Shape, value: Scalar): boolean {
  if (!shape.kinds.has(kindOf(value))) return false;
  if (shape.values) return shape.values.includes(value);
  if (typeof value === 'number') return contains(shape.numbers, value) && (!shape.isWhole || Number.isInteger(value));
  return typeof value !== 'string' || contains(shape.length, lengthOf(value));
}

/** The shape without one of its values; undefined where it had no other. */
export function without(shape: Shape, value: Scalar): Shape | undefined {
  if (shape.values) {
    const left = shape.values.filter((candidate) => candidate !== value);
    return left.length === 0 ? undefined : withValues(shape, left);
  }
  if (value === null) {
    const kinds = new Set(shape.kinds);
    kinds.delete('null');
    return kinds.size === 0 ? undefined : withValues({ ...shape, kinds }, undefined);
  }
  return shape;
}

function bothOfMany(a: Shape, b: Shape): Shape | undefined {
  const kinds = new Set([...a.kinds].filter((kind) => b.kinds.has(kind)));
  const isWhole = a.isWhole || b.isWhole;
  const inBoth = overlap(a.numbers, b.numbers);
  const numbers = inBoth && isWhole ? wholeNumbersOf(inBoth) : inBoth;
  const length = overlap(a.length, b.length);
  const size = overlap(a.size, b.size);
  if (!numbers) kinds.delete('number');
  if (!length) kinds.delete('string');
  if (!size) kinds.delete('list');
  if (kinds.size === 0) return undefined;
  const met: Shape = {
    kinds,
    values: undefined,
    numbers: numbers ?? a.numbers,
    isWhole,
    length: length ?? a.length,
    size: size ?? a.size,
    // Where nothing fits both, no item is ever seen: what the first says of it is as true as anything.
    items: () => both(a.items(), b.items()) ?? a.items(),
    fields: () => bothFields(a.fields(), b.fields()),
    schema: a.schema ?? b.schema,
  };
  return withValues(met, undefined);
}

/** The one of two shapes that has values of this kind at all: only it has a say about them. */
function sideWith(kind: 'number' | 'string' | 'list' | 'map', a: Shape, b: Shape): Shape | undefined {
  if (!b.kinds.has(kind)) return a;
  return a.kinds.has(kind) ? undefined : b;
}

function eitherFields(a: Fields, b: Fields): Fields {
  if (a === b) return a;
  const known = new Map<string, Field>();
  for (const name of new Set([...a.known.keys(), ...b.known.keys()])) {
    const [inA, inB] = [a.known.get(name), b.known.get(name)];
    const shapes = [inA ?? a.others, inB ?? b.others].flatMap((field) => field?.shape ?? []);
    const [first, second = first] = shapes;
    if (!first || !second) continue;
    known.set(name, { shape: either(first, second), isRequired: Boolean(inA?.isRequired && inB?.isRequired) });
  }
  const others = a.others && b.others ? eitherField(a.others, b.others) : (a.others ?? b.others);
  return { known, others };
}

function eitherField(a: Field, b: Field): Field {
  return { shape: either(a.shape, b.shape), isRequired: a.isRequired && b.isRequired };
}

function bothFields(a: Fields, b: Fields): Fields {
  if (a === b || isUnknown(b)) return a;
  if (isUnknown(a)) return b;
  const known = new Map<string, Field>();
  for (const name of new Set([...a.known.keys(), ...b.known.keys()])) {
    const [inA, inB] = [a.known.get(name), b.known.get(name)];
    const shape = inA && inB ? (both(inA.shape, inB.shape) ?? inA.shape) : ((inA ?? inB)?.shape ?? ANY);
    known.set(name, { shape, isRequired: Boolean(inA?.isRequired || inB?.isRequired) });
  }
  return { known, others: a.others && b.others };
}

function isUnknown({ known, others }: Fields): boolean {
  return known.size === 0 && others !== undefined && others.isRequired;
}
