import { isE164 } from '../message/message.ts';
import type { Problem, Source } from '../problem/problem.ts';
import { durationMs } from '../rulebook/rulebook.ts';
import type { Fault, FaultRule, Habit } from '../sandbox/sandbox.ts';
import { asObject, asText, inWords, type Json, type JsonObject } from '../schema/schema.ts';
import { type Entry, entryOf, type MapNode, type Node, spanOf, toJson } from '../yaml/yaml.ts';
import { startOf } from './form.ts';
import * as problems from './problems.ts';
import type { Given, GivenReply } from './scenario.ts';

/** A Monday morning: what a scenario without `at` says of the time is true on working days. */
const USUAL_TIME = Date.UTC(2026, 0, 5, 9);

/** Reads `given`, of which the schema has found nothing wrong. */
export function readGiven(source: Source, node: Node | undefined, found: Problem[]): Given {
  const map = node?.kind === 'map' ? node : undefined;
  const written = asObject(map && toJson(map)) ?? {};
  const phones = phonesIn(source, map, found);
  const faults = itemsOf(map, 'faults').flatMap((item) => readFault(source, item, found));
  return {
    now: written['at'] === undefined ? USUAL_TIME : Date.parse(inWords(written['at'])),
    habits: new Map(phones.flatMap(({ number, habit }) => (habit ? [[number, habit] as const] : []))),
    faults: [...phones.flatMap(({ number, fault }) => (fault ? [{ fault, number }] : [])), ...faults],
    replies: itemsOf(map, 'requests').flatMap((item) => readReply(source, item, found)),
    environment: textsIn(written['environment']),
  };
}

/** The items of a list that are maps. */
function itemsOf(map: MapNode | undefined, key: string): readonly MapNode[] {
  const list = map && entryOf(map, key)?.value;
  return list?.kind === 'list' ? list.items.filter((item) => item.kind === 'map') : [];
}

function textsIn(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(asObject(value) ?? {}).map(([name, text]) => [name, inWords(text)]));
}

/** What a person does, or what their phone does in their place. */
interface Phone {
  readonly number: string;
  readonly habit?: Habit;
  readonly fault?: Fault;
}

function phonesIn(source: Source, map: MapNode | undefined, found: Problem[]): readonly Phone[] {
  const phones = map && entryOf(map, 'phones')?.value;
  if (phones?.kind !== 'map') return [];
  return phones.entries.map(({ key, value }: Entry) => {
    if (!isE164(key.text)) found.push(problems.notANumber(spanOf(source, key)));
    return { number: key.text, ...behaviourOf(toJson(value)) };
  });
}

function behaviourOf(written: Json): Omit<Phone, 'number'> {
  switch (written) {
    case 'answers':
      return { habit: { answers: 'itself' } };
    case 'by-hand':
      return { habit: { answers: 'by-hand' } };
    case 'busy':
    case 'no-answer':
    case 'failed':
    case 'voicemail':
      return { fault: { kind: written } };
    default: {
      const { answers, presses } = asObject(written) ?? {};
      const keys = Array.isArray(presses) ? { presses: presses.map(inWords) } : {};
      return { habit: { answers: answers === 'by-hand' ? 'by-hand' : 'itself', ...keys } };
    }
  }
}

/** Keys that say more of a fault, and those of them that it cannot be without. */
const MORE: Readonly<Record<Fault['kind'], { readonly needs?: string; readonly may?: string }>> = {
  busy: {},
  'no-answer': {},
  failed: { may: 'code' },
  voicemail: {},
  undelivered: { needs: 'code' },
  refused: { needs: 'code' },
  throttled: { may: 'retry_after' },
  error: { needs: 'when' },
  dropped: { needs: 'when' },
  slow: { needs: 'by' },
  truncated: {},
  html: {},
  'callback-lost': {},
  'callback-doubled': {},
  'callback-reordered': {},
  'callback-late': { needs: 'by' },
  'list-lag': { needs: 'by' },
};

function readFault(source: Source, node: MapNode, found: Problem[]): readonly FaultRule[] {
  const written = asObject(toJson(node)) ?? {};
  const kind = asText(written['fault']) ?? '';
  if (!isKind(kind)) return [];
  const { needs, may = needs } = MORE[kind];
  const wrong = node.entries.filter(({ key }) => !['fault', 'to', 'times', may].includes(key.text));
  for (const { key } of wrong) found.push(problems.notBeside(key.text, kind, spanOf(source, key)));
  if (needs !== undefined && written[needs] === undefined) {
    found.push(problems.needsBeside(needs, kind, startOf(source, node)));
  }
  for (const name of ['by', 'retry_after'] as const) {
    const value = entryOf(node, name)?.value;
    if (value && millisecondsOf(written[name]) === undefined) {
      found.push(problems.notADuration(name, spanOf(source, value)));
    }
  }
  const { to, times } = written;
  return [
    {
      fault: faultOf(kind, written),
      ...(typeof to === 'string' && { number: to }),
      ...(typeof times === 'number' && { times }),
    },
  ];
}

function isKind(text: string): text is Fault['kind'] {
  return Object.hasOwn(MORE, text);
}

/** What is missing was told: what stands in its place is never played. */
function faultOf(kind: Fault['kind'], { code, when, by, retry_after: retryAfter }: JsonObject): Fault {
  const errorCode = typeof code === 'number' ? code : 0;
  const byMs = millisecondsOf(by) ?? 0;
  const retryAfterMs = millisecondsOf(retryAfter);
  switch (kind) {
    case 'failed':
      return { kind, ...(code !== undefined && { errorCode }) };
    case 'undelivered':
    case 'refused':
      return { kind, errorCode };
    case 'throttled':
      return { kind, ...(retryAfterMs !== undefined && { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }) };
    case 'error':
    case 'dropped':
      return { kind, when: when === 'after' ? 'after' : 'before' };
    case 'slow':
      return { kind, byteMs: byMs };
    case 'callback-late':
    case 'list-lag':
      return { kind, byMs };
    default:
      return { kind };
  }
}

/** A duration of a scenario in milliseconds. */
export function millisecondsOf(duration: Json | undefined): number | undefined {
  return typeof duration === 'string' || typeof duration === 'number' ? durationMs(duration) : undefined;
}

const METHODS = ['GET', 'POST', 'DELETE'] as const;

/** The method and address of a request that is given or expected; tells where there is not exactly one. */
export function requestedIn(
  source: Source,
  node: MapNode,
  found: Problem[],
): { readonly method: (typeof METHODS)[number]; readonly url: string } | undefined {
  const written = METHODS.filter((method) => entryOf(node, method));
  const [method] = written;
  if (method === undefined || written.length > 1) {
    found.push(problems.notOne('a request', METHODS, startOf(source, node)));
    return undefined;
  }
  const url = entryOf(node, method)?.value;
  return { method, url: url?.kind === 'scalar' ? url.text : '' };
}

function readReply(source: Source, node: MapNode, found: Problem[]): readonly GivenReply[] {
  const requested = requestedIn(source, node, found);
  const { status, headers, body, lost } = asObject(toJson(node)) ?? {};
  if (!requested) return [];
  if (lost === true) {
    const beside = node.entries.filter(({ key }) => ['status', 'headers', 'body'].includes(key.text));
    for (const { key } of beside) found.push(problems.notBeside(key.text, 'lost', spanOf(source, key)));
    return [{ ...requested, answer: 'lost' }];
  }
  const isJson = body !== undefined && typeof body !== 'string';
  const named = Object.entries(textsIn(headers)).map(([name, text]) => [name.toLowerCase(), text] as const);
  const answer = {
    status: typeof status === 'number' ? status : 200,
    headers: { ...(isJson && { 'content-type': 'application/json' }), ...Object.fromEntries(named) },
    body: body === undefined ? '' : inWords(body),
  };
  return [{ ...requested, answer }];
}
