import { type Op, OpFailed, sendOptions } from '../../plugin/plugin.ts';
import { asObject, type Json } from '../../schema/schema.ts';

/** Sends a text message through whichever resource the rulebook names. */
export const smsSend: Op = async (args, context) => {
  const resource = words('resource', args['resource']);
  const from = args['from'] == null ? context.sender(resource) : words('from', args['from']);
  if (from === undefined) throw new OpFailed(`"${resource}" has no number to send from, and "from" is not given`);
  const own = asObject(args['options']);
  const message = await context.send({
    channel: 'sms',
    resource,
    to: words('to', args['to']),
    from,
    content: { kind: 'text', text: words('body', args['body']) },
    options: { ...sendOptions(args), ...(own && { provider: own }) },
  });
  const { answer, state } = message;
  const sid = answer?.['sid'] ?? message.providerId ?? '';
  return { ...answer, sid, status: answer?.['status'] ?? state, state };
};

/** The compiler proved literals; what an expression gives is known only now. */
function words(name: string, value: Json | undefined): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw new OpFailed(`"${name}" must be a text that is not empty`);
  return value;
}
