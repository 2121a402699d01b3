/** Something that happened in the user's domain, as a CloudEvent (https://cloudevents.io, 1.0). */
import type { JsonObject } from '../schema/schema.ts';

/** An event that was found in order. `source` and `id` together name it: the same pair again is the same event. */
export interface Event {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339. */
  readonly time: string;
  /** Fits the schema of `type`. */
  readonly data: JsonObject;
}
