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
  const byType = new Map<string, Entry[]>();
  for (const [place, rule] of plan.rules.entries()) {
    const parts = rule.when === undefined ? [] : partsOf(rule.when);
    for (const type of new Set(rule.on)) add(byType, type, { rule, place, parts });
  }
  const testOf = newTests();
  const indexes = new Map([...byType].map(([type, entries]) => [type, newIndex(entries, testOf)]));
  return (event) => {
    const index = indexes.get(event.type);
    return index ? lookUp(index, event, evaluate) : [];
  };
}

/** A rule under one of its event types. */
interface Entry {
  readonly rule: Rule;
  /** In the plan. */
  readonly place: number;
  readonly parts: readonly ConditionPart[];
}

/** The rules of one event type: those that every event of it has to be asked about, and the others by what they ask for. */
interface Index {
  readonly always: readonly Candidate[];
  readonly slots: readonly Slot[];
}

/** Rules that ask for one value at a place, by that value. */
interface Slot {
  readonly read: Equality['read'];
  readonly byValue: Map<Json, Candidate[]>;
}

/** A rule that is left once the index has been asked. */
interface Candidate {
  readonly rule: Rule;
  readonly place: number;
  readonly vars: Rule['vars'];
  readonly test: Test;
}

/** What of a condition is to be asked still. */
interface Test {
  readonly decides: readonly Decide[];
  /** There is more to it than is decided here. */
  readonly needsCel: boolean;
}

const NONE: readonly never[] = [];

function newIndex(entries: readonly Entry[], testOf: (entry: Entry, proved?: Equality) => Test): Index {
  const varietyOf = newVariety(entries);
  const slots = new Map<string, Slot>();
  const always: Candidate[] = [];
  for (const entry of entries) {
    const { rule, place, parts } = entry;
    // The place where the rules differ most leaves the fewest of them.
    const [best] = parts
      .flatMap(({ equality }) => equality ?? [])
      .toSorted((a, b) => varietyOf(b.path) - varietyOf(a.path));
    const candidate = { rule, place, vars: rule.vars, test: testOf(entry, best) };
    if (!best) {
      always.push(candidate);
      continue;
    }
    const slot = slots.get(best.path) ?? { read: best.read, byValue: new Map() };
    slots.set(best.path, slot);
    add(slot.byValue, best.value, candidate);
  }
  return { always: always.length > 0 ? always : NONE, slots: slots.size > 0 ? [...slots.values()] : NONE };
}

/** How many values the rules ask for at a place. */
function newVariety(entries: readonly Entry[]): (path: string) => number {
  const values = new Map<string, Set<Json>>();
  for (const { equality } of entries.flatMap(({ parts }) => parts)) {
    if (equality) values.set(equality.path, (values.get(equality.path) ?? new Set()).add(equality.value));
  }
  return (path) => values.get(path)?.size ?? 0;
}

/**
 * What the index has `proved` is not asked again. Rules that then ask the same share one test: with thousands of rules it is
 * the memory that an event walks through that costs.
 */
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

function lookUp({ always, slots }: Index, event: Event, evaluate: Evaluate): readonly Rule[] {
  const found: Candidate[] = [];
  keep(always, event, evaluate, found);
  for (const { read, byValue } of slots) {
    const value = read(event);
    const candidates = value === undefined ? undefined : byValue.get(value);
    if (candidates) keep(candidates, event, evaluate, found);
  }
  if (found.length > 1) found.sort((a, b) => a.place - b.place);
  return found.map(({ rule }) => rule);
}

function keep(candidates: readonly Candidate[], event: Event, evaluate: Evaluate, found: Candidate[]): void {
  for (const candidate of candidates) if (holds(candidate, event, evaluate)) found.push(candidate);
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

function add<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
