import type { Event } from '../event/event.ts';
import type { Report } from '../journal/journal.ts';
import type { JsonObject } from '../schema/schema.ts';
import { type Channel, isFinal, type Message, type Pressed, type Received, type State } from './message.ts';

/** Events of events: a rule about undelivered messages that sends one itself must not go round for ever. */
const MAX_GENERATION = 5;

/** The type of the event that a message has come to its end: `message.delivered`, `call.no-answer`. */
export function toldType(channel: Channel, state: State): string | undefined {
  return isFinal(state) ? `${channel === 'sms' ? 'message' : 'call'}.${state}` : undefined;
}

/**
 * What became of a message, as an event that rules can listen to. `cause` is the event whose run sent it. Undefined where
 * nothing has come to an end, or where it is an event of an event of an event, and so on.
 */
export function toldEvent(message: Message, report: Report, cause: Event, now: number): Event | undefined {
  const type = toldType(message.channel, report.state);
  const generation = generationOf(cause) + 1;
  if (type === undefined || generation > MAX_GENERATION) return undefined;
  const { id, op, resource, to, options = {} } = message;
  return {
    id: `${id}:${report.state}`,
    source: SOURCE,
    type,
    subject: id,
    time: new Date(now).toISOString(),
    data: {
      message: id,
      op,
      resource,
      to,
      from: senderOf(message),
      state: report.state,
      generation,
      cause: { id: cause.id, source: cause.source, type: cause.type },
      ...answeredBy(message, report),
      ...(report.error !== undefined && { error: report.error }),
      ...(options.tags && { tags: options.tags }),
      ...(options.related && { related: options.related }),
    },
  };
}

/**
 * That keys were pressed in a call, as an event. A request for the same question of the same call is the same event. Undefined
 * where it is an event of an event of an event, and so on.
 */
export function digitsEvent(
  message: Message,
  { digits, question, providerId }: Pressed & { readonly question: number },
  cause: Event,
  now: number,
): Event | undefined {
  const { id, op, resource, to, options = {} } = message;
  const generation = generationOf(cause) + 1;
  if (generation > MAX_GENERATION) return undefined;
  return {
    id: `${id}:digits:${providerId}:${question}`,
    source: SOURCE,
    type: 'call.digits',
    subject: id,
    time: new Date(now).toISOString(),
    data: {
      message: id,
      op,
      resource,
      to,
      from: senderOf(message),
      digits,
      question,
      generation,
      cause: { id: cause.id, source: cause.source, type: cause.type },
      ...(options.tags && { tags: options.tags }),
      ...(options.related && { related: options.related }),
    },
  };
}

/** That a person wrote, as an event; `last` is the message that went to them last. Told twice, it is the same event. */
export function receivedEvent(
  resource: string,
  { providerId, from, to, text, media }: Received,
  last: Message | undefined,
  now: number,
): Event {
  const { tags, related } = last?.options ?? {};
  return {
    id: `${resource}:${providerId}`,
    source: SOURCE,
    type: 'message.received',
    time: new Date(now).toISOString(),
    data: {
      sid: providerId,
      resource,
      from,
      to,
      text,
      generation: 1,
      ...(media.length > 0 && { media }),
      ...(last && { last: { message: last.id, op: last.op, ...(tags && { tags }), ...(related && { related }) } }),
    },
  };
}

/** Of a message that went by a route, the number of the resource that it went through. */
function senderOf({ from, lastAttempt }: Message): string {
  return from === '' ? (lastAttempt?.way?.from ?? '') : from;
}

/** Of a call that asked whether a person answers. */
function answeredBy({ channel, answer }: Message, report: Report): JsonObject {
  const by = channel === 'call' ? { ...answer, ...report.answer }['answered_by'] : undefined;
  return typeof by === 'string' ? { answered_by: by } : {};
}

const SOURCE = 'ringbook';

function generationOf({ source, data }: Event): number {
  const { generation } = data;
  return source === SOURCE && typeof generation === 'number' ? generation : 0;
}
