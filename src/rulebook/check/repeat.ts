import type { Problem, Span } from '../../problem/problem.ts';
import { conditionKey } from '../expression.ts';
import * as problems from '../problems.ts';
import type { Rule } from '../rulebook.ts';

/** Rules that listen to the same, on the same condition, and do the same. */
export function repeatsIn(rules: readonly { readonly rule: Rule; readonly at: Span }[]): readonly Problem[] {
  const first = new Map<string, { readonly rule: Rule; readonly at: Span }>();
  const found: Problem[] = [];
  for (const entry of rules) {
    const { on, when, steps, vars } = entry.rule;
    if (on.length === 0 || steps.length === 0) continue;
    const key = JSON.stringify(
      [on.toSorted(), when === undefined ? '' : conditionKey(when), steps, vars],
      (name, value: unknown) => (name === 'place' ? undefined : value),
    );
    const same = first.get(key);
    if (same) found.push(problems.repeatsRule(same.rule.name, same.at, entry.at));
    else first.set(key, entry);
  }
  return found;
}
