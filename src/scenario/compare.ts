import { type Item, type Outcome, SECTIONS, type Section } from './scenario.ts';

/** One thing in which what happened is not what was expected. Numbers count from 1, in the list that the item stands in. */
export type Difference = { readonly section: Section } & (
  | {
      readonly kind: 'other';
      readonly number: number;
      readonly expected: Item;
      readonly happened: Item;
    }
  /** The same, at another place of the order. */
  | { readonly kind: 'moved'; readonly number: number; readonly expected: Item; readonly happenedAs: number }
  | { readonly kind: 'missing'; readonly number: number; readonly expected: Item }
  | { readonly kind: 'unlisted'; readonly number: number; readonly happened: Item }
);

/** All differences, in the order of the lists; none where exactly what was expected has happened. */
export function compare(expected: Outcome, happened: Outcome): readonly Difference[] {
  return SECTIONS.flatMap((section) => compareLists(section, expected[section], happened[section]));
}

/** Whether two items say the same. */
function isSame(a: Item, b: Item): boolean {
  const [of, other] = [Object.entries(a.fields), Object.entries(b.fields)];
  return of.length === other.length && of.every(([name, value]) => b.fields[name] === value);
}

function compareLists(section: Section, expected: readonly Item[], happened: readonly Item[]): readonly Difference[] {
  const kept = longestCommon(expected, happened);
  const missing = indexesBut(
    expected,
    kept.map(([index]) => index),
  );
  const unlisted = indexesBut(
    happened,
    kept.map(([, index]) => index),
  );
  const moved = takePairs(missing, unlisted, (a, b) => isSame(at(expected, a), at(happened, b)));
  const alike = takePairs(missing, unlisted, (a, b) => isAlike(at(expected, a), at(happened, b)));
  const found: readonly (readonly [order: number, difference: Difference])[] = [
    ...moved.map(([from, to]) => {
      const difference = { section, number: from + 1, expected: at(expected, from), happenedAs: to + 1 };
      return [from, { kind: 'moved', ...difference }] as const;
    }),
    ...alike.map(([from, to]) => {
      const difference = { section, number: from + 1, expected: at(expected, from), happened: at(happened, to) };
      return [from, { kind: 'other', ...difference }] as const;
    }),
    ...missing.map((from) => {
      const difference = { section, number: from + 1, expected: at(expected, from) };
      return [from, { kind: 'missing', ...difference }] as const;
    }),
    ...unlisted.map((to) => {
      const difference = { section, number: to + 1, happened: at(happened, to) };
      return [to, { kind: 'unlisted', ...difference }] as const;
    }),
  ];
  return found.toSorted(([a], [b]) => a - b).map(([, difference]) => difference);
}

function at(items: readonly Item[], index: number): Item {
  return items[index] ?? { fields: {} };
}

function indexesBut(items: readonly Item[], taken: readonly number[]): number[] {
  return items.map((_, index) => index).filter((index) => !taken.includes(index));
}

/** Takes pairs out of both lists, each with the first that fits it. */
function takePairs(
  from: number[],
  to: number[],
  fits: (a: number, b: number) => boolean,
): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  for (const a of from.slice()) {
    const b = to.find((candidate) => fits(a, candidate));
    if (b === undefined) continue;
    from.splice(from.indexOf(a), 1);
    to.splice(to.indexOf(b), 1);
    pairs.push([a, b]);
  }
  return pairs;
}

/** Meant to be the same: about the same phone, address or rule, or in the same words. */
function isAlike(a: Item, b: Item): boolean {
  return ['to', 'hears', 'text', 'GET', 'POST', 'DELETE', 'rule', 'error'].some(
    (name) => a.fields[name] !== undefined && a.fields[name] === b.fields[name],
  );
}

/** Pairs of indexes of a longest common subsequence. Lists are as long as a scenario: a few items. */
function longestCommon(a: readonly Item[], b: readonly Item[]): readonly (readonly [number, number])[] {
  const lengths = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  const length = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (!row) continue;
      row[j] = isSame(at(a, i), at(b, j)) ? 1 + length(i + 1, j + 1) : Math.max(length(i + 1, j), length(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (isSame(at(a, i), at(b, j))) pairs.push([i++, j++]);
    else if (length(i + 1, j) >= length(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
