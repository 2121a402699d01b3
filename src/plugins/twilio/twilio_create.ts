import type { Op } from '../../plugin/plugin.ts';
import { createOnce } from './create-once.ts';
import { orFail, useOf } from './kind-op.ts';

/** Buys a number, or makes an account under this one: once, though the step may be run again. */
export const twilioCreate: Op = async (args, context) => {
  const { kind, reach, given } = useOf('create', args, context);
  return orFail(() => createOnce(kind, reach, given, context.note));
};
