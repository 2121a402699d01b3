import { LONGEST_TEXT, SaidBefore } from '../../message/message.ts';
import { type Op, type OpContext, OpFailed, sendOptions, tableOf } from '../../plugin/plugin.ts';
import { asObject, asText, type Json, type JsonObject } from '../../schema/schema.ts';
import { bodyFor, isActive, TEMPLATE } from './template.ts';
import { fillText, readText } from './text-template.ts';

/** Sends a text message through whichever resource the rulebook names. */
export const smsSend: Op = async (args, context) => {
  const said = wordsIn(args, context);
  if (!said) return unsent('inactive');
  const resource = words('resource', args['resource']);
  const from = args['from'] == null ? (said.sender ?? context.sender(resource)) : words('from', args['from']);
  if (from === undefined) throw new OpFailed(`"${resource}" has no number to send from, and "from" is not given`);
  const own = asObject(args['options']);
  const options = {
    ...sendOptions(args),
    ...(own && { provider: own }),
    ...(said.template !== undefined && { template: said.template }),
    ...(args['once_per_related'] === true && { oncePerRelated: true as const }),
    ...(typeof args['accents'] === 'boolean' && { accents: args['accents'] }),
  };
  const content = { kind: 'text' as const, text: said.text };
  try {
    const to = words('to', args['to']);
    const { answer, state, providerId } = await context.send({ channel: 'sms', resource, to, from, content, options });
    return { ...answer, sid: answer?.['sid'] ?? providerId ?? '', status: answer?.['status'] ?? state, state };
  } catch (failure) {
    if (!(failure instanceof SaidBefore)) throw failure;
    context.log(`sends nothing: message ${failure.messageId} says it already`);
    return { ...unsent('duplicate'), duplicate_of: failure.messageId };
  }
};

/** The result where no message was taken on. */
function unsent(state: 'inactive' | 'duplicate') {
  return { sid: '', status: state, state };
}

/** What is said; undefined where it is that of a template which is not to be said. */
interface Said {
  readonly text: string;
  readonly template?: string;
  readonly sender?: string | undefined;
}

function wordsIn(args: JsonObject, context: OpContext): Said | undefined {
  const { template, body } = args;
  if (template == null) return { text: words('body', body) };
  if (body != null) throw new OpFailed('"body" and "template" both say what the message says');
  const slug = words('template', template);
  const { class: name, settings } = context.resource(slug);
  if (name !== TEMPLATE) throw new OpFailed(`"${slug}" is a resource of class ${name}, and no template`);
  if (!isActive(settings)) {
    context.log(`sends nothing: template "${slug}" is not active`);
    return undefined;
  }
  const { body: chosen } = bodyFor(settings, asText(args['locale']));
  const { parts, faults } = readText(chosen?.text ?? '');
  if (faults.length > 0) throw new OpFailed(`template "${slug}" cannot be read`);
  const text = fillText(parts, tableOf('context', args['context']));
  if (text.trim() === '') throw new OpFailed(`template "${slug}" comes to no words`);
  const length = Array.from(text).length;
  if (length > LONGEST_TEXT)
    throw new OpFailed(`template "${slug}" comes to ${length} characters; at most ${LONGEST_TEXT} can be sent`);
  return { text, template: slug, sender: asText(settings['sender']) };
}

/** The compiler proved literals; what an expression gives is known only now. */
function words(name: string, value: Json | undefined): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw new OpFailed(`"${name}" must be a text that is not empty`);
  return value;
}
