import type { OpCheck } from '../../plugin/plugin.ts';
import { senderMissing } from './problems.ts';

/** Finds a message that would have no number to be sent from. */
export const checkSmsSend: OpCheck = (use) => {
  const mid = use.args['resource'];
  if (use.args['from'] || typeof mid?.literal !== 'string') return [];
  const resource = use.resource(mid.literal);
  if (!resource) return [];
  const setting = use.senderSetting(resource.mid);
  const number = setting === undefined ? undefined : resource.settings[setting];
  const isGiven = typeof number === 'string' && number.trim() !== '';
  return isGiven ? [] : [senderMissing(resource, setting, mid.at)];
};
