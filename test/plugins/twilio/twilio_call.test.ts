import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { OpFailed } from '../../../src/plugin/plugin.ts';
import { CALL_OPTIONS } from '../../../src/plugins/twilio/send-options.ts';
import { twilioCall } from '../../../src/plugins/twilio/twilio_call.ts';
import { type Json, type JsonObject, propertiesOf } from '../../../src/schema/schema.ts';
import { newContext } from '../context.ts';
import { registry } from '../project.ts';
import { type FakeTwilio, startFakeTwilio } from './fake-twilio.ts';

const http = newHttpClient();
afterAll(() => http.close());

const NUMBERS = { twilioNumber: '+34666555777', destinationNumber: '+34777666555' };
const BASE = { twilio_resource: 'phone', default_number: '1' };

async function call(twilio: FakeTwilio, settings: Readonly<Record<string, Json>>, args: JsonObject): Promise<Json> {
  return twilioCall({ ...BASE, ...args }, newContext(http, { baseUrl: twilio.url, ...settings }));
}

test.each<Json>(['1', 1, true])('calls with the numbers of the resource when default_number is %j', async (on) => {
  await using twilio = await startFakeTwilio();
  const args = { default_number: on, twilio_number: '+34600000001', destination_number: '+34600000002' };
  await call(twilio, { ...NUMBERS, responseUrl: 'https://example.com/bin' }, args);
  const form = twilio.received[0]?.form;
  expect([form?.get('From'), form?.get('To')]).toEqual(['+34666555777', '+34777666555']);
});

test.each<Json>(['0', 0, false])('calls with the numbers of the op when default_number is %j', async (off) => {
  await using twilio = await startFakeTwilio();
  const args = { default_number: off, twilio_number: '+34600000001', destination_number: '+34600000002' };
  await call(twilio, { ...NUMBERS, responseUrl: 'https://example.com/bin' }, args);
  const form = twilio.received[0]?.form;
  expect([form?.get('From'), form?.get('To')]).toEqual(['+34600000001', '+34600000002']);
});

test('says the published incident, and gives back what Twilio answered', async () => {
  await using twilio = await startFakeTwilio();
  const correspondance = { name: 'Disk & <fan>', description: '', status: 'New', creator: 'ana', mid: 42 };
  const result = await call(twilio, { ...NUMBERS, template: 'incident.xml' }, { correspondance });
  expect(twilio.received[0]?.form.get('Twiml')).toContain(
    'New incident created by ana with MID 42 in Clarive.\n    Name: Disk &amp; &lt;fan&gt;.',
  );
  expect(result).toMatchObject({
    sid: 'CA00000000000000000000000000000001',
    status: 'queued',
    state: 'accepted',
    num_segments: '1',
  });
});

test('puts the table into the query of responseUrl', async () => {
  await using twilio = await startFakeTwilio();
  const settings = { ...NUMBERS, responseUrl: 'https://example.com/bin?key=1' };
  await call(twilio, settings, { correspondance: { name: 'a&b', mid: 42 } });
  expect(twilio.received[0]?.form.get('Url')).toBe('https://example.com/bin?key=1&name=a%26b&mid=42');
});

test.each<[string, Readonly<Record<string, Json>>, JsonObject, 'Twiml' | 'Url']>([
  ['template of the op before all', { responseUrl: 'https://example.com/bin' }, { template: 'new-user.xml' }, 'Twiml'],
  ['responseUrl before the template', { responseUrl: 'https://example.com/bin', template: 'incident.xml' }, {}, 'Url'],
  ['template where nothing else is', { template: 'incident.xml' }, {}, 'Twiml'],
])('takes the %s of the resource', async (_, settings, args, field) => {
  await using twilio = await startFakeTwilio();
  await call(twilio, { ...NUMBERS, ...settings }, args);
  expect(twilio.received[0]?.form.has(field)).toBe(true);
});

test.each<[Readonly<Record<string, Json>>, JsonObject, string]>([
  [
    { responseUrl: 'https://example.com' },
    {},
    '"twilioNumber" is not a phone number in E.164 form, such as +34777666555',
  ],
  [
    { ...NUMBERS, destinationNumber: '777666555', responseUrl: 'https://example.com' },
    {},
    '"destinationNumber" is not a phone number in E.164 form, such as +34777666555',
  ],
  [
    { ...NUMBERS, responseUrl: 'https://example.com' },
    { default_number: false, twilio_number: '+34600000001', destination_number: 'ana' },
    '"destination_number" is not a phone number in E.164 form, such as +34777666555',
  ],
  [{ ...NUMBERS, responseUrl: 'https://example.com' }, { default_number: 'yes' }, '"default_number" must be 1 or 0'],
  [NUMBERS, {}, 'resource "phone" has neither a `template` nor a `responseUrl`'],
  [
    { ...NUMBERS, template: 'incident.xml' },
    { correspondance: { name: ['a'] } },
    '"correspondance" gives a list for "name": a text, a number or a boolean can be said',
  ],
])('with %j and %j it fails in words and sends nothing', async (settings, args, message) => {
  await using twilio = await startFakeTwilio();
  await expect(call(twilio, settings, args)).rejects.toThrow(new OpFailed(message));
  expect(twilio.received).toEqual([]);
});

test('has a schema whose arguments come in the order that messages list them', () => {
  expect(Object.keys(propertiesOf(registry.op('twilio_call')?.args ?? {}))).toEqual([
    'twilio_resource',
    'default_number',
    'twilio_number',
    'destination_number',
    'correspondance',
    'template',
    'digits_template',
    'response_url',
    ...CALL_OPTIONS,
    'await',
    'on_unknown',
    'max_attempts',
    'max_age',
    'priority',
    'tags',
    'related',
    'extra',
  ]);
});
