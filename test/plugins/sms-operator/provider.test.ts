import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { type Behaviour, reply, startWire, type WireAnswer } from '../../../src/testing/provider-wire.ts';
import { newProvider, requestOf, SMS } from './sending.ts';
import { askedIn, itemsOf, statuses, wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

const taking: Behaviour = (response, request) => reply(response, wire.accepted(request, ''));
const always =
  (answer: WireAnswer): Behaviour =>
  (response) =>
    reply(response, answer);

/** Sends at one moment to a SMS Operator that behaves so. */
async function sendTogether(behave: Behaviour, attempts: readonly string[]) {
  await using fake = await startWire(behave);
  const provider = newProvider(http, { url: fake.url });
  const outcomes = await Promise.all(attempts.map((attempt) => provider.send(requestOf(attempt))));
  return { outcomes, sizes: fake.received.map((request) => itemsOf(request).length) };
}

const DOCUMENT =
  '<?xml version="1.0" encoding="UTF-8"?><SmsServices>' +
  '<DataHeader><DataType>SMS</DataType><UserName>ringbook</UserName>' +
  '<Password>the-password-&lt;&amp;&gt;-of-sms-operator</Password></DataHeader>' +
  '<DataArray><DataTemplate><DataItem><PhoneNumberMo>+420555010199</PhoneNumberMo>' +
  '<MobileTerminate>+420555010123</MobileTerminate><Text>Příliš žluťoučký kůň &amp; &lt;co&gt;</Text>' +
  '<SmsId>TEST-a1</SmsId></DataItem></DataTemplate></DataArray></SmsServices>';

test('posts a document as SMS Operator reads it', async () => {
  await using fake = await startWire(taking);
  await newProvider(http, { url: `${fake.url}/webservices/webservice.aspx` }).send(requestOf('a1'));
  const [request] = fake.received;
  expect(request).toMatchObject({ method: 'POST', path: '/webservices/webservice.aspx', body: DOCUMENT });
  expect(request?.headers['content-type']).toBe('text/xml; charset=utf-8');
});

test('posts it as the field of a form where it is told to', async () => {
  await using fake = await startWire(taking);
  await newProvider(http, { url: fake.url, post: 'form' }).send(requestOf('a1'));
  const [request] = fake.received;
  expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect([...new URLSearchParams(request?.body)]).toEqual([['xml', DOCUMENT]]);
});

test('names no sender where there is none', async () => {
  await using fake = await startWire(taking);
  const outcome = await newProvider(http, { url: fake.url }).send(requestOf('a1', { ...SMS, from: '' }));
  expect(outcome.kind).toBe('accepted');
  expect(fake.received[0]?.body).not.toContain('PhoneNumberMo');
});

test('sends in one document what is sent at one moment, 20 at most', async () => {
  const attempts = Array.from({ length: 45 }, (_, index) => `a${index}`);
  const { outcomes, sizes } = await sendTogether(taking, attempts);
  // Documents go out on connections of their own, and may overtake each other.
  expect(sizes.toSorted((a, b) => b - a)).toEqual([20, 20, 5]);
  expect(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.providerId)).toEqual(
    attempts.map((attempt) => `TEST-${attempt}`),
  );
});

test.each(['0', '10', '11', '12', '13', '14'])('takes the status %s for a message that was taken', async (status) => {
  const { outcomes } = await sendTogether(always(statuses([['TEST-a', status]])), ['a']);
  expect(outcomes[0]).toMatchObject({ kind: 'accepted', providerId: 'TEST-a', answer: { code: Number(status) } });
});

test('gives each message of a document its own outcome, and knows nothing of one that the answer lacks', async () => {
  const answer = statuses([
    ['TEST-c', '2'],
    ['TEST-a', '11'],
    ['OTHER-b', '0'],
  ]);
  const { outcomes } = await sendTogether(always(answer), ['a', 'b', 'c']);
  expect(outcomes).toEqual([
    {
      kind: 'accepted',
      providerId: 'TEST-a',
      answer: { sid: 'TEST-a', status: 'nothing has been heard of it yet', code: 11 },
    },
    { kind: 'unknown', reason: 'SMS Operator answered, and says nothing of this message' },
    { kind: 'rejected', code: '2', reason: 'SMS Operator refused it (2): there is no such number' },
  ]);
});

const TAKEN = statuses([
  ['TEST-a', '0'],
  ['TEST-b', '0'],
]);
test.each<[string, WireAnswer]>([
  ['is cut within its words', { ...TAKEN, body: TAKEN.body.slice(0, -20) }],
  ['has a status that is none', { ...TAKEN, body: TAKEN.body.replace('>0<', '>yes<') }],
  ['has an item without an id', { ...TAKEN, body: TAKEN.body.replace('<SmsId>TEST-a</SmsId>', '') }],
  ['is of a 500', { ...TAKEN, status: 500 }],
])('knows of no message what became of it where the answer %s', async (_, answer) => {
  const { outcomes, sizes } = await sendTogether(always(answer), ['a', 'b']);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
  expect(sizes).toEqual([2]);
});

test('believes neither of two statuses for one message that differ', async () => {
  const answer = statuses([
    ['TEST-a', '0'],
    ['TEST-a', '2'],
  ]);
  const { outcomes } = await sendTogether(always(answer), ['a']);
  expect(outcomes[0]?.kind).toBe('unknown');
});

test('asks in one document what is asked at one moment, and says why where it went badly', async () => {
  await using fake = await startWire((response, request) => {
    reply(response, statuses(askedIn(request).map((smsId) => [smsId, smsId === 'TEST-b' ? '10' : '0'])));
  });
  const provider = newProvider(http, { url: fake.url });
  const { signal } = new AbortController();
  const reports = await Promise.all(
    ['TEST-a', 'TEST-b'].map(async (providerId) => provider.check?.({ channel: 'sms', providerId, signal })),
  );
  expect(fake.received).toHaveLength(1);
  expect(fake.received[0]?.body).toContain('<DataArray><SmsId>TEST-a</SmsId><SmsId>TEST-b</SmsId></DataArray>');
  expect(reports).toEqual([
    { state: 'delivered', providerId: 'TEST-a' },
    {
      state: 'undelivered',
      providerId: 'TEST-b',
      error: 'SMS Operator reports 10: only a part of it was delivered',
    },
  ]);
});

test('says that an id which the answer lacks is an error', async () => {
  await using fake = await startWire(always(statuses([['TEST-other', '0']])));
  const { signal } = new AbortController();
  const report = await newProvider(http, { url: fake.url }).check?.({ channel: 'sms', providerId: 'TEST-a', signal });
  expect(report).toEqual({ failed: 'SMS Operator answered, and says nothing of this message' });
});
