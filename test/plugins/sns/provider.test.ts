import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import type { Draft } from '../../../src/message/message.ts';
import { type Behaviour, reply, startWire } from '../../../src/testing/provider-wire.ts';
import { newProvider, SMS, send } from './sending.ts';
import { formOf, wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

const ID = wire.providerId(1);
const taking: Behaviour = (response, request) => reply(response, wire.accepted(request, ID));

test('publishes to the number, signed for the region', async () => {
  await using fake = await startWire(taking);
  const outcome = await send(newProvider(http, { endpoint: fake.url, smsType: 'Promotional', maxPrice: 0.5 }));
  const [request] = fake.received;
  expect(formOf(request)).toEqual({
    Action: 'Publish',
    Version: '2010-03-31',
    PhoneNumber: '+12025550123',
    Message: 'Disk full & <more> 100%',
    'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
    'MessageAttributes.entry.1.Value.DataType': 'String',
    'MessageAttributes.entry.1.Value.StringValue': 'Promotional',
    'MessageAttributes.entry.2.Name': 'AWS.SNS.SMS.SenderID',
    'MessageAttributes.entry.2.Value.DataType': 'String',
    'MessageAttributes.entry.2.Value.StringValue': 'Ringbook',
    'MessageAttributes.entry.3.Name': 'AWS.SNS.SMS.MaxPrice',
    'MessageAttributes.entry.3.Value.DataType': 'Number',
    'MessageAttributes.entry.3.Value.StringValue': '0.5',
  });
  expect(request?.headers['authorization']).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-central-1\/sns\//,
  );
  expect(request?.headers['amz-sdk-request']).toBe('attempt=1; max=1');
  expect(outcome).toEqual({
    kind: 'accepted',
    state: 'untracked',
    providerId: ID,
    answer: { sid: ID, status: 'accepted' },
  });
});

test.each<[string, string, string | undefined]>([
  ['no sender', '', undefined],
  ['a name', 'Ring-Book-1', 'AWS.SNS.SMS.SenderID'],
  ['a number of the account', '+12025550100', 'AWS.MM.SMS.OriginationNumber'],
  ['a short code', '55501', 'AWS.MM.SMS.OriginationNumber'],
])('takes %s as sender', async (_, from, attribute) => {
  await using fake = await startWire(taking);
  await send(newProvider(http, { endpoint: fake.url }), { ...SMS, from });
  const form = formOf(fake.received[0]);
  expect(form['MessageAttributes.entry.1.Value.StringValue']).toBe('Transactional');
  expect([form['MessageAttributes.entry.2.Name'], form['MessageAttributes.entry.2.Value.StringValue']]).toEqual([
    attribute,
    attribute && from,
  ]);
});

test.each<[string, Draft, string]>([
  ['a sender that is too long', { ...SMS, from: 'Ringbook-Desk' }, 'SNS takes a sender of at most 11 letters'],
  ['a sender with other characters', { ...SMS, from: 'Ring Book' }, 'SNS takes a sender of at most 11 letters'],
  ['a call', { ...SMS, channel: 'call' }, 'SNS sends text messages only'],
])('refuses %s without asking', async (_, draft, reason) => {
  await using fake = await startWire(taking);
  const outcome = await send(newProvider(http, { endpoint: fake.url }), draft);
  expect(outcome).toEqual({ kind: 'rejected', reason: expect.stringContaining(reason) });
  expect(fake.received).toEqual([]);
});

test('does not know what became of a send where the answer has no id', async () => {
  await using fake = await startWire((response) => reply(response, { status: 200, body: '<PublishResponse/>' }));
  const outcome = await send(newProvider(http, { endpoint: fake.url }));
  expect(outcome).toEqual({ kind: 'unknown', reason: 'SNS answered, but nothing that can be read' });
});

test('makes many at one time, each with its own answer', async () => {
  let number = 0;
  await using fake = await startWire((response, request) => {
    reply(response, wire.accepted(request, `${++number} ${formOf(request)['Message']}`));
  });
  const provider = newProvider(http, { endpoint: fake.url });
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
  const outcomes = await Promise.all(texts.map((text) => send(provider, { ...SMS, content: { kind: 'text', text } })));
  const ids = outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.providerId : ''));
  expect(ids.map((id) => id.replace(/^\d+ /, ''))).toEqual(texts);
  expect(fake.received).toHaveLength(20);
});
