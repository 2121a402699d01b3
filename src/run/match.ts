import type { Event } from '../event/event.ts';
import { type Evaluate, ExpressionFailed, type Plan, type Rule, type Scope } from '../rulebook/rulebook.ts';

/** Finds the rules that an event fires. */
export type Match = (event: Event) => readonly Rule[];

/** Indexes a plan's rules by event type, so that an event costs nothing for the rules of other types. */
export function newMatch(plan: Plan, evaluate: Evaluate): Match {
  const byType = new Map<string, Rule[]>();
  for (const rule of plan.rules) {
    for (const type of new Set(rule.on)) byType.set(type, [...(byType.get(type) ?? []), rule]);
  }
  return (event) => (byType.get(event.type) ?? []).filter((rule) => holds(rule, event, evaluate));
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
