import type { Event } from '../event/event.ts';
import {
  type ConditionPart,
  type Decide,
  type Equality,
  type Evaluate,
  ExpressionFailed,
  type Plan,
  type Rule,
  type Scope,
} from '../rulebook/rulebook.ts';
import type { Json } from '../schema/schema.ts';

/** Finds the rules that an event fires, in the order of the plan. */
export type Match = (event: Event) => readonly Rule[];

/**
 * Indexes a plan's rules by event type and by one equality of their `when`, so that an event costs nothing for the rules that
 * it cannot fire. What `partsOf` a condition can decide is not evaluated.
 */
export function newMatch(plan: Plan, evaluate: Evaluate, partsOf: (when: string) => readonly ConditionPart[]): Match {
  const index = newIndex(plan, partsOf);
  return (event) => {
    const found: Candidate[] = [];
    keep(index.always.get(event.type), event, evaluate, found);
    for (const { read, byValue } of index.slots.get(event.type) ?? NONE) {
      const value = read(event);
      if (value !== undefined) keep(byValue.get(value), event, evaluate, found);
    }
    if (found.length > 1) found.sort((a, b) => a.place - b.place);
    return found.map(({ rule }) => rule);
  };
}

const NONE: readonly never[] = [];

/** By event type: the rules that every event of it has to be asked about, and the others by what they ask for. */
interface Index {
  readonly always: ReadonlyMap<string, Candidate>;
  readonly slots: ReadonlyMap<string, readonly Slot[]>;
}

/** Rules that ask for one value at a place, by that value. */
interface Slot {
  readonly path: string;
  readonly read: Equality['read'];
  readonly byValue: Map<Json, Candidate>;
}

/**
 * A rule that is left once the index has been asked, and the next of those that are found with it. A chain, and no list: with
 * thousands of rules it is the memory that an event walks through that costs.
 */
interface Candidate {
  readonly rule: Rule;
  /** In the plan. */
  readonly place: number;
  readonly vars: Rule['vars'];
  readonly test: Test;
  readonly next: Candidate | undefined;
}

/** What of a condition is to be asked still. */
interface Test {
  readonly decides: readonly Decide[];
  /** There is more to it than is decided here. */
  readonly needsCel: boolean;
}

/** A rule under one of its event types. */
interface Entry {
  readonly rule: Rule;
  readonly place: number;
  readonly parts: readonly ConditionPart[];
}

function newIndex(plan: Plan, partsOf: (when: string) => readonly ConditionPart[]): Index {
  const byType = new Map<string, Entry[]>();
  for (const [place, rule] of plan.rules.entries()) {
    const entry = { rule, place, parts: rule.when === undefined ? NONE : partsOf(rule.when) };
    for (const type of new Set(rule.on)) {
      const entries = byType.get(type);
      if (entries) entries.push(entry);
      else byType.set(type, [entry]);
    }
  }
  const testOf = newTests();
  const always = new Map<string, Candidate>();
  const slots = new Map<string, Slot[]>();
  for (const [type, entries] of byType) {
    const bestOf = newChoice(entries);
    for (const entry of entries) {
      const best = bestOf(entry);
      const test = testOf(entry, best);
      if (best) addTo(slotOf(slots, type, best), best.value, entry, test);
      else addTo(always, type, entry, test);
    }
  }
  return { always, slots };
}

function slotOf(slots: Map<string, Slot[]>, type: string, { path, read }: Equality): Slot['byValue'] {
  const ofType = slots.get(type) ?? [];
  slots.set(type, ofType);
  const slot = ofType.find((known) => known.path === path) ?? { path, read, byValue: new Map() };
  if (!ofType.includes(slot)) ofType.push(slot);
  return slot.byValue;
}

function addTo<Key>(chains: Map<Key, Candidate>, key: Key, { rule, place }: Entry, test: Test): void {
  chains.set(key, { rule, place, vars: rule.vars, test, next: chains.get(key) });
}

/** Chooses the equality by which a rule is found: the place where the rules differ most leaves the fewest of them. */
function newChoice(entries: readonly Entry[]): (entry: Entry) => Equality | undefined {
  const values = new Map<string, Set<Json>>();
  for (const { equality } of entries.flatMap(({ parts }) => parts)) {
    if (equality) values.set(equality.path, (values.get(equality.path) ?? new Set()).add(equality.value));
  }
  const variety = ({ path }: Equality): number => values.get(path)?.size ?? 0;
  return ({ parts }) => parts.flatMap(({ equality }) => equality ?? []).toSorted((a, b) => variety(b) - variety(a))[0];
}

/** What the index has `proved` is not asked again. Rules that then ask the same share one test. */
function newTests(): (entry: Entry, proved?: Equality) => Test {
  const numbers = new Map<Decide, number>();
  const tests = new Map<string, Test>();
  return ({ rule, parts }, proved) => {
    const left = parts.filter(({ equality, decide }) => !decide || !proved || equality !== proved);
    const decides = left.flatMap(({ decide }) => decide ?? []);
    const needsCel = rule.when !== undefined && (parts.length === 0 || decides.length < left.length);
    for (const decide of decides) if (!numbers.has(decide)) numbers.set(decide, numbers.size);
    const key = [needsCel, ...decides.map((decide) => numbers.get(decide))].join();
    const test = tests.get(key) ?? { decides, needsCel };
    tests.set(key, test);
    return test;
  };
}

function keep(first: Candidate | undefined, event: Event, evaluate: Evaluate, found: Candidate[]): void {
  for (let candidate = first; candidate; candidate = candidate.next) {
    if (holds(candidate, event, evaluate)) found.push(candidate);
  }
}

/** A condition that cannot be told, such as one about a field that is absent, does not hold. */
function holds({ rule, vars, test }: Candidate, event: Event, evaluate: Evaluate): boolean {
  let isOpen = test.needsCel;
  for (const decide of test.decides) {
    const decided = decide(event, vars);
    if (decided === false) return false;
    if (decided === undefined) isOpen = true;
  }
  return !isOpen || (rule.when !== undefined && evaluated(rule.when, rule, event, evaluate));
}

function evaluated(when: string, rule: Rule, event: Event, evaluate: Evaluate): boolean {
  try {
    return evaluate(when, scopeOf(event, rule)) === true;
  } catch (failure) {
    if (failure instanceof ExpressionFailed) return false;
    throw failure;
  }
}

/** What a rule's expressions can name before any op has run. */
export function scopeOf(event: Event, rule: Rule): Scope {
  const { data, ...envelope } = event;
  const scope: Record<string, unknown> = Object.create(null);
  return Object.assign(scope, data, { data, event: envelope, vars: rule.vars });
}
