import { expect, test } from 'vitest';
import { type Exchange, FROM, heardOf, openExchange, SERVER, TO, text, url } from './exchange.ts';

const APOLOGY = 'We are sorry, an application error has occurred. Goodbye.';

/** A call with this script, from its beginning to its end. */
async function callWith(verbs: string, open: (exchange: Exchange) => void = () => undefined) {
  const exchange = openExchange();
  open(exchange);
  const call = exchange.call({ script: text(verbs) });
  await exchange.clock.settle();
  const ended = exchange.now(call);
  return { ...exchange, ended, heard: heardOf(ended), seconds: secondsOf(ended) };
}

function secondsOf({ startedAt, endedAt }: { startedAt: number | null; endedAt: number | null }): number {
  return ((endedAt ?? 0) - (startedAt ?? 0)) / 1000;
}

test('Say is heard with its voice and language, as often as it is to be', async () => {
  const { ended, heard } = await callWith('<Say voice="alice" language="es-ES" loop="2">Hola <break/> mundo</Say>');
  expect(heard).toEqual(['Hola mundo', 'Hola mundo']);
  expect(ended.heard[0]).toEqual({ kind: 'say', words: 'Hola mundo', voice: 'alice', language: 'es-ES' });
  expect(ended.status).toBe('completed');
});

test('words are heard as they are said, one after the other', async () => {
  const exchange = openExchange();
  const call = exchange.call({ script: text('<Say>One</Say><Say>Two</Say>') });
  const seen: string[] = [];
  exchange.phones.subscribe(({ words, state }) => seen.push(`${state}: ${words}`));
  await exchange.clock.settle();
  expect(exchange.now(call).status).toBe('completed');
  expect(seen.filter((line) => line.startsWith('in-progress'))).toEqual([
    'in-progress: ',
    'in-progress: One',
    'in-progress: One Two',
  ]);
});

test('Play is heard by its address, and its digits as tones', async () => {
  const { heard } = await callWith('<Play loop="2">http://127.0.0.1/a.mp3</Play><Play digits="1ww2"/>');
  expect(heard).toEqual(['(http://127.0.0.1/a.mp3)', '(http://127.0.0.1/a.mp3)', '[12]']);
});

test('Pause is as long as it says, and a second where it says nothing', async () => {
  expect((await callWith('<Pause length="10"/>')).seconds).toBe(10);
  expect((await callWith('<Pause/>')).seconds).toBe(1);
});

test('Hangup ends the call before what follows', async () => {
  const { heard, ended } = await callWith('<Say>One</Say><Hangup/><Say>Two</Say>');
  expect(heard).toEqual(['One']);
  expect(ended.status).toBe('completed');
});

test('Redirect goes on with another script, by an address that is relative to the present one', async () => {
  const exchange = openExchange();
  exchange.pages.set('/a/first', '<Response><Redirect method="GET">next?x=1</Redirect><Say>never</Say></Response>');
  exchange.pages.set('/a/next', '<Response><Say>Next</Say></Response>');
  const call = exchange.call({ script: url('/a/first') });
  await exchange.clock.settle();
  expect(heardOf(exchange.now(call))).toEqual(['Next']);
  expect(exchange.asked[1]).toMatchObject({ method: 'GET', url: `${SERVER}/a/next?x=1` });
  expect(exchange.asked[1]?.params).toMatchObject({ CallSid: call.sid, CallStatus: 'in-progress', To: TO, From: FROM });
});

test('a circle of redirects ends, and the person hears the apology', async () => {
  const exchange = openExchange();
  exchange.pages.set('/round', `<Response><Redirect>${SERVER}/round</Redirect></Response>`);
  const call = exchange.call({ script: url('/round') });
  await exchange.clock.settle();
  expect(exchange.asked).toHaveLength(500);
  expect(heardOf(exchange.now(call))).toEqual([APOLOGY]);
  expect(exchange.books.notifications.all()).toMatchObject([{ level: 'error', errorCode: 12400 }]);
});

test('a circle of pauses ends with the longest time of the call', async () => {
  const exchange = openExchange();
  exchange.pages.set('/round', '<Response><Pause length="60"/><Redirect>/round</Redirect></Response>');
  const call = exchange.call({ script: url('/round'), timeLimitSeconds: 600 });
  await exchange.clock.settle();
  expect(exchange.now(call).status).toBe('completed');
  expect(secondsOf(exchange.now(call))).toBe(600);
});

test('text is said, and a sound is played, where an address answers with it', async () => {
  const exchange = openExchange();
  exchange.pages.set('/plain', { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Just <words>' });
  exchange.pages.set('/sound', { headers: { 'content-type': 'audio/mpeg' }, body: '...' });
  const plain = exchange.call({ script: url('/plain') });
  const sound = exchange.call({ script: url('/sound') });
  await exchange.clock.settle();
  expect(heardOf(exchange.now(plain))).toEqual(['Just <words>']);
  expect(heardOf(exchange.now(sound))).toEqual([`(${SERVER}/sound)`]);
});

test('a script is asked for where it was moved to', async () => {
  const exchange = openExchange();
  exchange.pages.set('/old', { status: 302, headers: { location: '/new' } });
  exchange.pages.set('/new', '<Response><Say>New</Say></Response>');
  exchange.pages.set('/round', { status: 307, headers: { location: '/round' } });
  const moved = exchange.call({ script: url('/old') });
  await exchange.clock.settle();
  expect(heardOf(exchange.now(moved))).toEqual(['New']);
  expect(exchange.asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
  const lost = exchange.call({ script: url('/round') });
  await exchange.clock.settle();
  expect(exchange.now(lost).notes).toEqual(['Error 11215: the script was forwarded more than 10 times.']);
});

test.each([
  ['is not there', { status: 404 }, 11200, 'the script was answered with status 404'],
  [
    'is of another kind',
    { headers: { 'content-type': 'application/json' }, body: '{}' },
    12300,
    'a script cannot be of',
  ],
  ['is no XML', { body: '<Response>' }, 12100, 'unclosed tag'],
  ['is too large', { body: `<Response><Say>${'x'.repeat(65_536)}</Say></Response>` }, 11750, 'larger than 64 kB'],
])('a script that %s is told of, and the fallback is asked', async (_what, page, errorCode, words) => {
  const exchange = openExchange();
  exchange.pages.set('/bad', page);
  exchange.pages.set('/fallback', '<Response><Say>Instead</Say></Response>');
  const saved = exchange.call({ script: url('/bad'), fallback: url('/fallback') });
  const lost = exchange.call({ script: url('/bad') });
  await exchange.clock.settle();
  expect(heardOf(exchange.now(saved))).toEqual(['Instead']);
  expect(heardOf(exchange.now(lost))).toEqual([APOLOGY]);
  expect(exchange.now(lost)).toMatchObject({ status: 'completed', notes: [expect.stringContaining(words)] });
  const params = { ErrorCode: String(errorCode), ErrorUrl: `${SERVER}/bad` };
  expect(exchange.asked.find(({ url: at }) => at.endsWith('/fallback'))?.params).toMatchObject(params);
  expect(exchange.books.notifications.all()[0]).toMatchObject({
    callSid: lost.sid,
    level: 'error',
    errorCode,
    text: expect.stringContaining(words),
    requestUrl: `${SERVER}/bad`,
    requestMethod: 'POST',
  });
});

test('a fallback that fails too leaves the apology', async () => {
  const exchange = openExchange();
  const call = exchange.call({ script: url('/bad'), fallback: url('/worse') });
  await exchange.clock.settle();
  expect(heardOf(exchange.now(call))).toEqual([APOLOGY]);
  expect(exchange.books.notifications.all()).toHaveLength(2);
});

test.each([
  ['<Shout>x</Shout>', 12200, '<Shout> is no verb'],
  ['<say>x</say>', 12200, '<say> is no verb'],
  ['<Say loudness="11">x</Say>', 12200, '<Say> has no attribute loudness'],
  ['<Say loop="many">x</Say>', 13510, 'loop of <Say> has a value that is not allowed'],
  ['<Say></Say>', 13520, '<Say> has no words in it'],
  ['<Pause length="-1"/>', 13910, 'length of <Pause> has a value'],
  ['<Play loop="x">http://127.0.0.1/a</Play>', 13410, 'loop of <Play>'],
  ['<Gather timeout="soon"/>', 13313, 'timeout of <Gather>'],
  ['<Gather finishOnKey="x"/>', 13310, 'finishOnKey of <Gather>'],
  ['<Gather numDigits="x"/>', 13314, 'numDigits of <Gather>'],
  ['<Gather method="PUT"/>', 13312, 'method of <Gather>'],
  ['<Gather><Say loop="x">x</Say></Gather>', 13322, 'loop of <Say>'],
  ['<Gather><Dial>x</Dial></Gather>', 13320, '<Dial> cannot stand in <Gather>'],
  ['<Record maxLength="x"/>', 13612, 'maxLength of <Record>'],
])('%s is warned of, and the script goes on', async (verb, errorCode, words) => {
  const { heard, books, ended } = await callWith(`${verb}<Say>After</Say>`);
  expect(heard.at(-1)).toBe('After');
  expect(books.notifications.all()).toMatchObject([
    { level: 'warning', errorCode, text: expect.stringContaining(words) },
  ]);
  expect(ended.notes[0]).toMatch(`Warning ${errorCode}: `);
});

test('no note and no notification holds a number in full', async () => {
  const exchange = openExchange();
  const script = text(`<Dial${TO}>x</Dial${TO}>`);
  exchange.call({ script });
  exchange.call({ script: text(`<Say +12025550123="x">a</Say>`) });
  exchange.call({ script: text('<X12025550123/>') });
  await exchange.clock.settle();
  const texts = exchange.books.notifications.all().map((notification) => notification.text);
  expect(texts).toHaveLength(3);
  expect(JSON.stringify([texts, exchange.books.calls.all().map(({ notes }) => notes)])).not.toMatch(/2025550123/);
});

test('keys that the caller sends are heard as tones, after the waits among them', async () => {
  const exchange = openExchange();
  const call = exchange.call({ script: text('<Say>Hi</Say>'), sendDigits: 'wwww12#' });
  await exchange.clock.settle();
  expect(heardOf(exchange.now(call))).toEqual(['[12#]', 'Hi']);
  expect(secondsOf(exchange.now(call))).toBeGreaterThanOrEqual(2);
});

test('Reject in a call of the account hangs up', async () => {
  const { heard, ended } = await callWith('<Reject/><Say>never</Say>');
  expect(heard).toEqual([]);
  expect(ended).toMatchObject({ status: 'completed', notes: [expect.stringContaining('elsewhere it hangs up')] });
});

test('Sms writes to the person of the call, or to whom it says', async () => {
  const { books, heard } = await callWith(
    `<Sms statusCallback="${SERVER}/cb">Noted</Sms><Sms to="+12025550124" from="Desk">Hi</Sms><Sms to="1">x</Sms><Say>After</Say>`,
  );
  expect(books.messages.all().toReversed()).toMatchObject([
    { direction: 'outbound-call', to: TO, from: FROM, body: 'Noted', status: 'delivered' },
    { to: '+12025550124', from: 'Desk', body: 'Hi', status: 'delivered' },
  ]);
  expect(books.notifications.all()).toMatchObject([{ errorCode: 14101 }]);
  expect(heard).toEqual(['After']);
});

test('the caller can end a call, and give it another script, while it goes on', async () => {
  const exchange = openExchange();
  exchange.pages.set('/other', '<Response><Say>Other</Say></Response>');
  const call = exchange.call({ script: text('<Say>One</Say><Pause length="60"/><Say>Two</Say>') });
  expect(exchange.lives.redirect(call.sid, url('/other'))).toBe(false);
  expect(exchange.lives.end(call.sid, 'completed')).toBe(false);
  await exchange.clock.until(() => exchange.now(call).heard.length === 1);
  expect(exchange.lives.end(call.sid, 'canceled')).toBe(false);
  expect(exchange.lives.redirect(call.sid, url('/other'))).toBe(true);
  await exchange.clock.settle();
  expect(heardOf(exchange.now(call))).toEqual(['One', 'Other']);
  expect(exchange.lives.end(call.sid, 'completed')).toBe(false);

  const ended = exchange.call({ script: text('<Pause length="60"/>') });
  await exchange.clock.until(() => exchange.now(ended).status === 'in-progress');
  expect(exchange.lives.end(ended.sid, 'completed')).toBe(true);
  await exchange.clock.settle();
  expect(exchange.now(ended).status).toBe('completed');

  const canceled = exchange.call();
  expect(exchange.lives.end(canceled.sid, 'canceled')).toBe(true);
  await exchange.clock.settle();
  expect(exchange.now(canceled)).toMatchObject({ status: 'canceled', startedAt: null });
});

test('a call that is recorded leaves a recording of its length', async () => {
  const exchange = openExchange();
  const call = exchange.call({ script: text('<Pause length="7"/>'), record: true });
  await exchange.clock.settle();
  expect(exchange.books.recordings.all()).toMatchObject([
    { callSid: call.sid, source: 'OutboundAPI', status: 'completed', durationSeconds: 7 },
  ]);
});
