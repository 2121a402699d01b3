import { both, without } from './combine.ts';
import { ALL_NUMBERS, type Interval } from './interval.ts';
import { isOnly, ofKind, onlyValue, type Scalar, type Shape } from './shape.ts';

/** What two values are known to be where a comparison of them holds; undefined where it never does. */
export type Pair = readonly [Shape, Shape] | undefined;

/** What is known where a comparison holds, and where it does not. */
export interface Comparison {
  readonly whenTrue: Pair;
  readonly whenFalse: Pair;
}

/** An operator that compares. */
export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** What comparing two values tells of them. */
export function compare(operator: Comparator, a: Shape, b: Shape): Comparison {
  switch (operator) {
    case '==':
      return { whenTrue: equal(a, b), whenFalse: unequal(a, b) };
    case '!=':
      return { whenTrue: unequal(a, b), whenFalse: equal(a, b) };
    case '<':
      return { whenTrue: less(a, b, true), whenFalse: swapped(less(b, a, false)) };
    case '<=':
      return { whenTrue: less(a, b, false), whenFalse: swapped(less(b, a, true)) };
    case '>':
      return { whenTrue: swapped(less(b, a, true)), whenFalse: less(a, b, false) };
    case '>=':
      return { whenTrue: swapped(less(b, a, false)), whenFalse: less(a, b, true) };
  }
}

/** What `value in list` tells of the value; `elements` are those of a list that is written out. */
export function within(
  value: Shape,
  list: Shape,
  elements: readonly Scalar[] | undefined,
): { readonly whenTrue: Shape | undefined; readonly whenFalse: Shape | undefined } {
  const whenTrue = list.size.max === 0 ? undefined : both(value, list.items());
  const left = elements?.reduce<Shape | undefined>((rest, element) => rest && without(rest, element), value);
  return { whenTrue: whenTrue && keepingSchema(value, whenTrue), whenFalse: elements ? left : value };
}

function equal(a: Shape, b: Shape): Pair {
  const met = both(a, b);
  if (!met) return undefined;
  // Of two lists or maps that are equal, their own schemas say more than what they share.
  if (!a.values && !b.values && (a.kinds.has('list') || a.kinds.has('map'))) return [a, b];
  return [keepingSchema(a, met), keepingSchema(b, met)];
}

function unequal(a: Shape, b: Shape): Pair {
  const [ofA, ofB] = [onlyValue(a), onlyValue(b)];
  const newA = ofB.reduce<Shape | undefined>((rest, value) => rest && without(rest, value), a);
  const newB = ofA.reduce<Shape | undefined>((rest, value) => rest && without(rest, value), b);
  return newA && newB ? [newA, newB] : undefined;
}

/** What is known where `a < b`, or `a <= b`; only numbers tell anything. */
function less(a: Shape, b: Shape, isStrict: boolean): Pair {
  if (!isOnly(a, 'number') || !isOnly(b, 'number')) return [a, b];
  const below: Interval = { ...ALL_NUMBERS, max: b.numbers.max, isMaxOpen: isStrict || b.numbers.isMaxOpen };
  const above: Interval = { ...ALL_NUMBERS, min: a.numbers.min, isMinOpen: isStrict || a.numbers.isMinOpen };
  const newA = both(a, { ...ofKind('number'), numbers: endless(below) });
  const newB = both(b, { ...ofKind('number'), numbers: endless(above) });
  return newA && newB ? [newA, newB] : undefined;
}

/** No number is infinite, so an end that is takes nothing away. */
function endless(interval: Interval): Interval {
  return {
    ...interval,
    isMinOpen: interval.isMinOpen && Number.isFinite(interval.min),
    isMaxOpen: interval.isMaxOpen && Number.isFinite(interval.max),
  };
}

function swapped(pair: Pair): Pair {
  return pair && [pair[1], pair[0]];
}

function keepingSchema(of: Shape, met: Shape): Shape {
  return { ...met, schema: of.schema };
}
