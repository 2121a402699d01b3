import type { Journal, RunWithEvent } from '../journal/journal.ts';
import { needsPerson } from '../message/desk.ts';
import { isE164, type Message, maskNumber } from '../message/message.ts';
import type { JsonObject } from '../schema/schema.ts';
import { isoOf } from './moment.ts';

/** Of a message that names none (docs/language.md). */
const USUAL_PRIORITY = 3;

/** The number that a message was sent to in place of the one that it is for; undefined where it is the same. */
export function sentTo({ to, lastAttempt }: Message): string | undefined {
  const reached = lastAttempt?.way?.to;
  return reached === undefined || reached === to ? undefined : maskNumber(reached);
}

/** A message for a script: numbers masked, and without the ids of its attempts, which open the doors for callbacks. */
export async function messageAsJson(
  message: Message,
  run: RunWithEvent | undefined,
  journal: Pick<Journal, 'stateChanges' | 'attempts'>,
): Promise<JsonObject> {
  const { id, op, channel, resource, to, from, state, options = {} } = message;
  const reached = sentTo(message);
  const [states, attempts] = await Promise.all([journal.stateChanges(id), journal.attempts(id)]);
  return {
    id,
    at: isoOf(message.createdAt),
    event: run?.event.type ?? null,
    eventId: run?.event.id ?? null,
    run: message.runId,
    rule: run?.rule ?? null,
    op,
    channel,
    resource,
    to: maskNumber(to),
    ...(reached !== undefined && { sentTo: reached }),
    from: isE164(from) ? maskNumber(from) : from,
    state,
    ...(message.error !== undefined && { error: message.error }),
    ...(message.providerId !== undefined && { providerId: message.providerId }),
    ...(message.dueAt !== undefined && { dueAt: isoOf(message.dueAt) }),
    ...(message.resendOf !== undefined && { resendOf: message.resendOf }),
    possibleDuplicate: message.possibleDuplicate,
    needsPerson: needsPerson(message),
    priority: options.priority ?? USUAL_PRIORITY,
    template: options.template ?? null,
    tags: options.tags ?? [],
    related: options.related ?? [],
    extra: options.extra ?? {},
    states: states.map((change) => ({ state: change.state, at: isoOf(change.at) })),
    attempts: attempts.map(({ number, beganAt, outcome, settledAt, way = { resource } }) => ({
      number,
      resource: way.resource,
      beganAt: isoOf(beganAt),
      outcome: outcome ?? null,
      settledAt: settledAt === undefined ? null : isoOf(settledAt),
    })),
  };
}
