import type { OpCheck, OpUse } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import { callerProblems } from './call.check.ts';
import { flowMissing } from './problems.ts';

/** Finds a call that would have no caller id, and one that would lead nowhere. */
export const checkCallFlow: OpCheck = (use) => [...callerProblems(use), ...flowProblems(use)];

function flowProblems(use: OpUse): readonly Problem[] {
  const mid = use.args['resource'];
  if (use.args['flow'] || typeof mid?.literal !== 'string') return [];
  const resource = use.resource(mid.literal);
  if (!resource) return [];
  const setting = use.flowSetting(resource.mid);
  return setting !== undefined && resource.settings[setting] !== undefined
    ? []
    : [flowMissing(resource, setting, mid.at)];
}
