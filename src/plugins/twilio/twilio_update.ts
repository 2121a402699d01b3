import { type Op, OpFailed } from '../../plugin/plugin.ts';
import { orFail, sidOf, useOf } from './kind-op.ts';
import { KINDS } from './kinds.ts';

/** Changes one thing of an account. It sets values, so that a step which is run again does no harm. */
export const twilioUpdate: Op = async (args, context) => {
  const { kind, reach, given, conference } = useOf('update', args, context);
  const changed = await orFail(() => reach.update(kind, sidOf(args), given, conference));
  if (!changed) throw new OpFailed(`there is no such ${KINDS[kind].one}`);
  return changed;
};
