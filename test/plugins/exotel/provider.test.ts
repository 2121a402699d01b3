import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import type { HttpClient, OutgoingRequest } from '../../../src/http/http.ts';
import type { Draft, Line, Provider } from '../../../src/message/message.ts';
import type { Json } from '../../../src/schema/schema.ts';
import { startWire } from '../../../src/testing/provider-wire.ts';
import { callbackOf } from './callbacks.ts';
import { CONNECT, FLOW, KEY, newProvider, SID, SMS, TOKEN } from './sending.ts';

const http = newHttpClient();
afterAll(() => http.close());

const PUBLIC = 'https://ringbook.example.com/hooks/attempt-1';

/** The wire of a test that has no server. */
function newRecorder(
  body = '{"SMSMessage":{"Sid":"1","Status":"queued"}}',
): HttpClient & { requests: OutgoingRequest[] } {
  const requests: OutgoingRequest[] = [];
  return {
    requests,
    async request(request) {
      requests.push(request);
      return { status: 200, headers: {}, body };
    },
    async close() {},
  };
}

function send(provider: Provider, draft: Draft, callbackUrl: string | undefined = PUBLIC) {
  const attempt = { id: 'attempt-1', messageId: 'message-1', number: 1, beganAt: 0 };
  const { signal } = new AbortController();
  return provider.send({ attempt, draft, signal, ...(callbackUrl !== '' && { callbackUrl }) });
}

/** The one request that a draft leads to, with its form. */
async function requestOf(draft: Draft, settings?: Readonly<Record<string, Json>>, callbackUrl?: string) {
  const recorder = newRecorder();
  await send(newProvider(recorder, settings), draft, callbackUrl);
  const [request] = recorder.requests;
  return { ...request, form: Object.fromEntries(new URLSearchParams(request?.body)) };
}

test.each([
  ['singapore', 'https://api.exotel.com'],
  ['mumbai', 'https://api.in.exotel.com'],
])('sends to the region %s at home', async (region, home) => {
  expect(await requestOf(SMS, { region })).toMatchObject({
    method: 'POST',
    url: `${home}/v1/Accounts/${SID}/Sms/send.json`,
    headers: { Authorization: `Basic ${btoa(`${KEY}:${TOKEN}`)}` },
  });
});

test('sends a text with what the operators of India want to know', async () => {
  const settings = {
    dltEntityId: '1101234567890123456',
    dltTemplateId: '1107123456789012345',
    smsType: 'transactional',
    priority: 'high',
  };
  expect((await requestOf(SMS, settings)).form).toEqual({
    From: SMS.from,
    To: SMS.to,
    Body: 'Hello from Ringbook, 50% & more + "that"',
    EncodingType: 'plain',
    DltEntityId: '1101234567890123456',
    DltTemplateId: '1107123456789012345',
    SmsType: 'transactional',
    Priority: 'high',
    StatusCallback: PUBLIC,
  });
});

test('puts what a text says of itself before what its resource says', async () => {
  const options = { provider: { dlt_template_id: '1107000000000000000', custom_field: 'topic 7' } };
  const { form } = await requestOf({ ...SMS, options }, { dltTemplateId: '1107123456789012345', priority: 'high' });
  expect(form).toMatchObject({ DltTemplateId: '1107000000000000000', Priority: 'high', CustomField: 'topic 7' });
});

test.each([
  ['Hello', 'plain'],
  ['नमस्ते', 'unicode'],
])('says how %s is to be encoded', async (text, encoding) => {
  const { form } = await requestOf({ ...SMS, content: { kind: 'text', text } });
  expect(form).toMatchObject({ Body: text, EncodingType: encoding });
});

test.each<[Line, object]>([
  [{}, {}],
  [
    { ringSeconds: 10, limitSeconds: 300 },
    { TimeOut: '10', TimeLimit: '300' },
  ],
  [{ record: false }, { Record: 'false' }],
  [
    { record: true, note: 'topic 7' },
    { Record: 'true', CustomField: 'topic 7' },
  ],
])('connects two numbers with %o', async (line, more) => {
  const { form } = await requestOf({ ...CONNECT, content: { kind: 'connect', second: '+919988776655', line } }, {}, '');
  expect(form).toEqual({ From: CONNECT.to, To: '+919988776655', CallerId: CONNECT.from, CallType: 'trans', ...more });
});

test.each([
  ['12345', `http://my.exotel.com/${SID}/exoml/start_voice/12345`],
  ['http://my.exotel.in/exoml/start/12345', 'http://my.exotel.in/exoml/start/12345'],
])('leads a call to the flow %s', async (flow, url) => {
  expect((await requestOf({ ...FLOW, content: { kind: 'flow', flow } }, {}, '')).form).toEqual({
    From: FLOW.to,
    Url: url,
    CallerId: FLOW.from,
    CallType: 'trans',
  });
});

test('keeps an address of this machine from Exotel, which cannot reach it', async () => {
  expect((await requestOf(SMS, {}, 'http://127.0.0.1:8642/hooks/a')).form).not.toHaveProperty('StatusCallback');
});

test.each<[Draft, string]>([
  [{ ...CONNECT, content: { kind: 'script', script: '<Response/>' } }, 'Exotel cannot send a script as call'],
  [{ ...SMS, channel: 'call' }, 'Exotel cannot send a text as call'],
  [
    { ...FLOW, content: { kind: 'flow', flow: 'https://evil.example.com/12345' } },
    'the flow is not the id of one of Exotel, which is a number, nor its address',
  ],
])('rejects a draft that Exotel has no form for', async (draft, reason) => {
  const recorder = newRecorder();
  expect(await send(newProvider(recorder), draft)).toEqual({ kind: 'rejected', reason });
  expect(recorder.requests).toEqual([]);
});

test('gives the answer in words that are the same for all providers beside its own', async () => {
  const outcome = await send(newProvider(newRecorder('{"Call":{"Sid":"ab12","Status":"in-progress"}}')), CONNECT);
  const answer = { Sid: 'ab12', Status: 'in-progress', sid: 'ab12', status: 'in-progress' };
  expect(outcome).toEqual({ kind: 'accepted', providerId: 'ab12', answer });
});

test.each([
  ['sent', 'DELIVERED_TO_HANDSET', { state: 'delivered' }],
  ['sent', 'DELIVERED_TO_OPERATOR', { state: 'sent' }],
  [
    'failed',
    'FAILED_INVALID_NUMBER',
    { state: 'failed', error: 'Exotel reports FAILED_INVALID_NUMBER: there is no such number' },
  ],
  ['failed', 'FAILED_NEXT_YEAR', { state: 'failed', error: 'Exotel reports FAILED_NEXT_YEAR' }],
  ['failed', '+919876543210', { state: 'failed', error: 'Exotel reports that it is failed' }],
  [
    'failed-dnd',
    '',
    { state: 'undelivered', error: 'Exotel reports FAILED_DND: the recipient is on the do-not-disturb register' },
  ],
])('reads %s with %s', async (status, detail, expected) => {
  const item = { Sid: 'ab12', Status: status, DetailedStatus: detail };
  const provider = newProvider(newRecorder(JSON.stringify({ SMSMessage: item })));
  const { signal } = new AbortController();
  expect(await provider.check?.({ channel: 'sms', providerId: 'ab12', signal })).toEqual({
    providerId: 'ab12',
    ...expected,
  });
});

test('believes that a call was answered only where Exotel reports that event', async () => {
  const provider = newProvider(newRecorder());
  const told = { channel: 'call', status: 'in-progress', providerId: 'ab12', url: PUBLIC } as const;
  expect(await provider.readCallback(callbackOf(told), PUBLIC)).toEqual({ state: 'accepted', providerId: 'ab12' });
  expect(await provider.readCallback(callbackOf(told, { EventType: 'answered' }), PUBLIC)).toEqual({
    state: 'in-progress',
    providerId: 'ab12',
  });
});

test('asks nobody about a state that is not the last', async () => {
  const recorder = newRecorder();
  await newProvider(recorder).readCallback(
    callbackOf({ channel: 'sms', status: 'sent', providerId: 'ab12', url: PUBLIC }),
    PUBLIC,
  );
  expect(recorder.requests).toEqual([]);
});

test('can say nothing of a text whose answer was lost, and asks nobody', async () => {
  await using exotel = await startWire(() => undefined);
  const attempt = { id: 'attempt-1', messageId: 'message-1', number: 1, beganAt: 0 };
  const { signal } = new AbortController();
  const sighting = await newProvider(http, { baseUrl: exotel.url }).look?.({ draft: SMS, attempt, signal });
  expect(sighting).toEqual({ kind: 'unclear', reason: 'Exotel has no list of text messages' });
  expect(exotel.received).toEqual([]);
});

test.each([
  ['a call to another second number', { To: '09988776650' }],
  ['a call that shows another number', { PhoneNumberSid: '08088919880' }],
  ['a number that is too short to be one', { From: '10' }],
])('does not take %s for the call that it looks for', async (_, other) => {
  const item = {
    Sid: 'ab12',
    From: '09876543210',
    To: '09988776655',
    PhoneNumberSid: '08088919888',
    DateCreated: '2026-10-02 17:30:05',
    Status: 'completed',
  };
  const attempt = { id: 'attempt-1', messageId: 'message-1', number: 1, beganAt: Date.UTC(2026, 9, 2, 12, 0, 0) };
  const { signal } = new AbortController();
  const look = (found: object) =>
    newProvider(newRecorder(JSON.stringify({ Calls: [found] }))).look?.({ draft: CONNECT, attempt, signal });
  expect(await look(item)).toMatchObject({ kind: 'candidates', candidates: [{ providerId: 'ab12' }] });
  expect(await look({ ...item, ...other })).toEqual({ kind: 'candidates', candidates: [] });
});
