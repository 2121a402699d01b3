import { LONGEST_TEXT, worstCase } from '../../message/message.ts';
import type { OpCheck, OpUse } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import { compileSchema, propertiesOf } from '../../schema/schema.ts';
import {
  manyParts,
  notASender,
  optionNotThere,
  optionOfWrongForm,
  senderMissing,
  textTooLong,
  tooManyParts,
} from './problems.ts';
import { templateOf, wordsProblems } from './sms_send.template.check.ts';
import { asSaid, MANY_PARTS, mostPartsOf } from './text-length.ts';

/** Finds a message that would have no number to be sent from, and a text that can get long. */
export const checkSmsSend: OpCheck = (use) => [
  ...senderProblems(use),
  ...wordsProblems(use),
  ...lengthProblems(use),
  ...optionProblems(use),
  ...onceProblems(use),
];

function senderProblems(use: OpUse): readonly Problem[] {
  const mid = use.args['resource'];
  if (typeof mid?.literal !== 'string') return [];
  const { from } = use.args;
  if (from) {
    const refusal = typeof from.literal === 'string' ? use.texts(mid.literal)?.senderRefusal(from.literal) : undefined;
    return refusal === undefined ? [] : [notASender(refusal, from.at)];
  }
  const template = use.args['template'];
  const sender = templateOf(use)?.settings['sender'];
  if (template && typeof sender === 'string') {
    const refusal = use.texts(mid.literal)?.senderRefusal(sender);
    return refusal === undefined ? [] : [notASender(refusal, template.at, '`sender` of this template')];
  }
  const resource = use.resource(mid.literal);
  if (!resource || use.isSenderOptional(resource.mid)) return [];
  const setting = use.senderSetting(resource.mid);
  const number = setting === undefined ? undefined : resource.settings[setting];
  const isGiven = typeof number === 'string' && number.trim() !== '';
  return isGiven ? [] : [senderMissing(resource, setting, 'from', mid.at)];
}

/** What the provider of the resource knows of, as far as it stands in the file. */
function optionProblems(use: OpUse): readonly Problem[] {
  const { options, resource } = use.args;
  if (!options?.entries || typeof resource?.literal !== 'string') return [];
  const known = propertiesOf(use.texts(resource.literal)?.options);
  return Object.entries(options.entries).flatMap(([name, { key, at = key, literal }]) => {
    const schema = known[name];
    if (!schema) return [optionNotThere(name, Object.keys(known), key)];
    const violations = literal === undefined ? [] : compileSchema(schema)(literal);
    return violations.slice(0, 1).map(({ message }) => optionOfWrongForm(name, message, at));
  });
}

/** Without objects nothing is ever the same. */
function onceProblems(use: OpUse): readonly Problem[] {
  const { once_per_related: once, related } = use.args;
  return once && once.literal !== false && !related ? [use.missing(['related'])] : [];
}

function lengthProblems(use: OpUse): readonly Problem[] {
  const body = use.args['body'];
  if (!body?.pieces) return [];
  const worst = worstCase(asSaid(body.pieces, use));
  if (worst.characters > LONGEST_TEXT) return [textTooLong(worst, LONGEST_TEXT, body.at)];
  const most = mostPartsOf(use);
  if (worst.parts > most) return [tooManyParts(worst, most, body.at)];
  return worst.parts >= MANY_PARTS ? [manyParts(worst, body.at)] : [];
}
