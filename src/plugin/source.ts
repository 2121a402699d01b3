/** The contract of what brings events by another way than the host's own door. */
import type { HttpClient } from '../http/http.ts';
import type { Resource } from '../resource/resource.ts';
import type { JsonObject } from '../schema/schema.ts';

/** A source of events, started once for each resource of its class. */
export interface EventSourceEntry {
  load(): Promise<EventSource>;
}

/**
 * Brings events until `signal` aborts, and resolves once it has given back what it took: a file, a socket, a connection. Where
 * it rejects before, or ends by itself, the host tells of it; one that rejects is started again after a while.
 */
export type EventSource = (resource: Resource, wire: SourceWire) => Promise<void>;

/** What a source of events may use. */
export interface SourceWire {
  /**
   * Takes an event as `POST /events` does: a CloudEvent in JSON (`specversion`, `id`, `source`, `type`, `data`). It is durable
   * once this resolves, and only then may the source forget it. An event whose `source` and `id` were taken before is taken and
   * changes nothing, so that whatever was not answered can be brought again. Rejects where the event could not be journaled, or
   * the host stops: it is then to be brought again.
   */
  readonly accept: (event: JsonObject) => Promise<EventVerdict>;
  /** Aborts when the host stops: nothing is accepted from then on. */
  readonly signal: AbortSignal;
  readonly http: HttpClient;
  /** A line for the operator; full numbers and secrets stay out of it. */
  readonly log: (line: string) => void;
}

/** What became of an event. One that is refused would be refused again: its problems say why. */
export type EventVerdict =
  | { readonly kind: 'accepted'; readonly eventId: number; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly problems: readonly EventFault[] };

/** A mistake in an event; `path` is the attribute or field, such as `data.phone`. No value of the event is in it. */
export interface EventFault {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  readonly help?: string;
}
