import type { Problem, Span } from '../../problem/problem.ts';
import { conditionKey } from '../expression.ts';
import * as problems from '../problems.ts';
import type { Rule, Step } from '../rulebook.ts';

/** Rules that listen to the same, on the same condition, and do the same. */
export function repeatsIn(rules: readonly Placed[]): readonly Problem[] {
  const doTheSame = new Map<string, Placed[]>();
  for (const entry of rules) {
    if (entry.rule.on.length === 0 || entry.rule.steps.length === 0) continue;
    const key = keyOf(entry.rule);
    const group = doTheSame.get(key);
    if (group) group.push(entry);
    else doTheSame.set(key, [entry]);
  }
  return [...doTheSame.values()].flatMap((group) => (group.length > 1 ? repeatsAmong(group) : []));
}

/** Of rules that do the same, those that ask the same first. */
function repeatsAmong(rules: readonly Placed[]): readonly Problem[] {
  const first = new Map<string, Placed>();
  return rules.flatMap((entry) => {
    const { when } = entry.rule;
    const key = when === undefined ? '' : conditionKey(when);
    const same = first.get(key);
    if (!same) first.set(key, entry);
    return same ? [problems.repeatsRule(same.rule.name, same.at, entry.at)] : [];
  });
}

/** A rule, and where it begins. */
interface Placed {
  readonly rule: Rule;
  readonly at: Span;
}

function keyOf({ on, steps, vars }: Rule): string {
  return [on.toSorted().join(), ...steps.map(keyOfStep), JSON.stringify(vars)].join('\n');
}

/** All of a step but its place. Most steps are ops, whose arguments have no places in them. */
function keyOfStep(step: Step): string {
  if (step.kind === 'op') return `${step.name ?? ''} ${step.op} ${JSON.stringify(step.args)}`;
  return JSON.stringify(step, (name, value: unknown) => (name === 'place' ? undefined : value));
}
