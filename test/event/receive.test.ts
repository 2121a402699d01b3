import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/event/event.ts';
import { acceptEvent, type ReceiveOptions, receiveEvents } from '../../src/event/receive.ts';
import type { AppendedEvent, Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { compileSchema } from '../../src/schema/schema.ts';
import { anEvent, countingClock, PLAN, RUN } from '../../src/testing/journal-values.ts';
import { type Answer, binary, request, structured } from './requests.ts';

const USER = {
  type: 'object',
  properties: {
    username: { type: 'string', minLength: 1 },
    phone: { type: 'string', format: 'e164' },
    friends: { type: 'array', items: { type: 'string' } },
  },
  required: ['username', 'phone'],
  additionalProperties: false,
} as const;
const DATA = { username: 'ana', phone: '+34666555444' };

let journal: Journal;
let options: ReceiveOptions;
let accepted: { appended: AppendedEvent; event: Event }[];
let failures: unknown[];

beforeEach(async () => {
  const clock = countingClock();
  journal = openSqliteJournal({ path: ':memory:', clock });
  await journal.keepPlan(PLAN);
  accepted = [];
  failures = [];
  options = {
    journal,
    clock,
    validators: new Map([['new-user', compileSchema(USER)]]),
    ruleTypes: new Set(['new-user', 'anything']),
    rulesFor: ({ type }) => (type === 'new-user' ? [RUN] : []),
    worker: { reserve: () => 0, feed: () => undefined },
    accepted: (appended, event) => accepted.push({ appended, event }),
    failed: (cause) => failures.push(cause),
  };
});

afterEach(async () => {
  await journal.close();
});

async function post(...of: Parameters<typeof request>): Promise<Answer> {
  const { status, headers, body } = await receiveEvents(options).handle(request(...of));
  const answer: Answer['body'] = JSON.parse(typeof body === 'string' ? body : '');
  return { status, headers: headers ?? {}, body: answer };
}

/** The problems of a request that must be refused, each as one line. */
async function problemsOf(...of: Parameters<typeof request>): Promise<readonly string[]> {
  const { status, body } = await post(...of);
  expect(status).toBe(400);
  expect(await journal.stories(1)).toEqual([]);
  expect(accepted).toEqual([]);
  return (body.problems ?? []).map(({ code, message, path, help }) => {
    expect(message).not.toContain('666555444');
    return `${code} ${path ?? '-'}: ${message}${help ? ` (${help})` : ''}`;
  });
}

describe('an event that is in order', () => {
  it('is acknowledged once it is journaled, with its runs', async () => {
    const { status, body } = await post(...structured({ data: DATA }));
    expect(status).toBe(202);
    expect(body).toEqual({ id: 'e1', source: '/a', type: 'new-user', event: 1, runs: ['1.0'], duplicate: false });
    expect((await journal.story(1))?.event).toEqual(anEvent({ data: DATA }));
    expect(accepted.map(({ appended }) => appended.eventId)).toEqual([1]);
  });

  it('is taken once, however often it comes', async () => {
    await post(...structured({ data: DATA }));
    const { status, body } = await post(...structured({ data: DATA, time: '2026-11-22T00:00:00Z' }));
    expect({ status, body }).toMatchObject({ status: 202, body: { event: 1, runs: ['1.0'], duplicate: true } });
    expect(await journal.stories(10)).toHaveLength(1);
    expect(accepted).toHaveLength(1);
  });

  it('gets the time of its coming where it names none, and keeps its subject', async () => {
    await post(...structured({ data: DATA, time: null, subject: 'ana' }));
    expect(accepted[0]?.event).toMatchObject({ subject: 'ana', time: expect.stringMatching(/^2026-11-21T00:00:00/) });
  });

  it('may have extension attributes', async () => {
    expect((await post(...structured({ data: DATA, traceparent: '00-1', dataschema: '/s' }))).status).toBe(202);
  });

  it('may come in binary mode, its headers percent-encoded or quoted', async () => {
    const headers = { 'ce-id': 'a%20%C3%B1%F0%9F%94%A5', 'ce-source': '"/a \\"b\\""', 'ce-traceparent': '00-1' };
    const { status } = await post(...binary({ headers, body: DATA }));
    expect(status).toBe(202);
    expect(accepted[0]?.event).toEqual(anEvent({ id: 'a ñ🔥', source: '/a "b"', data: DATA }));
  });

  it.each([
    'application/cloudevents+json; charset=UTF-8',
    'Application/CloudEvents+JSON',
    'application/cloudevents+json;charset="utf-8"',
  ])('may name its content type as %s', async (type) => {
    expect((await post({ 'content-type': type }, structured({ data: DATA })[1])).status).toBe(202);
  });

  it('needs no schema where a rule names its type', async () => {
    const { status, body } = await post(...structured({ type: 'anything', data: { x: [1] } }));
    expect({ status, runs: body.runs }).toEqual({ status: 202, runs: [] });
  });

  it.each(['2026-02-28T23:59:60Z', '2024-02-29T00:00:00.123456+05:30', '2026-11-21t08:30:00z'])(
    'may be of %s',
    async (time) => {
      expect((await post(...structured({ data: DATA, time }))).status).toBe(202);
    },
  );

  it('is accepted without HTTP as well', async () => {
    const event = anEvent({ data: DATA });
    expect(await acceptEvent(event, options)).toMatchObject({ kind: 'accepted', appended: { runIds: ['1.0'] } });
    expect(await acceptEvent({ ...event, data: {} }, options)).toMatchObject({ kind: 'refused' });
  });
});

describe('an event that does not fit its schema', () => {
  it('is refused with every violation and its path', async () => {
    const data = { phone: '666555444', friends: ['a', 7], 'odd key': 1, '+34666555444': 1 };
    expect(await problemsOf(...structured({ data }))).toEqual([
      'RB0802 data.username: data.username is missing',
      'RB0802 data["odd key"]: data["odd key"] is not a field of new-user',
      'RB0802 data["•••"]: data["•••"] is not a field of new-user',
      'RB0802 data.phone: data.phone must be a phone number in E.164 form, such as +34777666555',
      'RB0802 data.friends[1]: data.friends[1] must be a string',
    ]);
  });

  it('is answered with a hundred problems at most', async () => {
    const data = { ...DATA, friends: Array.from({ length: 10_000 }, () => 1) };
    expect((await post(...structured({ data }))).body.problems).toHaveLength(100);
  });
});

describe('an event of a type that is not known', () => {
  it('is refused, with the type that may be meant', async () => {
    expect(await problemsOf(...structured({ type: 'new-usr' }))).toEqual([
      'RB0803 type: no schema and no rule knows the event type new-usr (did you mean new-user?)',
    ]);
  });

  it('is refused where none is near, and nothing like a number is told', async () => {
    expect(await problemsOf(...structured({ type: 'call.34666555444' }))).toEqual([
      'RB0803 type: no schema and no rule knows the event type call.••• (add its schema to schemas/event/)',
    ]);
  });
});

it('asks for the event again when the journal fails, and never acknowledges it', async () => {
  await journal.close();
  const { status, headers, body } = await post(...structured({ data: DATA }));
  expect(status).toBe(503);
  expect(headers).toMatchObject({ 'retry-after': '5' });
  expect(body.error).toContain('send it again');
  expect(failures).toHaveLength(1);
  expect(accepted).toEqual([]);
});

describe('a request that is no CloudEvent', () => {
  const CONTENT_TYPE =
    'RB0801 content-type: the content type is not that of a CloudEvent (use application/cloudevents+json for a whole event as body, or application/json for its data with the attributes in ce- headers)';

  it.each([
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/cloudevents-batch+json',
    'x'.repeat(99),
  ])('is refused with the two right content types for %s', async (type) => {
    expect(await problemsOf({ 'content-type': type }, '{}')).toEqual([CONTENT_TYPE]);
  });

  it.each<[string, string | Buffer, string]>([
    ['an empty body', '', 'the body is empty (send JSON)'],
    ['malformed UTF-8', Buffer.from('{"id":"\xff"}', 'latin1'), 'the body is not UTF-8 (encode the JSON as UTF-8)'],
    [
      'half of JSON',
      '{"phone":"+34666555444',
      'the body is not valid JSON (look for quotes, commas and brackets that are missing)',
    ],
    [
      'a number that is cut',
      '{"phone": +34666555444}',
      'the body is not valid JSON (look for quotes, commas and brackets that are missing)',
    ],
    [
      'an array',
      '[{"id":"1"}]',
      'the body must be a JSON object (send one event a request, with specversion, id, source, type and data)',
    ],
    [
      'null',
      'null',
      'the body must be a JSON object (send one event a request, with specversion, id, source, type and data)',
    ],
    [
      'nesting without end',
      '['.repeat(500_000),
      'the body is not valid JSON (look for quotes, commas and brackets that are missing)',
    ],
  ])('is refused for %s', async (_, body, message) => {
    expect(await problemsOf({ 'content-type': 'application/cloudevents+json' }, body)).toEqual([
      `RB0801 -: ${message}`,
    ]);
  });

  it('is refused with all that is missing', async () => {
    expect(await problemsOf({ 'content-type': 'application/cloudevents+json' }, '{}')).toEqual([
      'RB0801 specversion: specversion is missing (give the version of CloudEvents, which is 1.0)',
      'RB0801 id: id is missing (give it a name of its own: the same id from the same source again is the same event)',
      'RB0801 source: source is missing (say who sends it, such as /shop)',
      'RB0801 type: type is missing (say what happened, such as new-user)',
      'RB0801 data: data is missing (give an object, {} where there is nothing to tell)',
    ]);
  });

  it('is refused in binary mode with all that is wrong, by header', async () => {
    const headers = { 'ce-id': undefined, 'ce-source': '%', 'ce-type': '%FF', 'ce-specversion': '0.3' };
    expect(await problemsOf(...binary({ headers, body: [] }))).toEqual([
      'RB0801 ce-specversion: ce-specversion must be 1.0 (give the version of CloudEvents, which is 1.0)',
      'RB0801 ce-id: ce-id is missing (give it a name of its own: the same id from the same source again is the same event)',
      'RB0801 ce-source: ce-source must be UTF-8 without control characters (say who sends it, such as /shop)',
      'RB0801 ce-type: ce-type must be UTF-8 without control characters (say what happened, such as new-user)',
      'RB0801 data: data must be a JSON object',
    ]);
  });

  it('is told of the ce- headers where it has none', async () => {
    expect(await problemsOf({ 'content-type': 'application/json' }, structured({})[1])).toEqual([
      'RB0801 -: a request of application/json needs the attributes of the event in ce- headers (send ce-specversion, ce-id, ce-source and ce-type as headers, or the whole event as application/cloudevents+json)',
    ]);
  });

  it('is refused in another charset', async () => {
    expect(await problemsOf({ 'content-type': 'application/json; charset=latin1' }, '{}')).toEqual([
      'RB0801 content-type: the charset must be utf-8 (leave the charset out)',
    ]);
  });

  it.each<[string, object, string]>([
    ['another version', { specversion: '0.3' }, 'specversion must be 1.0'],
    ['a number as id', { id: 34666555444 }, 'id must be a string that is not empty'],
    ['an empty source', { source: '' }, 'source must be a string that is not empty'],
    ['a type without end', { type: 'x'.repeat(1025) }, 'type must be at most 1024 characters long'],
    ['half of a surrogate pair', { id: 'a\uD800' }, 'id must be UTF-8 without control characters'],
    ['a control character', { source: '/a\u0000' }, 'source must be UTF-8 without control characters'],
    ['a day that is none', { time: '2026-02-30T00:00:00Z' }, 'time must be a time of RFC 3339'],
    ['a time without a zone', { time: '2026-11-21T00:00:00' }, 'time must be a time of RFC 3339'],
    ['a time in words', { time: 'tomorrow' }, 'time must be a time of RFC 3339'],
    ['an object as subject', { subject: {} }, 'subject must be a string that is not empty'],
    ['text as data', { data: '+34666555444' }, 'data must be a JSON object'],
    ['an array as data', { data: [] }, 'data must be a JSON object'],
    ['null as data', { data: null }, 'data must be a JSON object'],
    ['binary data', { data_base64: 'AAAA' }, 'data_base64 is not supported'],
  ])('is refused for %s', async (_, attributes, message) => {
    const problems = await problemsOf(...structured(attributes));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`: ${message}`);
  });

  it('is refused for data that is nested too deep', async () => {
    const body = JSON.stringify(structuredBody('DEEP')).replace(
      '"DEEP"',
      `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    );
    expect(await problemsOf({ 'content-type': 'application/cloudevents+json' }, body)).toEqual([
      'RB0801 data: data must be nested at most 64 levels deep',
    ]);
  });

  it('is refused for a key that changes what objects are', async () => {
    const body = JSON.stringify(structuredBody('EVIL')).replace('"EVIL"', '{"a":[{"__proto__":{"admin":true}}]}');
    expect(await problemsOf({ 'content-type': 'application/cloudevents+json' }, body)).toEqual([
      'RB0801 data.a[0].__proto__: data.a[0].__proto__ is a name that no field can have (rename it)',
    ]);
  });

  it('takes no attribute from a prototype', async () => {
    const body = '{"__proto__":{"specversion":"1.0","id":"1","source":"/a","type":"new-user","data":{}}}';
    expect(await problemsOf({ 'content-type': 'application/cloudevents+json' }, body)).toHaveLength(5);
  });
});

function structuredBody(data: string): unknown {
  return JSON.parse(structured({ data })[1]);
}
