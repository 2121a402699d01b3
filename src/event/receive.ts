/** The door for events: what is acknowledged here is journaled, and what cannot be is refused with its reasons. */
import { type HttpRequest, type HttpResponse, json, type Route } from '../http/http.ts';
import type { AppendedEvent, Journal, NewRun, PendingRun } from '../journal/journal.ts';
import { didYouMean } from '../problem/problem.ts';
import type { Validate, Violation } from '../schema/schema.ts';
import type { Clock, FedPump } from '../time/time.ts';
import { dataPath, type EventProblem, eventProblem, parseCloudEvent, withoutNumbers } from './cloudevent.ts';
import type { Event } from './event.ts';

/** What is needed to take an event, by whatever way it came. */
export interface AcceptOptions {
  readonly journal: Pick<Journal, 'appendEvent'>;
  /** By event type: what its data must be. */
  readonly validators: ReadonlyMap<string, Validate>;
  /** Event types that a rule names. One of them without a schema is taken with any data. */
  readonly ruleTypes: ReadonlySet<string>;
  /** The rules that the event fires; asked only for an event that is in order. */
  readonly rulesFor: (event: Event) => readonly NewRun[];
  /** Who works off the runs: it may begin with them before anybody asks the journal what is due. */
  readonly worker: Pick<FedPump<PendingRun>, 'reserve' | 'feed'>;
  /** Told of every event that is new, once it is durable. */
  accepted(appended: AppendedEvent, event: Event): void;
}

/** What became of an event. */
export type Acceptance =
  | { readonly kind: 'accepted'; readonly appended: AppendedEvent }
  | { readonly kind: 'refused'; readonly problems: readonly EventProblem[] };

/** For the door over HTTP. */
export interface ReceiveOptions extends AcceptOptions {
  readonly clock: Clock;
  /** Told why an event could not be taken, such as a full disk; its sender only hears that it should come again. */
  failed(cause: unknown): void;
}

/** Seconds after which a sender may try again: time for a full disk or a stuck one to be noticed by monitoring. */
const RETRY_AFTER_SECONDS = 5;
/** Problems in one answer: an array of a million wrong items has as many. */
const MAX_PROBLEMS = 100;

/** `POST /events`: 202 once the event is durable, 400 with all its problems, or 503 where it could not be journaled. */
export function receiveEvents(options: ReceiveOptions): Route {
  return { method: 'POST', path: '/events', handle: (request) => receive(request, options) };
}

async function receive(request: HttpRequest, options: ReceiveOptions): Promise<HttpResponse> {
  const parsed = parseCloudEvent(request, options.clock.now());
  if (parsed.kind === 'refused') return refusal(parsed.problems);
  const { event } = parsed;
  try {
    const acceptance = await acceptEvent(event, options);
    return acceptance.kind === 'refused' ? refusal(acceptance.problems) : receipt(event, acceptance.appended);
  } catch (cause) {
    options.failed(cause);
    const answer = json(503, { error: 'the event could not be journaled; send it again, it will be taken once' });
    return { ...answer, headers: { ...answer.headers, 'retry-after': String(RETRY_AFTER_SECONDS) } };
  }
}

function receipt({ id, source, type }: Event, { eventId, runIds, duplicate }: AppendedEvent): HttpResponse {
  return json(202, { id, source, type, event: eventId, runs: runIds, duplicate });
}

function refusal(problems: readonly EventProblem[]): HttpResponse {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ code, message, path, help }) => ({ code, message, path, help }));
  return json(400, { problems: shown });
}

/**
 * Takes an event: journals it with one run for each rule that it fires, or refuses it and writes nothing. The same event
 * again is accepted and changes nothing. Rejects where the journal fails: the event is then to be given again.
 */
export async function acceptEvent(event: Event, options: AcceptOptions): Promise<Acceptance> {
  const problems = checkEvent(event, options);
  if (problems.length > 0) return { kind: 'refused', problems };
  const appended = await append(event, options);
  if (!appended.duplicate) options.accepted(appended, event);
  return { kind: 'accepted', appended };
}

async function append(event: Event, { journal, worker, rulesFor }: AcceptOptions): Promise<AppendedEvent> {
  const runs = rulesFor(event);
  const room = worker.reserve(runs.length);
  let claimed: readonly PendingRun[] = [];
  try {
    const appended = await journal.appendEvent(event, runs, room);
    claimed = appended.claimed;
    return appended;
  } finally {
    worker.feed(claimed, room);
  }
}

function checkEvent(event: Event, { validators, ruleTypes }: AcceptOptions): readonly EventProblem[] {
  const validate = validators.get(event.type);
  if (validate) return validate(event.data).map((violation) => toProblem(violation, event.type));
  if (ruleTypes.has(event.type)) return [];
  const near = didYouMean(event.type, [...validators.keys(), ...ruleTypes]);
  const help = near === undefined ? 'add its schema to schemas/event/' : `did you mean ${near}?`;
  const message = `no schema and no rule knows the event type ${withoutNumbers(event.type)}`;
  return [eventProblem('RB0803', message, { path: 'type', help })];
}

function toProblem({ path, keyword, message, key }: Violation, type: string): EventProblem {
  if (keyword === 'required' && key !== undefined) {
    const place = dataPath([...path, key]);
    return eventProblem('RB0802', `${place} is missing`, { path: place });
  }
  const place = dataPath(path);
  const reason = key === undefined ? message : `is not a field of ${withoutNumbers(type)}`;
  return eventProblem('RB0802', `${place} ${reason}`, { path: place });
}
