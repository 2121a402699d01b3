import type { Op } from '../../plugin/plugin.ts';
import { orFail, sidOf, useOf } from './kind-op.ts';

/** Deletes one thing of an account. That it is gone already is no failure, so that a step which is run again comes through. */
export const twilioDelete: Op = async (args, context) => {
  const { kind, reach, conference } = useOf('delete', args, context);
  return { deleted: await orFail(() => reach.remove(kind, sidOf(args), conference)) };
};
