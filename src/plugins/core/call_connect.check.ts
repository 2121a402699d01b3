import type { OpCheck } from '../../plugin/plugin.ts';
import { callerProblems } from './call.check.ts';
import { sameNumber } from './problems.ts';

/** Finds a call that would have no caller id, and one that would connect a number with itself. */
export const checkCallConnect: OpCheck = (use) => {
  const { first, second } = use.args;
  const isSame = typeof first?.literal === 'string' && first.literal === second?.literal;
  return [...callerProblems(use), ...(isSame && second ? [sameNumber(second.at)] : [])];
};
