import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import type { Draft, Outcome, Sighting } from '../../../src/message/message.ts';
import { type Behaviour, reply, replyHalf, startWire, type WireAnswer } from '../../../src/testing/provider-wire.ts';
import { newProvider, PASSWORD, requestOf, SMS } from './sending.ts';
import { codeOfRequest, codes, itemsOf, wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

const taking: Behaviour = (response, request) => reply(response, wire.accepted(request, ''));
const always =
  (answer: WireAnswer): Behaviour =>
  (response) =>
    reply(response, answer);

/** Sends at one moment to an ATS that behaves so. */
async function sendTogether(behave: Behaviour, attempts: readonly string[]) {
  await using fake = await startWire(behave);
  const provider = newProvider(http, { url: fake.url });
  const outcomes = await Promise.all(attempts.map((attempt) => provider.send(requestOf(attempt))));
  const documents = fake.received.map((request) => itemsOf(request, 'sms').map(({ attributes }) => attributes['uniq']));
  return { outcomes, documents, received: fake.received };
}

test('posts a document as ATS reads it', async () => {
  await using fake = await startWire(taking);
  const settings = { url: `${fake.url}/gwfcgi/XMLServerWrapper.fcgi`, projectKeyword: 'KW', textId: 'Ringbook' };
  await newProvider(http, settings).send(requestOf('a1'));
  const [request] = fake.received;
  expect(request).toMatchObject({ method: 'POST', path: '/gwfcgi/XMLServerWrapper.fcgi' });
  expect(request?.headers['content-type']).toBe('text/xml; charset=utf-8');
  expect(request?.body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><messages>' +
      '<auth><name>ringbook</name><password>the-password-&lt;&amp;&gt;-of-ats</password></auth>' +
      '<sms type="text" uniq="TEST-a1" sender="+420555010199" recipient="+420555010123" opmid="" dlr="1" validity="60"' +
      ' kw="KW" textid="Ringbook">' +
      '<body order="0" billing="0">Příliš žluťoučký kůň &amp; &lt;co&gt;</body></sms></messages>',
  );
});

test('says how long a message is worth delivering, and leaves out a prefix that is not there', async () => {
  await using fake = await startWire(taking);
  const outcome = await newProvider(http, { url: fake.url, validityMinutes: 5, uniqPrefix: '' }).send(requestOf('a1'));
  expect(fake.received[0]?.body).toContain('uniq="a1"');
  expect(fake.received[0]?.body).toContain('validity="5"');
  expect(outcome).toMatchObject({ kind: 'accepted', providerId: 'a1' });
});

test('sends in one document what is sent at one moment, 20 at most', async () => {
  const attempts = Array.from({ length: 45 }, (_, index) => `a${index}`);
  const { outcomes, documents } = await sendTogether(taking, attempts);
  // Documents go out on connections of their own, and may overtake each other.
  expect(documents.map(({ length }) => length).toSorted((a, b) => b - a)).toEqual([20, 20, 5]);
  expect(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.providerId)).toEqual(
    attempts.map((attempt) => `TEST-${attempt}`),
  );
});

test('gives each message of a document its own outcome, in whatever order they are answered', async () => {
  const answer = codes([
    ['TEST-c', '1'],
    ['TEST-b', '350'],
    ['TEST-a', '0'],
    ['OTHER-d', '0'],
  ]);
  const { outcomes } = await sendTogether(always(answer), ['a', 'b', 'c', 'd']);
  expect(outcomes).toEqual([
    {
      kind: 'accepted',
      providerId: 'TEST-a',
      answer: { sid: 'TEST-a', status: 'it was accepted', code: 0 },
    },
    { kind: 'rejected', code: '350', reason: 'ATS refused it (350): the recipient is not a valid phone number' },
    { kind: 'unknown', reason: 'ATS answered 1, which does not tell: an error that ATS does not name' },
    { kind: 'unknown', reason: 'ATS answered, and says nothing of this message' },
  ]);
});

test('never has an id twice in a document, so that ATS has no reason to answer 300', async () => {
  const { documents } = await sendTogether(taking, ['a', 'b', 'a', 'c', 'a']);
  for (const ids of documents) expect(new Set(ids).size).toBe(ids.length);
  expect(documents).toHaveLength(3);
  expect(documents).toEqual(expect.arrayContaining([['TEST-a', 'TEST-b', 'TEST-c'], ['TEST-a']]));
});

const ACCEPTED = codes([
  ['TEST-a', '0'],
  ['TEST-b', '0'],
  ['TEST-c', '0'],
]);
const BROKEN: Readonly<Record<string, Behaviour>> = {
  'breaks off': (response) => replyHalf(response, ACCEPTED),
  'is cut within its words': always({ ...ACCEPTED, body: ACCEPTED.body.slice(0, -20) }),
  'has another root': always({ ...ACCEPTED, body: ACCEPTED.body.replaceAll('status', 'other') }),
  'has a code that is none': always({ ...ACCEPTED, body: ACCEPTED.body.replace('>0<', '>yes<') }),
  'is of a 500': always({ ...ACCEPTED, status: 500 }),
};
test.each(Object.entries(BROKEN))('knows of no message what became of it where the answer %s', async (_, behave) => {
  const { outcomes, received } = await sendTogether(behave, ['a', 'b', 'c']);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(received).toHaveLength(1);
});

test('takes a code without an id for one of all messages that have none of their own', async () => {
  const body = ACCEPTED.body.replace('<code uniq="TEST-b">0</code><code uniq="TEST-c">0</code>', '<code>100</code>');
  const { outcomes } = await sendTogether(always({ ...ACCEPTED, body }), ['a', 'b', 'c']);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'rejected', 'rejected']);
});

test('takes no request that is in order as a whole for a message that was accepted', async () => {
  const { outcomes } = await sendTogether(always(codeOfRequest('0')), ['a']);
  expect(outcomes[0]?.kind).toBe('unknown');
});

test('believes neither of two codes for one message that differ', async () => {
  const answer = codes([
    ['TEST-a', '0'],
    ['TEST-a', '350'],
  ]);
  const { outcomes } = await sendTogether(always(answer), ['a']);
  expect(outcomes[0]?.kind).toBe('unknown');
});

test.each(['310', '21', '22', '23', '24', '25'])(
  'takes the code %s as proof that the first try arrived',
  async (code) => {
    const { outcomes } = await sendTogether(always(codes([['TEST-a', code]])), ['a']);
    expect(outcomes[0]).toMatchObject({ kind: 'accepted', providerId: 'TEST-a' });
  },
);

test('takes no id for another that only begins like it', async () => {
  const answer = codes([
    ['TEST-1', '0'],
    ['TEST-11', '350'],
    ['TTEST-111', '0'],
  ]);
  const { outcomes } = await sendTogether(always(answer), ['1', '11', '111']);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'rejected', 'unknown']);
});

test('asks in one document what is asked at one moment', async () => {
  const attempts = Array.from({ length: 25 }, (_, index) => `a${index}`);
  await using fake = await startWire((response, request) => {
    const asked = itemsOf(request, 'dlr').map(({ text }) => [text, text.endsWith('3') ? '24' : '23'] as const);
    reply(response, codes(asked));
  });
  const provider = newProvider(http, { url: fake.url });
  const { signal } = new AbortController();
  const reports = await Promise.all(
    attempts.map(async (attempt) => provider.check?.({ channel: 'sms', providerId: `TEST-${attempt}`, signal })),
  );
  const sizes = fake.received.map((request) => itemsOf(request, 'dlr').length);
  expect(sizes.toSorted((a, b) => b - a)).toEqual([20, 5]);
  expect(fake.received.map(({ body }) => body).join()).toContain('<dlr uniq="TEST-a0">TEST-a0</dlr>');
  expect(reports.map((report) => report && 'state' in report && report.state)).toEqual(
    attempts.map((attempt) => (attempt.endsWith('3') ? 'undelivered' : 'delivered')),
  );
});

test('looks for an attempt among those that are asked about, and finds its own only', async () => {
  await using fake = await startWire(
    always(
      codes([
        ['TEST-a', '22'],
        ['TEST-b', '20'],
      ]),
    ),
  );
  const provider = newProvider(http, { url: fake.url });
  const looks = await Promise.all(['a', 'b', 'c'].map(async (attempt) => provider.look?.(requestOf(attempt))));
  const expected: readonly Sighting[] = [
    {
      kind: 'found',
      candidate: { providerId: 'TEST-a', answer: { sid: 'TEST-a', status: 'it was sent', code: 22 } },
    },
    { kind: 'candidates', candidates: [] },
    { kind: 'unclear', reason: 'ATS answered, and says nothing of this message' },
  ];
  expect(looks).toEqual(expected);
});

test.each<[string, Draft]>([
  ['a call', { ...SMS, channel: 'call' }],
  ['a script', { ...SMS, content: { kind: 'script', script: '<Response/>' } }],
])('refuses %s without asking', async (_, draft) => {
  await using fake = await startWire(taking);
  const outcome: Outcome = await newProvider(http, { url: fake.url }).send(requestOf('a', draft));
  expect(outcome).toEqual({ kind: 'rejected', reason: 'ATS sends text messages only' });
  expect(fake.received).toEqual([]);
});

test('says which setting is empty, and no other', async () => {
  const outcome = await newProvider(http, { url: 'http://127.0.0.1:9', username: '' }).send(requestOf('a'));
  expect(outcome).toEqual({ kind: 'rejected', reason: 'the setting `username` is empty' });
  expect(JSON.stringify(outcome)).not.toContain(PASSWORD);
});
