import type { Event } from '../event/event.ts';
import type { Report } from '../journal/journal.ts';
import type { JsonObject } from '../schema/schema.ts';
import { type Channel, isFinal, type Message, type State } from './message.ts';

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
  const { id, op, resource, to, from, options = {} } = message;
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
      from,
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
