/** What the ops share that put calls through. */
import type { Message } from '../../message/message.ts';
import { type OpContext, OpFailed } from '../../plugin/plugin.ts';
import type { Json, JsonObject } from '../../schema/schema.ts';

/** The number that is shown to whoever is called. */
export function callerOf(resource: string, args: JsonObject, context: OpContext): string {
  const caller = args['caller_id'] == null ? context.caller(resource) : words('caller_id', args['caller_id']);
  if (caller === undefined)
    throw new OpFailed(`"${resource}" has no number to call from, and "caller_id" is not given`);
  return caller;
}

/** What the op comes to, the same for every provider and with what it answered. */
export function resultOf({ answer, providerId = '', state }: Message): JsonObject {
  return { ...answer, sid: answer?.['sid'] ?? providerId, status: answer?.['status'] ?? state, state };
}

/** The compiler proved literals; what an expression gives is known only now. A number is what YAML makes of a flow's id. */
export function words(name: string, value: Json | undefined): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') throw new OpFailed(`"${name}" must be a text that is not empty`);
  return text;
}
