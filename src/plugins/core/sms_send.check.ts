import { LONGEST_TEXT, worstCase } from '../../message/message.ts';
import type { OpCheck, OpUse } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import { manyParts, senderMissing, textTooLong } from './problems.ts';

/** Finds a message that would have no number to be sent from, and a text that can get long. */
export const checkSmsSend: OpCheck = (use) => [...senderProblems(use), ...lengthProblems(use)];

/** Parts from which on the bill surprises: ten are what some operators take at most. */
const MANY_PARTS = 10;

/** A resource that has no number to send from, where the argument that gives one is not there either. */
export function senderProblems(use: OpUse, argument = 'from'): readonly Problem[] {
  const mid = use.args['resource'];
  if (use.args[argument] || typeof mid?.literal !== 'string') return [];
  const resource = use.resource(mid.literal);
  if (!resource || use.isSenderOptional(resource.mid)) return [];
  const setting = use.senderSetting(resource.mid);
  const number = setting === undefined ? undefined : resource.settings[setting];
  const isGiven = typeof number === 'string' && number.trim() !== '';
  return isGiven ? [] : [senderMissing(resource, setting, argument, mid.at)];
}

function lengthProblems(use: OpUse): readonly Problem[] {
  const body = use.args['body'];
  if (!body?.pieces) return [];
  const worst = worstCase(body.pieces);
  if (worst.characters > LONGEST_TEXT) return [textTooLong(worst, LONGEST_TEXT, body.at)];
  return worst.parts >= MANY_PARTS ? [manyParts(worst, body.at)] : [];
}
