/** A CloudEvent as it comes over HTTP -> an event, or all that is wrong with it. Pure. */
import type { HttpRequest } from '../http/http.ts';
import { error, type Problem, type ProblemCode } from '../problem/problem.ts';
import type { JsonObject } from '../schema/schema.ts';
import type { Event } from './event.ts';

/** A mistake in an event; `path` is the attribute, header or field, such as `data.phone`. No value of the event is in it. */
export interface EventProblem extends Problem {
  readonly path?: string;
}

/** What a CloudEvent is read from. */
type CloudEventRequest = Pick<HttpRequest, 'headers' | 'body'>;

/** What a request came to. */
export type ParsedEvent =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'refused'; readonly problems: readonly EventProblem[] };

/** One event in the JSON format (CloudEvents HTTP binding 1.0.2, 3.2). */
const STRUCTURED = 'application/cloudevents+json';
/** The data alone, with the attributes in headers (3.1). */
const BINARY = 'application/json';
/** Of an attribute, in UTF-16 units: what fits a line of a log, and an index. CloudEvents sets no limit. */
const MAX_ATTRIBUTE_LENGTH = 1_024;
/** Levels of nesting in data: more than people write, few enough for all code that walks data by recursion. */
const MAX_DEPTH = 64;

/** Reads a request in structured or binary mode; `now` (milliseconds since 1970) is the time of an event that names none. */
export function parseCloudEvent(request: CloudEventRequest, now: number): ParsedEvent {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(/\s*;\s*/);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && charset.replaceAll('"', '') !== 'utf-8') {
    return refused(broken('the charset must be utf-8', { path: 'content-type', help: 'leave the charset out' }));
  }
  switch (type.trim()) {
    case STRUCTURED:
      return parseStructured(request, now);
    case BINARY:
      return parseBinary(request, now);
    default: {
      const help = `use ${STRUCTURED} for a whole event as body, or ${BINARY} for its data with the attributes in ce- headers`;
      return refused(broken('the content type is not that of a CloudEvent', { path: 'content-type', help }));
    }
  }
}

function parseStructured(request: CloudEventRequest, now: number): ParsedEvent {
  const body = parseBody(request.body);
  if (body.kind === 'refused') return body;
  const envelope = body.value;
  if (!isObject(envelope)) {
    const help = 'send one event a request, with specversion, id, source, type and data';
    return refused(broken('the body must be a JSON object', { help }));
  }
  const problems: EventProblem[] = [];
  if (Object.hasOwn(envelope, 'data_base64')) {
    problems.push(broken('data_base64 is not supported', { path: 'data_base64', help: 'put an object into data' }));
  } else {
    problems.push(...checkData(envelope.data));
  }
  // "A null value is to be treated as unset" (CloudEvents JSON format 1.0.2, 2.2).
  const read = (name: string) => (Object.hasOwn(envelope, name) ? (envelope[name] ?? undefined) : undefined);
  return toEvent({ prefix: '', read }, envelope.data, problems, now);
}

function parseBinary(request: CloudEventRequest, now: number): ParsedEvent {
  if (!Object.keys(request.headers).some((name) => name.startsWith('ce-'))) {
    const help = `send ce-specversion, ce-id, ce-source and ce-type as headers, or the whole event as ${STRUCTURED}`;
    return refused(broken(`a request of ${BINARY} needs the attributes of the event in ce- headers`, { help }));
  }
  const problems: EventProblem[] = [];
  const body = parseBody(request.body);
  if (body.kind === 'refused') problems.push(...body.problems);
  else problems.push(...checkData(body.value));
  const read = (name: string) => decodeHeader(request.headers[name]);
  return toEvent({ prefix: 'ce-', read }, body.kind === 'json' ? body.value : undefined, problems, now);
}

/** Quotes and backslashes are undone first, then one round of percent-encoding (CloudEvents HTTP binding 1.0.2, 3.1.3.2). */
function decodeHeader(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  const plain = quoted === undefined ? value : quoted.replaceAll(/\\(.)/g, '$1');
  try {
    return decodeURIComponent(plain);
  } catch {
    // Not UTF-8, or a lone `%`: the replacement character makes it fail the check of characters, with the header's name.
    return '\uFFFD';
  }
}

type ParsedBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly problems: readonly EventProblem[] };

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** The parser's own messages quote what they met, and so data: they are not passed on. */
function parseBody(body: Buffer): ParsedBody {
  if (body.length === 0) return refused(broken('the body is empty', { help: 'send JSON' }));
  let text: string;
  try {
    text = UTF_8.decode(body);
  } catch {
    return refused(broken('the body is not UTF-8', { help: 'encode the JSON as UTF-8' }));
  }
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return refused(
      broken('the body is not valid JSON', { help: 'look for quotes, commas and brackets that are missing' }),
    );
  }
}

/** The attributes of an event, by the names that their sender gave them: these begin with `prefix`. */
interface Attributes {
  readonly prefix: '' | 'ce-';
  readonly read: (name: string) => unknown;
}

function toEvent(
  attributes: Attributes,
  data: unknown,
  dataProblems: readonly EventProblem[],
  now: number,
): ParsedEvent {
  const problems: EventProblem[] = [];
  const take = (name: string): string | undefined => {
    const checked = checkAttribute(attributes, name);
    problems.push(...checked.problems);
    return checked.value;
  };
  take('specversion');
  const [id = '', source = '', type = ''] = [take('id'), take('source'), take('type')];
  const subject = take('subject');
  const time = take('time') ?? new Date(now).toISOString();
  problems.push(...dataProblems);
  if (problems.length > 0 || !isObject(data)) return { kind: 'refused', problems };
  return { kind: 'event', event: { id, source, type, ...(subject !== undefined && { subject }), time, data } };
}

/** What must be there, and what it is for. */
const REQUIRED: ReadonlyMap<string, string> = new Map([
  ['specversion', 'give the version of CloudEvents, which is 1.0'],
  ['id', 'give it a name of its own: the same id from the same source again is the same event'],
  ['source', 'say who sends it, such as /shop'],
  ['type', 'say what happened, such as new-user'],
]);

/** An attribute that is there and in order, or what is wrong with it. */
interface CheckedAttribute {
  readonly value?: string;
  readonly problems: readonly EventProblem[];
}

function checkAttribute({ prefix, read }: Attributes, name: string): CheckedAttribute {
  const path = `${prefix}${name}`;
  const value = read(path);
  const no = (reason: string, help = REQUIRED.get(name)): CheckedAttribute => {
    return { problems: [broken(`${path} ${reason}`, { path, help })] };
  };
  if (value === undefined) return REQUIRED.has(name) ? no('is missing') : { problems: [] };
  if (typeof value !== 'string' || value === '') return no('must be a string that is not empty');
  if (value.length > MAX_ATTRIBUTE_LENGTH) return no(`must be at most ${MAX_ATTRIBUTE_LENGTH} characters long`);
  // What a String of CloudEvents may not hold; two ids that differ in it alone would be one in the journal.
  if (/[\p{Cc}\uFFFD]/u.test(value) || !value.isWellFormed()) return no('must be UTF-8 without control characters');
  if (name === 'specversion' && value !== '1.0') return no('must be 1.0');
  if (name === 'time' && !isRfc3339(value)) {
    return no('must be a time of RFC 3339', 'write it as 2026-11-21T08:30:00Z, or leave it out');
  }
  return { value, problems: [] };
}

/** RFC 3339, 5.6, with its days of the month; a leap second (`:60`) is one. */
function isRfc3339(time: string): boolean {
  const parts = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i.exec(
    time,
  );
  if (!parts?.[1]) return false;
  // Every month has as many days.
  if (/-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/.test(parts[1])) return true;
  const day = new Date(`${parts[1]}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(parts[1]);
}

function checkData(data: unknown): readonly EventProblem[] {
  if (data === undefined) {
    return [broken('data is missing', { path: 'data', help: 'give an object, {} where there is nothing to tell' })];
  }
  if (!isObject(data)) return [broken('data must be a JSON object', { path: 'data' })];
  const fault = findFault(data, []);
  return fault ? [fault] : [];
}

/**
 * The first thing in data that no code should be handed: nesting without end, or a key that changes what objects are. `path`
 * leads to `value`, and does so again afterwards.
 */
function findFault(value: unknown, path: string[]): EventProblem | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= MAX_DEPTH) return broken(`data must be nested at most ${MAX_DEPTH} levels deep`, { path: 'data' });
  for (const [key, child] of Object.entries(value)) {
    path.push(key);
    if (key === '__proto__') {
      const place = dataPath(path);
      return broken(`${place} is a name that no field can have`, { path: place, help: 'rename it' });
    }
    const fault = findFault(child, path);
    if (fault) return fault;
    path.pop();
  }
  return undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A place in data as people write it: `data.items[3].name`. Numbers that may be those of a phone are hidden. */
export function dataPath(keys: readonly string[]): string {
  return keys.reduce((path, key) => {
    if (/^\d{1,6}$/.test(key)) return `${path}[${key}]`;
    const shown = withoutNumbers(key);
    return /^[A-Za-z_$][\w$-]*$/.test(shown) ? `${path}.${shown}` : `${path}[${JSON.stringify(shown)}]`;
  }, 'data');
}

/** A name that came with an event, as it may be shown: at most 64 characters of it, and nothing that may be a phone number. */
export function withoutNumbers(name: string): string {
  const hidden = name.replaceAll(/\+?\d{7,}/g, '•••');
  return hidden.length > 64 ? `${hidden.slice(0, 63)}…` : hidden;
}

function broken(message: string, more: Details = {}): EventProblem {
  return eventProblem('RB0801', message, more);
}

interface Details {
  readonly path?: string | undefined;
  readonly help?: string | undefined;
}

/** A problem with its path. */
export function eventProblem(code: ProblemCode, message: string, { path, help }: Details): EventProblem {
  return { ...error(code, message, undefined, help), ...(path !== undefined && { path }) };
}

function refused(problem: EventProblem): { readonly kind: 'refused'; readonly problems: readonly EventProblem[] } {
  return { kind: 'refused', problems: [problem] };
}
