import type { OpCheck, OpUse } from '../../plugin/plugin.ts';
import type { Problem, Span } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import { inWords, type Json } from '../../schema/schema.ts';
import { callerProblems } from './call.check.ts';
import { flowMissing, notAFlow } from './problems.ts';

/** Finds a call that would have no caller id, and one that would lead nowhere. */
export const checkCallFlow: OpCheck = (use) => [...callerProblems(use), ...flowProblems(use)];

function flowProblems(use: OpUse): readonly Problem[] {
  const mid = use.args['resource'];
  const resource = typeof mid?.literal === 'string' ? use.resource(mid.literal) : undefined;
  if (!mid || !resource) return [];
  const { flow } = use.args;
  if (flow) return refused(use, resource, flow.literal, flow.at);
  const setting = use.flowSetting(resource.mid);
  const own = setting === undefined ? undefined : resource.settings[setting];
  if (own === undefined) return [flowMissing(resource, setting, mid.at)];
  return refused(use, resource, own, mid.at, `the \`${setting}\` of ${resource.at.source.file}`);
}

/** What is not known before the start, such as a variable of the environment, is not looked at. */
function refused(
  use: OpUse,
  { mid }: ResourceFile,
  flow: Json | undefined,
  at: Span,
  what?: string,
): readonly Problem[] {
  const words = flow === undefined ? '${' : inWords(flow);
  const refusal = words.includes('${') ? undefined : use.flowRefusal(mid, words);
  return refusal === undefined ? [] : [notAFlow(refusal, at, what)];
}
