import type { Problem } from '../../problem/problem.ts';
import * as wording from './problems.ts';
import type { Rule } from './verb.ts';
import type { Attribute } from './xml.ts';

/** Holds the value of an attribute against its rule; a value that a `{{name}}` makes is known only when it is filled in. */
export function checkValue(attribute: Attribute, rule: Rule): readonly Problem[] {
  const { parts, name, valueAt } = attribute;
  if (rule === 'any' || parts.some((part) => part.kind !== 'words')) return [];
  const value = parts.map((part) => (part.kind === 'words' ? part.words : '')).join('');
  if (rule === 'whole') return /^\d+$/.test(value.trim()) ? [] : [wording.notWhole(name, value, valueAt)];
  const allowed = rule === 'boolean' ? ['true', 'false'] : 'oneOf' in rule ? rule.oneOf : rule.someOf;
  const given = rule !== 'boolean' && 'someOf' in rule ? value.trim().split(/\s+/) : [value];
  const wrong = given.find((one) => !allowed.includes(one));
  if (wrong === undefined) return [];
  // Only what stands alone has a place of its own.
  const inOtherCase = given.length === 1 ? allowed.find((one) => one.toLowerCase() === wrong.toLowerCase()) : undefined;
  return [
    inOtherCase === undefined
      ? wording.valueNotAllowed(name, wrong, allowed, valueAt)
      : wording.valueInOtherCase(name, inOtherCase, valueAt),
  ];
}
