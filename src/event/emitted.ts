import type { Json } from '../schema/schema.ts';
import { parseCloudEvent } from './cloudevent.ts';
import { type Acceptance, acceptEvent, type ReceiveOptions } from './receive.ts';

/**
 * Takes an event that came by another way than HTTP, as a CloudEvent in JSON that nobody has looked at yet: what the door would
 * refuse is refused here. Rejects where the journal fails.
 */
export async function acceptEmitted(envelope: Json, options: ReceiveOptions): Promise<Acceptance> {
  const headers = { 'content-type': 'application/cloudevents+json' };
  const body = Buffer.from(JSON.stringify(envelope));
  const parsed = parseCloudEvent({ headers, body }, options.clock.now());
  if (parsed.kind === 'refused') return parsed;
  return await acceptEvent(parsed.event, options);
}
