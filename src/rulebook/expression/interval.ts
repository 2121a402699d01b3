/** A stretch of numbers; an open end does not belong to it. */
export interface Interval {
  readonly min: number;
  readonly max: number;
  readonly isMinOpen: boolean;
  readonly isMaxOpen: boolean;
}

/** All numbers that JSON has. */
export const ALL_NUMBERS: Interval = { min: -Infinity, max: Infinity, isMinOpen: false, isMaxOpen: false };

/** Lengths of texts and lists that a schema says nothing of. */
export const ANY_LENGTH: Interval = { ...ALL_NUMBERS, min: 0 };

/** Nothing but this number. */
export function exactly(value: number): Interval {
  return { min: value, max: value, isMinOpen: false, isMaxOpen: false };
}

/** The smallest stretch that has both in it. */
export function hull(a: Interval, b: Interval): Interval {
  const [low, high] = [lower(a, b) ? a : b, upper(a, b) ? a : b];
  return { min: low.min, isMinOpen: low.isMinOpen, max: high.max, isMaxOpen: high.isMaxOpen };
}

/** What both have; undefined for nothing. */
export function overlap(a: Interval, b: Interval): Interval | undefined {
  const [low, high] = [lower(a, b) ? b : a, upper(a, b) ? b : a];
  const both = { min: low.min, isMinOpen: low.isMinOpen, max: high.max, isMaxOpen: high.isMaxOpen };
  return isEmpty(both) ? undefined : both;
}

/** The whole numbers of a stretch, with its ends among them; undefined where it has none. */
export function wholeNumbersOf({ min, max, isMinOpen, isMaxOpen }: Interval): Interval | undefined {
  const first = isMinOpen && Number.isInteger(min) ? min + 1 : Math.ceil(min);
  const last = isMaxOpen && Number.isInteger(max) ? max - 1 : Math.floor(max);
  return first > last ? undefined : { min: first, max: last, isMinOpen: false, isMaxOpen: false };
}

/** Whether a number is in it. */
export function contains({ min, max, isMinOpen, isMaxOpen }: Interval, value: number): boolean {
  return (isMinOpen ? value > min : value >= min) && (isMaxOpen ? value < max : value <= max);
}

/**
 * Where the sums lie. Both ends count as in it: a sum may be rounded to the end that its terms never reach.
 */
export function sum(a: Interval, b: Interval): Interval {
  return closed(a.min + b.min, a.max + b.max);
}

/** Where the numbers lie when their sign is changed. */
export function negated({ min, max, isMinOpen, isMaxOpen }: Interval): Interval {
  return { min: -max, max: -min, isMinOpen: isMaxOpen, isMaxOpen: isMinOpen };
}

function closed(min: number, max: number): Interval {
  return {
    min: Number.isNaN(min) ? -Infinity : min,
    max: Number.isNaN(max) ? Infinity : max,
    isMinOpen: false,
    isMaxOpen: false,
  };
}

function isEmpty({ min, max, isMinOpen, isMaxOpen }: Interval): boolean {
  return min > max || (min === max && (isMinOpen || isMaxOpen));
}

/** Whether `a` begins before `b`. */
function lower(a: Interval, b: Interval): boolean {
  return a.min === b.min ? !a.isMinOpen : a.min < b.min;
}

/** Whether `a` ends after `b`. */
function upper(a: Interval, b: Interval): boolean {
  return a.max === b.max ? !a.isMaxOpen : a.max > b.max;
}
