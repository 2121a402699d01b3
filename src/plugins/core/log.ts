import type { Op } from '../../plugin/plugin.ts';

/** Writes a line for the operator; its result is the line. */
export const log: Op = async (args, context) => {
  const message = args['message'];
  const line = typeof message === 'string' ? message : JSON.stringify(message ?? null);
  context.log(line);
  return line;
};
