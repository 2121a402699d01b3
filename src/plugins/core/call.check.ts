import type { OpUse } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import { senderMissing } from './problems.ts';

/** A resource that has no number to call from, where the op names none either. */
export function callerProblems(use: OpUse): readonly Problem[] {
  const mid = use.args['resource'];
  if (use.args['caller_id'] || typeof mid?.literal !== 'string') return [];
  const resource = use.resource(mid.literal);
  if (!resource) return [];
  const setting = use.callerSetting(resource.mid);
  const number = setting === undefined ? undefined : resource.settings[setting];
  const isGiven = typeof number === 'string' && number.trim() !== '';
  return isGiven ? [] : [senderMissing(resource, setting, 'caller_id', mid.at)];
}
