import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { OpFailed } from '../../../src/plugin/plugin.ts';
import { callConnect } from '../../../src/plugins/core/call_connect.ts';
import { callFlow } from '../../../src/plugins/core/call_flow.ts';
import { newContext } from '../context.ts';
import { problemsOf } from '../project.ts';
import { startFakeTwilio } from '../twilio/fake-twilio.ts';

const http = newHttpClient();
afterAll(() => http.close());

const CONNECT = { resource: 'phone', first: '+34777666555', second: '+34600000001' };
const FLOW = { resource: 'phone', to: '+34777666555' };
const SID = 'CA00000000000000000000000000000001';

test('calls the first number from that of the resource, and says what the provider answered', async () => {
  await using twilio = await startFakeTwilio();
  const context = newContext(http, { baseUrl: twilio.url, twilioNumber: '+34666555777' });
  const result = await callConnect({ ...CONNECT, time_out: 20, time_limit: 300 }, context);
  expect(Object.fromEntries(twilio.received[0]?.form ?? [])).toMatchObject({
    To: '+34777666555',
    From: '+34666555777',
    Timeout: '20',
    TimeLimit: '300',
    Twiml: expect.stringContaining('<Number>+34600000001</Number>'),
  });
  expect(result).toMatchObject({ sid: SID, status: 'queued', state: 'accepted' });
});

test('shows the caller id that the op names', async () => {
  await using twilio = await startFakeTwilio();
  const context = newContext(http, { baseUrl: twilio.url, twilioNumber: '+34666555777' });
  await callConnect({ ...CONNECT, caller_id: '+34600000009' }, context);
  expect(twilio.received[0]?.form.get('From')).toBe('+34600000009');
  expect(twilio.received[0]?.form.get('Twiml')).toContain('callerId="+34600000009"');
});

test.each([
  ['https://flows.example.com/own', {}],
  ['https://flows.example.com/op', { flow: 'https://flows.example.com/op' }],
])('leads a call to %s, the flow of the op before that of the resource', async (url, more) => {
  await using twilio = await startFakeTwilio();
  const settings = { baseUrl: twilio.url, twilioNumber: '+34666555777', responseUrl: 'https://flows.example.com/own' };
  const result = await callFlow({ ...FLOW, ...more }, newContext(http, settings));
  expect(twilio.received[0]?.form.get('Url')).toBe(url);
  expect(result).toMatchObject({ sid: SID, status: 'queued', state: 'accepted' });
});

test.each([
  ['there is no number to call from', {}, '"phone" has no number to call from, and "caller_id" is not given'],
  ['a number came out empty', { first: '' }, '"first" must be a text that is not empty'],
])('fails in words where %s', async (_, args, reason) => {
  await expect(callConnect({ ...CONNECT, ...args }, newContext(http, {}))).rejects.toThrow(new OpFailed(reason));
});

test('fails in words where there is no flow to lead to', async () => {
  const failure = new OpFailed('"phone" has no flow of its own, and "flow" is not given');
  await expect(callFlow(FLOW, newContext(http, {}))).rejects.toThrow(failure);
});

const NUMBER = "twilioNumber: '+34666555777'";

test.each([
  [
    "call_connect:\n    resource: phone\n    first: '+34777666555'\n    second: '+34600000001'\n",
    '',
    'r.yml:4:17 RB0304 resource "phone" (resources/phone.yml) has no `twilioNumber`, and "caller_id" is not given' +
      ' | give resources/phone.yml a `twilioNumber`, or the op a `caller_id`',
  ],
  [
    "call_connect:\n    resource: phone\n    first: '+34777666555'\n    second: '+34777666555'\n",
    NUMBER,
    'r.yml:6:15 RB0108 argument "second" is the number that is called first: it would be engaged',
  ],
  [
    "call_flow:\n    resource: phone\n    to: '+34777666555'\n",
    NUMBER,
    'r.yml:4:17 RB0304 resource "phone" (resources/phone.yml) has no `responseUrl`, and "flow" is not given' +
      ' | give resources/phone.yml a `responseUrl`, or the op a `flow`',
  ],
  [
    "call_flow:\n    resource: phone\n    to: '+34777666555'\n    flow: AP1\n    custom_field: x\n",
    NUMBER,
    'r.yml:7:7 RB0308 "custom_field" cannot go through "phone": a TwilioConfig has no place for it' +
      ' | take it out; `extra`, `tags` and `related` are kept here with every message',
  ],
])('finds what is missing or has no place, %#', (step, phone, problem) => {
  expect(problemsOf({ do: `- ${step}`, phone })).toEqual([problem]);
});

test.each([
  "call_connect: { resource: phone, first: '+34777666555', second: '+34600000001', time_out: 60, time_limit: 14400 }",
  "call_flow: { resource: phone, to: '+34777666555', flow: 'https://example.com/twiml' }",
])('finds nothing wrong with %s', (step) => {
  expect(problemsOf({ do: `- ${step}\n`, phone: NUMBER })).toEqual([]);
});
