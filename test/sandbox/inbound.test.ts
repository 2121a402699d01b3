import { expect, test } from 'vitest';
import { type Exchange, FROM, heardOf, OTHER, openExchange, SERVER, TO, url } from './exchange.ts';

/** A number that was bought, and what its address for messages answers. */
function openDesk(answer: Parameters<Exchange['pages']['set']>[1]): Exchange {
  const exchange = openExchange();
  exchange.buy({ sms: url('/sms') });
  exchange.pages.set('/sms', answer);
  return exchange;
}

async function write(exchange: Exchange, words: string): Promise<void> {
  expect(exchange.phones.act({ kind: 'write', from: TO, to: FROM, text: words })).toBeUndefined();
  await exchange.clock.settle();
}

/** What the person got, oldest first. */
function repliesOf(exchange: Exchange): readonly string[] {
  const replies = exchange.books.messages.all().filter(({ direction }) => direction === 'outbound-reply');
  return replies.map(({ body }) => body).toReversed();
}

test('a message from a person asks the address of the number, and the answer goes back', async () => {
  const exchange = openDesk(
    `<Response><Message statusCallback="/cb">Got it</Message><Message to="${OTHER}">Look</Message></Response>`,
  );
  await write(exchange, 'Help me');
  const [received] = exchange.books.messages.all().filter(({ direction }) => direction === 'inbound');
  expect(exchange.asked[0]).toMatchObject({
    method: 'POST',
    url: `${SERVER}/sms`,
    params: { MessageSid: received?.sid, SmsStatus: 'received', From: TO, To: FROM, Body: 'Help me', NumMedia: '0' },
  });
  expect(received?.status).toBe('received');
  const replies = exchange.books.messages.all().filter(({ direction }) => direction === 'outbound-reply');
  expect(replies.toReversed()).toMatchObject([
    { to: TO, from: FROM, body: 'Got it', status: 'delivered' },
    { to: OTHER, from: FROM, body: 'Look', status: 'delivered' },
  ]);
  expect(exchange.asked.slice(1).map(({ params }) => params.MessageStatus)).toEqual(['sending', 'sent', 'delivered']);
});

test.each([
  [
    'a Body and Media',
    '<Response><Message><Body>A</Body><Media>http://127.0.0.1/a.png</Media></Message></Response>',
    ['A'],
  ],
  ['an empty answer', '<Response/>', []],
  ['nothing', '', []],
  ['plain text', { headers: { 'content-type': 'text/plain' }, body: 'Thanks & bye' }, ['Thanks & bye']],
  ['the old verb', '<Response><Sms>Old</Sms></Response>', ['Old']],
])('a person is answered with %s', async (_what, answer, replies) => {
  const exchange = openDesk(answer);
  await write(exchange, 'Hi');
  expect(repliesOf(exchange)).toEqual(replies);
  expect(exchange.books.notifications.all()).toEqual([]);
});

test('Redirect and action lead to another script', async () => {
  const exchange = openDesk('<Response><Message action="/next">One</Message><Message>never</Message></Response>');
  exchange.pages.set('/next', '<Response><Redirect>/last</Redirect></Response>');
  exchange.pages.set('/last', '<Response><Message>Last</Message></Response>');
  await write(exchange, 'Hi');
  expect(repliesOf(exchange)).toEqual(['One', 'Last']);
  expect(exchange.asked[1]?.params).toMatchObject({ MessageStatus: 'queued', Body: 'Hi' });
});

test('a circle of scripts ends', async () => {
  const exchange = openDesk('<Response><Redirect>/sms</Redirect></Response>');
  await write(exchange, 'Hi');
  expect(exchange.asked).toHaveLength(20);
  expect(exchange.books.notifications.all()).toMatchObject([{ errorCode: 14106, callSid: null }]);
});

test('an address that fails is told of, and the fallback is asked', async () => {
  const exchange = openExchange();
  exchange.buy({ sms: url('/gone'), smsFallback: url('/instead') });
  exchange.pages.set(
    '/instead',
    '<Response><Message>Instead</Message><Say>x</Say><Message to="1">x</Message></Response>',
  );
  await write(exchange, 'Hi');
  expect(exchange.asked[1]?.params).toMatchObject({ ErrorCode: '11200', ErrorUrl: `${SERVER}/gone`, Body: 'Hi' });
  expect(repliesOf(exchange)).toEqual(['Instead']);
  const told = exchange.books.notifications.all().map(({ errorCode, level }) => [errorCode, level]);
  expect(told.toReversed()).toEqual([
    [11200, 'error'],
    [14110, 'warning'],
    [14101, 'error'],
  ]);
});

test('a number that nobody bought receives, and answers nothing', async () => {
  const exchange = openExchange();
  await write(exchange, 'Hi');
  expect(exchange.books.messages.all()).toMatchObject([{ direction: 'inbound', status: 'received', body: 'Hi' }]);
  expect(exchange.asked).toEqual([]);
});

test('STOP opts a person out of one sender, START opts them in again, and the address hears of both', async () => {
  const exchange = openDesk('<Response><Message>Reply</Message></Response>');
  const { optOuts } = exchange.network;
  await write(exchange, ' stop ');
  expect(optOuts.has(TO, FROM)).toBe(true);
  expect(optOuts.has(TO, OTHER)).toBe(false);
  expect(repliesOf(exchange)).toEqual([expect.stringMatching(/^You have successfully been unsubscribed/)]);
  expect(exchange.books.notifications.all()).toMatchObject([{ errorCode: 21610 }]);
  await write(exchange, 'STOP');
  await write(exchange, 'HELP');
  expect(repliesOf(exchange)).toHaveLength(1);
  await write(exchange, 'Unstop');
  expect(optOuts.has(TO, FROM)).toBe(false);
  expect(repliesOf(exchange).slice(1)).toEqual([
    expect.stringMatching(/^You have successfully been re-subscribed/),
    'Reply',
  ]);
  expect(exchange.asked.map(({ params }) => params.Body)).toEqual([' stop ', 'STOP', 'HELP', 'Unstop']);
});

test('HELP is answered, and yes is no more than a word to somebody who has not opted out', async () => {
  const exchange = openExchange();
  await write(exchange, 'help');
  await write(exchange, 'yes');
  await write(exchange, 'please stop');
  expect(repliesOf(exchange)).toEqual(['Reply STOP to unsubscribe. Msg&Data Rates May Apply.']);
  expect(exchange.network.optOuts.has(TO, FROM)).toBe(false);
});

test('a person calls a number, hears its script, and answers it with keys', async () => {
  const exchange = openExchange();
  exchange.buy({
    voice: url('/voice'),
    statusCallback: { url: `${SERVER}/cb`, method: 'POST', events: ['completed'] },
  });
  exchange.pages.set('/voice', '<Response><Gather action="/keys" numDigits="1"><Say>Welcome</Say></Gather></Response>');
  exchange.pages.set('/keys', '<Response><Say>Thanks</Say></Response>');
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['4'] });
  expect(exchange.phones.act({ kind: 'call', from: TO, to: FROM })).toBeUndefined();
  await exchange.clock.settle();
  const [call] = exchange.books.calls.all();
  expect(call).toMatchObject({ direction: 'inbound', from: TO, to: FROM, status: 'completed', keys: '4' });
  expect(call && heardOf(call)).toEqual(['Welcome', 'Thanks']);
  expect(exchange.asked.map(({ params }) => [params.CallStatus, params.Direction, params.Digits])).toEqual([
    ['ringing', 'inbound', undefined],
    ['in-progress', 'inbound', '4'],
    ['completed', 'inbound', undefined],
  ]);
  expect(exchange.phones.entries()[0]).toMatchObject({ direction: 'out', words: 'Welcome Thanks' });
});

test.each([
  ['busy', 'busy'],
  ['rejected', 'no-answer'],
])('Reject with the reason %s is %s, and nothing was answered', async (reason, status) => {
  const exchange = openExchange();
  exchange.buy({ voice: url('/voice') });
  exchange.pages.set('/voice', `<Response><Reject reason="${reason}"/><Say>never</Say></Response>`);
  exchange.phones.act({ kind: 'call', from: TO, to: FROM });
  await exchange.clock.settle();
  expect(exchange.books.calls.all()).toMatchObject([{ status, startedAt: null, heard: [] }]);
});

test('a number without an address for calls cannot be called', () => {
  const exchange = openExchange();
  exchange.buy();
  for (const to of [FROM, OTHER]) {
    expect(exchange.phones.act({ kind: 'call', from: TO, to })).toBe(
      'That number was not bought by the account, or has no address for calls.',
    );
  }
  expect(exchange.phones.act({ kind: 'call', from: 'me', to: FROM })).toMatch(/^A phone number is written/);
  expect(exchange.books.calls.all()).toEqual([]);
});

test('a caller can give up while it rings', async () => {
  const exchange = openExchange();
  exchange.buy({ voice: url('/voice') });
  exchange.phones.act({ kind: 'call', from: TO, to: FROM });
  const sid = exchange.books.calls.all()[0]?.sid ?? '';
  await exchange.clock.until(() => exchange.books.calls.find(sid)?.status === 'ringing');
  exchange.phones.act({ kind: 'hang-up', call: sid });
  await exchange.clock.settle();
  expect(exchange.books.calls.find(sid)).toMatchObject({ status: 'canceled' });
  expect(exchange.asked).toEqual([]);
});
