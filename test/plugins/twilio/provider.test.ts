import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import type { HttpClient, OutgoingRequest } from '../../../src/http/http.ts';
import type { Draft, Outcome } from '../../../src/message/message.ts';
import { formEncode } from '../../../src/plugins/twilio/sdk.ts';
import { type Answer, answers, startFakeTwilio } from './fake-twilio.ts';
import { CALL, impatient, newProvider, SID, SMS, send, TOKEN } from './sending.ts';

const http = newHttpClient();
afterAll(() => http.close());

const PUBLIC = 'https://ringbook.example.com/hooks/attempt-1';

/** Sends to a Twilio that answers so, and returns what became of it. */
async function outcomeOf(answer: Answer, draft: Draft = SMS): Promise<Outcome> {
  await using twilio = await startFakeTwilio(answer);
  return await send(newProvider(impatient(http, 300), { baseUrl: twilio.url }), draft);
}

test('sends a text message as the SDK does, and gives back what Twilio answered', async () => {
  await using twilio = await startFakeTwilio();
  const outcome = await send(newProvider(http, { baseUrl: twilio.url }), SMS, { callbackUrl: PUBLIC });
  const [request] = twilio.received;
  expect(request).toMatchObject({ method: 'POST', path: `/2010-04-01/Accounts/${SID}/Messages.json` });
  expect(request?.headers.authorization).toBe(`Basic ${btoa(`${SID}:${TOKEN}`)}`);
  expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect([...(request?.form ?? [])]).toEqual([
    ['To', '+34777666555'],
    ['StatusCallback', PUBLIC],
    ['From', '+34666555777'],
    ['Body', 'Hello'],
  ]);
  const sid = 'SM00000000000000000000000000000001';
  const answer = { sid, status: 'queued', to: '+34777666555', from: '+34666555777', num_segments: '1' };
  expect(outcome).toEqual({ kind: 'accepted', providerId: sid, answer });
});

test('sends a call with its script and asks for every state', async () => {
  await using twilio = await startFakeTwilio();
  const outcome = await send(newProvider(http, { baseUrl: twilio.url }), CALL, { callbackUrl: PUBLIC });
  expect(twilio.received[0]?.path).toBe(`/2010-04-01/Accounts/${SID}/Calls.json`);
  expect([...(twilio.received[0]?.form ?? [])]).toEqual([
    ['To', '+34777666555'],
    ['From', '+34666555777'],
    ['StatusCallback', PUBLIC],
    ['StatusCallbackEvent', 'initiated'],
    ['StatusCallbackEvent', 'ringing'],
    ['StatusCallbackEvent', 'answered'],
    ['StatusCallbackEvent', 'completed'],
    ['Twiml', '<Response/>'],
  ]);
  expect(outcome).toMatchObject({ kind: 'accepted', providerId: 'CA00000000000000000000000000000001' });
});

test.each<[string, Draft, string, string, string | undefined]>([
  [
    'a sender that begins with MG as a messaging service',
    { ...SMS, from: 'MG1' },
    'MessagingServiceSid',
    'MG1',
    undefined,
  ],
  [
    'the address of a script',
    { ...CALL, content: { kind: 'script-url', url: 'https://example.com/bin?a=%26' } },
    'Url',
    'https://example.com/bin?a=%26',
    undefined,
  ],
  ['a script of 4,000 characters whole', { ...CALL, content: script(4_000) }, 'Twiml', 'x'.repeat(4_000), PUBLIC],
  ['a longer script by its address', { ...CALL, content: script(4_001) }, 'Url', `${PUBLIC}/script`, PUBLIC],
])('sends %s', async (_, draft, name, value, callbackUrl) => {
  await using twilio = await startFakeTwilio();
  await send(newProvider(http, { baseUrl: twilio.url }), draft, callbackUrl === undefined ? {} : { callbackUrl });
  const form = twilio.received[0]?.form;
  expect(form?.get(name)).toBe(value);
  expect(['Twiml', 'Url'].filter((field) => form?.has(field)).length).toBe(draft.channel === 'call' ? 1 : 0);
});

function script(length: number): Draft['content'] {
  return { kind: 'script', script: 'x'.repeat(length) };
}

test('rejects a script that Twilio would have to fetch where it cannot reach this host', async () => {
  await using twilio = await startFakeTwilio();
  const outcome = await send(newProvider(http, { baseUrl: twilio.url }), { ...CALL, content: script(4_001) });
  expect(outcome).toEqual({
    kind: 'rejected',
    reason:
      'the script has 4001 characters; beyond 4000 Twilio fetches it, and this host has no public address that it could be fetched from',
  });
  expect(twilio.received).toEqual([]);
});

test('gives a network on this machine a callback address on this machine', async () => {
  await using twilio = await startFakeTwilio();
  const callbackUrl = 'http://127.0.0.1:8642/hooks/attempt-1';
  await send(newProvider(http, { baseUrl: twilio.url }), SMS, { callbackUrl });
  expect(twilio.received[0]?.form.get('StatusCallback')).toBe(callbackUrl);
});

test.each(['http://127.0.0.1:8642/hooks/a', 'http://localhost:8642/hooks/a', 'http://[::1]:8642/hooks/a'])(
  'keeps the callback address %s from Twilio, which refuses it',
  async (callbackUrl) => {
    const recorder = newRecorder();
    await send(newProvider(recorder), CALL, { callbackUrl });
    const form = new URLSearchParams(recorder.requests[0]?.body);
    expect([...form.keys()]).toEqual(['To', 'From', 'Twiml']);
  },
);

test('talks to Twilio itself where no baseUrl is given', async () => {
  const recorder = newRecorder();
  await send(newProvider(recorder), SMS, { callbackUrl: PUBLIC });
  expect(recorder.requests[0]).toMatchObject({
    method: 'POST',
    url: `https://api.twilio.com/2010-04-01/Accounts/${SID}/Messages.json`,
    headers: { Authorization: `Basic ${btoa(`${SID}:${TOKEN}`)}` },
    body: `To=%2B34777666555&StatusCallback=${encodeURIComponent(PUBLIC)}&From=%2B34666555777&Body=Hello`,
    timeoutMs: 30_000,
  });
});

/** The wire of a test that has no server. */
function newRecorder(): HttpClient & { requests: OutgoingRequest[] } {
  const requests: OutgoingRequest[] = [];
  return {
    requests,
    async request(request) {
      requests.push(request);
      return { status: 201, headers: {}, body: '{"sid":"SM1","status":"queued"}' };
    },
    async close() {},
  };
}

test("encodes a form as the SDK's own client does", () => {
  const fromSdk = createRequire(createRequire(import.meta.url).resolve('twilio'));
  const qs: { stringify(data: object, options: object): string } = fromSdk('qs');
  const all = Array.from({ length: 0x180 }, (_, code) => String.fromCodePoint(code)).join('');
  const data = { Body: `${all}€😀`, 'a b[]': ['1', '2 3'], Empty: '', None: [], Number: 7, Flag: true };
  expect(formEncode(data)).toBe(qs.stringify(data, { arrayFormat: 'repeat' }));
});

const UNKNOWN: Readonly<Record<string, Answer>> = {
  'a 500': answers(500, { code: 20500, message: 'Internal Server Error', status: 500 }),
  'a 503 of HTML': answers(503, '<html>busy</html>'),
  'a 201 that cannot be read': answers(201, '{"sid": "SM1", "stat'),
  'a 201 that is no object': answers(201, '[]'),
  'a 201 without an id': answers(201, {}),
  'a 403 of HTML': answers(403, '<html>forbidden</html>'),
  'a 400 with the code of an inner fault': answers(400, { code: 20500, message: 'x' }),
  'a redirection': answers(302, '', { location: 'https://example.com/' }),
  'a connection that is dropped': (response) => response.destroy(),
  'an answer that breaks off': (response) => {
    response.writeHead(201, { 'content-length': '100' });
    response.write('{"sid"', () => response.destroy());
  },
  'no answer in time': () => {},
};

for (const [what, answer] of Object.entries(UNKNOWN)) {
  test(`does not know what became of a send after ${what}`, async () => {
    const outcome = await outcomeOf(answer);
    expect(outcome).toEqual({ kind: 'unknown', reason: expect.stringMatching(/^Twilio/) });
  });
}

test.each<[string, Answer, object]>([
  [
    'an invalid number',
    answers(400, { code: 21211, message: "The 'To' number +34777666555 is not valid.", status: 400 }),
    {
      kind: 'rejected',
      code: '21211',
      reason: 'Twilio refused it (21211): the number to reach is not a valid phone number',
    },
  ],
  [
    'wrong credentials',
    answers(401, { code: 20003, message: 'Authenticate', status: 401 }),
    {
      kind: 'rejected',
      code: '20003',
      reason: 'Twilio refused it (20003): the account SID and the auth token do not belong together',
    },
  ],
  [
    'a code of which the table knows nothing',
    answers(400, { code: 21999, message: `No: +34777666555, 0034777666555 and ${TOKEN}`, status: 400 }),
    { kind: 'rejected', code: '21999', reason: 'Twilio refused it (21999): No: +34•••555, 003•••555 and ***' },
  ],
  [
    'too many requests',
    answers(429, { code: 20429, message: 'Too Many Requests', status: 429 }, { 'retry-after': '7' }),
    {
      kind: 'rejected',
      code: '20429',
      reason: 'Twilio refused it (20429): too many requests at once',
      retry: { afterMs: 7_000 },
    },
  ],
  [
    'too many requests until a date',
    answers(429, '', { 'retry-after': 'Fri, 01 Jan 2027 00:01:00 GMT', date: 'Fri, 01 Jan 2027 00:00:00 GMT' }),
    { kind: 'rejected', reason: 'Twilio refused it (429)', retry: { afterMs: 60_000 } },
  ],
  [
    'a full queue',
    answers(400, { code: 21611, message: 'x', status: 400 }),
    {
      kind: 'rejected',
      code: '21611',
      reason: 'Twilio refused it (21611): too many messages wait to be sent from this number',
      retry: {},
    },
  ],
])('reports %s', async (_, answer, expected) => {
  expect(await outcomeOf(answer)).toEqual(expected);
});

test('rejects for now what never left this machine', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const address = closed.address();
  await new Promise((resolve) => closed.close(resolve));
  const port = typeof address === 'object' ? address?.port : undefined;
  const outcome = await send(newProvider(http, { baseUrl: `http://127.0.0.1:${port}` }), SMS);
  expect(outcome).toEqual({
    kind: 'rejected',
    reason: expect.stringMatching(/^Twilio could not be reached: /),
    retry: { unreached: true },
  });
});

test('does not know what became of a send that is called off under way', async () => {
  const stop = new AbortController();
  await using twilio = await startFakeTwilio(() => stop.abort());
  const outcome = await send(newProvider(http, { baseUrl: twilio.url }), SMS, { signal: stop.signal });
  expect(outcome.kind).toBe('unknown');
});

test('sends each message once, whatever is answered', async () => {
  await using twilio = await startFakeTwilio(answers(429, { code: 20429, message: 'x' }));
  await send(newProvider(http, { baseUrl: twilio.url }), SMS);
  expect(twilio.received.length).toBe(1);
});

test.each([
  [
    { userSid: 'asDEFFdds4t3242Rrf245e2r' },
    TOKEN,
    '`userSid` is not the SID of a Twilio account: it does not begin with AC',
  ],
  [{}, '', '`authToken` is empty'],
])('says what is wrong with an account that the SDK cannot take', async (settings, token, reason) => {
  expect(await send(newProvider(newRecorder(), settings, token), SMS)).toEqual({ kind: 'rejected', reason });
});

test('rejects a draft that Twilio has no form for', async () => {
  const outcome = await send(newProvider(newRecorder()), { ...CALL, content: { kind: 'text', text: 'Hello' } });
  expect(outcome).toEqual({ kind: 'rejected', reason: 'Twilio cannot send a text as call' });
});

test('keeps an edge or region of the environment out of an address of its own', async () => {
  process.env['TWILIO_EDGE'] = 'dublin';
  process.env['TWILIO_REGION'] = 'ie1';
  try {
    await using twilio = await startFakeTwilio();
    const outcome = await send(newProvider(http, { baseUrl: twilio.url }), SMS);
    expect(outcome.kind).toBe('accepted');
  } finally {
    delete process.env['TWILIO_EDGE'];
    delete process.env['TWILIO_REGION'];
  }
});
