import { expect, test } from 'vitest';
import type { HttpClient } from '../../../src/http/http.ts';
import type { Content, Draft } from '../../../src/message/message.ts';
import { CALL, CONNECT, FLOW, newProvider, send } from './sending.ts';

/** What of a call goes over the wire beside its numbers. */
async function formOf(draft: Draft): Promise<Readonly<Record<string, string>>> {
  let body = '';
  const wire: HttpClient = {
    async request(request) {
      body = request.body ?? '';
      return { status: 201, headers: {}, body: '{"sid":"CA1","status":"queued"}' };
    },
    async close() {},
  };
  await send(newProvider(wire), draft);
  const { To: _, From: __, ...form } = Object.fromEntries(new URLSearchParams(body));
  return form;
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>';

test.each<[Draft, object]>([
  [CONNECT, { Twiml: `${XML}<Response><Dial callerId="+34666555777"><Number>+34600000001</Number></Dial></Response>` }],
  [
    {
      ...CONNECT,
      content: {
        kind: 'connect',
        second: '+34600000001',
        line: { ringSeconds: 20, limitSeconds: 300, record: true },
      },
    },
    {
      Twiml: `${XML}<Response><Dial callerId="+34666555777" timeout="20" record="record-from-answer"><Number>+34600000001</Number></Dial></Response>`,
      Timeout: '20',
      TimeLimit: '300',
    },
  ],
  // The compiler tells that Twilio has no place for the note; a call is not lost for it.
  [
    { ...CONNECT, content: { kind: 'connect', second: '+34600000001', line: { note: 'x' } } },
    { Twiml: `${XML}<Response><Dial callerId="+34666555777"><Number>+34600000001</Number></Dial></Response>` },
  ],
  [FLOW, { ApplicationSid: 'AP0123456789abcdef0123456789abcdef' }],
  [
    { ...CALL, content: { kind: 'flow', flow: 'https://flows.example.com/1', line: { record: true } } },
    { Url: 'https://flows.example.com/1', Record: 'true' },
  ],
  [
    { ...CALL, content: { kind: 'script', script: '<Response/>', line: { ringSeconds: 10 } } },
    { Twiml: '<Response/>', Timeout: '10' },
  ],
])('puts a call through, %#', async (draft, form) => {
  expect(await formOf(draft)).toEqual(form);
});

test.each<[Content, string]>([
  [
    { kind: 'flow', flow: '12345' },
    'the flow is neither the SID of a TwiML application (AP...) nor an https:// address',
  ],
  [
    { kind: 'flow', flow: 'http://flows.example.com/1' },
    'the flow is neither the SID of a TwiML application (AP...) nor an https:// address',
  ],
])('rejects what Twilio has no form for, %#', async (content, reason) => {
  const wire: HttpClient = { request: () => Promise.reject(new Error('nothing is to be sent')), async close() {} };
  expect(await send(newProvider(wire), { ...CALL, content })).toEqual({ kind: 'rejected', reason });
});
