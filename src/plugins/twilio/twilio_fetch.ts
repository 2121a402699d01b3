import { type Op, OpFailed } from '../../plugin/plugin.ts';
import { orFail, sidOf, useOf } from './kind-op.ts';
import { KINDS } from './kinds.ts';

/** Fetches one thing of an account; that it is not there fails the op. */
export const twilioFetch: Op = async (args, context) => {
  const { kind, reach, conference } = useOf('fetch', args, context);
  const found = await orFail(() => reach.fetch(kind, sidOf(args), conference));
  if (!found) throw new OpFailed(`there is no such ${KINDS[kind].one}`);
  return found;
};
