import { lineOf, type Op, OpFailed, sendOptions } from '../../plugin/plugin.ts';
import { callerOf, resultOf, words } from './call.ts';

/** Calls a number, and leads whoever answers to a flow that is kept at the provider. */
export const callFlow: Op = async (args, context) => {
  const resource = words('resource', args['resource']);
  const flow = args['flow'] == null ? context.flow(resource) : words('flow', args['flow']);
  if (flow === undefined) throw new OpFailed(`"${resource}" has no flow of its own, and "flow" is not given`);
  const message = await context.send({
    channel: 'call',
    resource,
    to: words('to', args['to']),
    from: callerOf(resource, args, context),
    content: { kind: 'flow', flow, line: lineOf(args) },
    options: sendOptions(args),
  });
  return resultOf(message);
};
