import { type Content, isE164 } from '../../message/message.ts';
import { type Op, type OpContext, OpFailed, sendOptions } from '../../plugin/plugin.ts';
import type { Resource } from '../../resource/resource.ts';
import type { Json, JsonObject } from '../../schema/schema.ts';
import { chooseScript, isGiven, usesResourceNumbers } from './call-options.ts';
import { withTable } from './response-url.ts';
import { callOptions } from './send-options.ts';
import { readTable } from './table.ts';
import { renderTwiml } from './twiml.ts';

/** Calls a number and says the script; the result is the answer of Twilio's API, and the state as the house has it. */
export const twilioCall: Op = async (args, context) => {
  const mid = args['twilio_resource'];
  if (!isGiven(mid)) throw new OpFailed('"twilio_resource" must be the `mid` of a resource');
  const resource = context.resource(mid);
  const own = callOptions(args);
  const message = await context.send({
    channel: 'call',
    resource: mid,
    ...numbers(args, resource, context),
    content: content(args, resource, context),
    options: { ...sendOptions(args), ...(own && { provider: own }) },
  });
  const { answer, state } = message;
  return { ...answer, answered_by: answer?.['answered_by'] ?? null, state };
};

function numbers(args: JsonObject, resource: Resource, context: OpContext): { from: string; to: string } {
  const fromResource = usesResourceNumbers(args['default_number']);
  if (fromResource === undefined) throw new OpFailed('"default_number" must be 1 or 0');
  const { twilioNumber, destinationNumber } = resource.settings;
  return fromResource
    ? { from: number('twilioNumber', twilioNumber), to: number('destinationNumber', destinationNumber) }
    : {
        from: isByRoute(args, resource, context) ? '' : number('twilio_number', args['twilio_number']),
        to: number('destination_number', args['destination_number']),
      };
}

/** Each resource of a route has a number of its own. */
function isByRoute(args: JsonObject, { mid }: Resource, context: OpContext): boolean {
  return args['twilio_number'] == null && context.caller(mid) === '';
}

/** The compiler proved literals; what an expression or the environment gives is known only now. */
function number(name: string, value: Json | undefined): string {
  if (typeof value === 'string' && isE164(value)) return value;
  throw new OpFailed(`"${name}" is not a phone number in E.164 form, such as +34777666555`);
}

function content(args: JsonObject, resource: Resource, context: OpContext): Content {
  const table = readTable(args['correspondance']);
  const script = chooseScript(args, resource.settings);
  if (!script) throw new OpFailed(`resource "${resource.mid}" has neither a \`template\` nor a \`responseUrl\``);
  if (script.kind === 'response-url') return { kind: 'script-url', url: withTable(script.url, table) };
  const { digits_template: reply } = args;
  return {
    kind: 'script',
    script: renderTwiml(context.template(script.name), table),
    ...(isGiven(reply) && { reply: renderTwiml(context.template(reply), table) }),
  };
}
