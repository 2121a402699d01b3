import type { Event } from '../event/event.ts';
import {
  type Equality,
  type Evaluate,
  ExpressionFailed,
  type Plan,
  type Rule,
  type Scope,
} from '../rulebook/rulebook.ts';
import { asObject, type Json } from '../schema/schema.ts';

/** Finds the rules that an event fires, in the order of the plan. */
export type Match = (event: Event) => readonly Rule[];

/**
 * Indexes a plan's rules by event type and by one equality of their `when`, so that an event costs nothing for the rules that
 * it cannot fire. `equalitiesOf` says which places must have which values for a condition to hold.
 */
export function newMatch(plan: Plan, evaluate: Evaluate, equalitiesOf: (when: string) => readonly Equality[]): Match {
  const byType = new Map<string, Rule[]>();
  for (const rule of plan.rules) {
    for (const type of new Set(rule.on)) add(byType, type, rule);
  }
  const places = new Map(plan.rules.map((rule, place) => [rule, place]));
  const indexes = new Map([...byType].map(([type, rules]) => [type, newIndex(rules, equalitiesOf)]));
  return (event) => {
    const found = (indexes.get(event.type)?.(event) ?? []).filter((rule) => holds(rule, event, evaluate));
    return found.length < 2 ? found : found.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  };
}

/** Rules of one event type that an event may fire. */
type Index = (event: Event) => readonly Rule[];

/** Rules that ask for one value at a place, by that value. */
interface Slot {
  readonly keys: readonly (string | number)[];
  readonly byValue: Map<Json, Rule[]>;
}

function newIndex(rules: readonly Rule[], equalitiesOf: (when: string) => readonly Equality[]): Index {
  const asked = new Map(
    rules.map((rule) => [rule, rule.when === undefined ? [] : equalitiesOf(rule.when).filter(isOfEvent)]),
  );
  const values = new Map<string, Set<Json>>();
  for (const { path, value } of [...asked.values()].flat())
    values.set(path, (values.get(path) ?? new Set()).add(value));
  const variety = ({ path }: Equality): number => values.get(path)?.size ?? 0;
  const slots = new Map<string, Slot>();
  const always: Rule[] = [];
  for (const [rule, equalities] of asked) {
    // The place where the rules differ most leaves the fewest of them.
    const [best] = equalities.toSorted((a, b) => variety(b) - variety(a));
    if (!best) {
      always.push(rule);
      continue;
    }
    const slot = slots.get(best.path) ?? { keys: best.keys, byValue: new Map() };
    slots.set(best.path, slot);
    add(slot.byValue, best.value, rule);
  }
  const all = [...slots.values()];
  return (event) => all.reduce<readonly Rule[]>((found, slot) => join(found, slot, event), always);
}

/** `vars` are the rule's own: nothing of them is in an event. */
function isOfEvent({ keys, value }: Equality): boolean {
  return keys[0] !== 'vars' && (typeof value !== 'object' || value === null);
}

function join(found: readonly Rule[], { keys, byValue }: Slot, event: Event): readonly Rule[] {
  const value = valueAt(event, keys);
  const rules = value === undefined ? undefined : byValue.get(value);
  return rules === undefined ? found : found.length === 0 ? rules : [...found, ...rules];
}

function valueAt({ data, ...envelope }: Event, keys: readonly (string | number)[]): Json | undefined {
  let value: Json | undefined = { data, event: envelope };
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Array.isArray(value) ? value[Number(key)] : asObject(value)?.[key];
  }
  return value;
}

function add<Key>(lists: Map<Key, Rule[]>, key: Key, rule: Rule): void {
  const list = lists.get(key);
  if (list) list.push(rule);
  else lists.set(key, [rule]);
}

/** A condition that cannot be told, such as one about a field that is absent, does not hold. */
function holds(rule: Rule, event: Event, evaluate: Evaluate): boolean {
  if (rule.when === undefined) return true;
  try {
    return evaluate(rule.when, scopeOf(event, rule)) === true;
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
