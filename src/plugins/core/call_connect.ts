import { lineOf, type Op, sendOptions } from '../../plugin/plugin.ts';
import { callerOf, resultOf, words } from './call.ts';

/** Calls a first number, and puts whoever answers through to a second one. */
export const callConnect: Op = async (args, context) => {
  const resource = words('resource', args['resource']);
  const message = await context.send({
    channel: 'call',
    resource,
    to: words('first', args['first']),
    from: callerOf(resource, args, context),
    content: { kind: 'connect', second: words('second', args['second']), line: lineOf(args) },
    options: sendOptions(args),
  });
  return resultOf(message);
};
