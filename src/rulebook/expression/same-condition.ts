import { type Dialect, emit } from './emit.ts';
import { parse } from './parse.ts';
import { isBesideData } from './path.ts';

/** One text for all conditions that ask the same: spacing, quotes, `data.` and the order around `&&` and `==` make no difference. */
export function conditionKey(expression: string): string {
  const parsed = parse(expression);
  return parsed.kind === 'parsed' ? emit(parsed.ast, KEY) : expression;
}

/** Whether two conditions over an event ask the same. */
export function sameCondition(a: string, b: string): boolean {
  return a === b || conditionKey(a) === conditionKey(b);
}

const KEY: Partial<Dialect> = {
  name: (name) => (isBesideData(name) ? name : `data.${name}`),
  ordered: (operands) => operands.toSorted(),
};
