import { expect, test } from 'vitest';
import type { Call } from '../../src/sandbox/ledger.ts';
import { type Exchange, FROM, heardOf, OTHER, openExchange, SERVER, TO, text, url } from './exchange.ts';

const THIRD = '+12025550125';

/** A call whose script is `verbs`, on a server of which `/after` is the action. */
function openDial(verbs: string): Exchange {
  const exchange = openExchange();
  exchange.pages.set('/dial', `<Response>${verbs}</Response>`);
  exchange.pages.set('/after', '<Response><Say>After</Say></Response>');
  return exchange;
}

function childrenOf(exchange: Exchange, parent: Call): readonly Call[] {
  return exchange.books.calls
    .all()
    .filter(({ parentCallSid }) => parentCallSid === parent.sid)
    .toReversed();
}

test('Dial calls a number, connects both, and tells the action how it went', async () => {
  const exchange = openDial(`<Dial action="/after" callerId="+12025550199">${OTHER}</Dial><Say>never</Say>`);
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.settle();
  const [child] = childrenOf(exchange, call);
  expect(child).toMatchObject({ direction: 'outbound-dial', to: OTHER, from: '+12025550199', status: 'completed' });
  expect(exchange.asked.at(-1)).toMatchObject({
    url: `${SERVER}/after`,
    params: { DialCallSid: child?.sid, DialCallStatus: 'completed', DialCallDuration: '1', DialBridged: 'true' },
  });
  expect(heardOf(exchange.now(call))).toEqual(['After']);
});

test('without an action the script goes on after the conversation', async () => {
  const exchange = openDial('<Dial><Number>(202) 555-0124</Number></Dial><Say>Goodbye</Say>');
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.settle();
  expect(childrenOf(exchange, call)).toMatchObject([{ to: OTHER, from: FROM, status: 'completed' }]);
  expect(heardOf(exchange.now(call))).toEqual(['Goodbye']);
});

test('a conversation by hand lasts until one of both hangs up', async () => {
  const exchange = openDial(`<Dial action="/after">${OTHER}</Dial>`);
  exchange.phones.setHabit(OTHER, { answers: 'by-hand' });
  const call = exchange.call({ script: url('/dial') });
  const child = () => childrenOf(exchange, call)[0];
  await exchange.clock.until(() => child()?.status === 'ringing');
  exchange.phones.act({ kind: 'answer', call: child()?.sid ?? '' });
  await exchange.clock.until(() => child()?.status === 'in-progress');
  exchange.phones.act({ kind: 'hang-up', call: call.sid });
  await exchange.clock.settle();
  expect([exchange.now(call).status, child()?.status]).toEqual(['completed', 'completed']);
  expect(exchange.asked).toHaveLength(1);
});

test.each([
  ['busy', { kind: 'busy' }, 'busy'],
  ['failed', { kind: 'failed' }, 'failed'],
  ['no-answer', { kind: 'no-answer' }, 'no-answer'],
] as const)('a number that is %s is told of as such', async (_what, fault, status) => {
  const exchange = openDial(`<Dial action="/after" timeout="7">${OTHER}</Dial>`);
  exchange.network.faults.add({ fault, number: OTHER });
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.settle();
  expect(exchange.asked.at(-1)?.params).toMatchObject({
    DialCallStatus: status,
    DialBridged: 'false',
    DialCallDuration: '0',
  });
  expect(heardOf(exchange.now(call))).toEqual(['After']);
});

test('of several numbers the first that answers is connected, and the others stop ringing', async () => {
  const exchange = openDial(`<Dial><Number>${OTHER}</Number><Number>${THIRD}</Number></Dial>`);
  exchange.phones.setHabit(OTHER, { answers: 'by-hand' });
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.settle();
  expect(childrenOf(exchange, call)).toMatchObject([
    { to: OTHER, status: 'canceled' },
    { to: THIRD, status: 'completed' },
  ]);
});

test('a caller who hangs up while it rings takes the ringing away', async () => {
  const exchange = openDial(`<Dial>${OTHER}</Dial>`);
  exchange.phones.setHabit(OTHER, { answers: 'by-hand' });
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.until(() => childrenOf(exchange, call)[0]?.status === 'ringing');
  exchange.phones.act({ kind: 'hang-up', call: call.sid });
  await exchange.clock.settle();
  expect(childrenOf(exchange, call)).toMatchObject([{ status: 'canceled' }]);
});

test('the star ends the conversation where that is asked for', async () => {
  const exchange = openDial(`<Dial action="/after" hangupOnStar="true">${OTHER}</Dial>`);
  exchange.phones.setHabit(OTHER, { answers: 'by-hand' });
  const call = exchange.call({ script: url('/dial') });
  const child = () => childrenOf(exchange, call)[0];
  await exchange.clock.until(() => child()?.status === 'ringing');
  exchange.phones.act({ kind: 'answer', call: child()?.sid ?? '' });
  await exchange.clock.until(() => child()?.status === 'in-progress');
  exchange.phones.act({ kind: 'press', call: call.sid, keys: '5*' });
  await exchange.clock.settle();
  expect(exchange.asked.at(-1)?.params).toMatchObject({ DialCallStatus: 'completed' });
  expect(heardOf(exchange.now(call))).toEqual(['After']);
});

test('a conversation ends with its longest time', async () => {
  const exchange = openDial(`<Dial action="/after" timeLimit="90">${OTHER}</Dial>`);
  exchange.phones.setHabit(OTHER, { answers: 'by-hand' });
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.until(() => childrenOf(exchange, call)[0]?.status === 'ringing');
  exchange.phones.act({ kind: 'answer', call: childrenOf(exchange, call)[0]?.sid ?? '' });
  await exchange.clock.settle();
  expect(exchange.asked.at(-1)?.params).toMatchObject({ DialCallDuration: '90' });
});

test('the called person hears what is for them alone first, and their events are told of', async () => {
  const exchange = openDial(
    `<Dial record="record-from-answer" action="/after"><Number url="/whisper" sendDigits="w1" statusCallback="/cb" statusCallbackEvent="initiated answered completed">${OTHER}</Number></Dial>`,
  );
  exchange.pages.set('/whisper', '<Response><Say>A customer</Say></Response>');
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.settle();
  const [child] = childrenOf(exchange, call);
  expect(heardOf(child ?? call)).toEqual(['[1]', 'A customer']);
  const told = exchange.asked.filter(({ url: at }) => at.endsWith('/cb')).map(({ params }) => params);
  expect(told.map(({ CallStatus }) => CallStatus)).toEqual(['initiated', 'in-progress', 'completed']);
  expect(told[0]).toMatchObject({ CallSid: child?.sid, ParentCallSid: call.sid, Direction: 'outbound-dial' });
  const [recording] = exchange.books.recordings.all();
  expect(recording).toMatchObject({ source: 'DialVerb', status: 'completed', callSid: call.sid });
  expect(exchange.asked.at(-1)?.params).toMatchObject({ RecordingSid: recording?.sid });
});

test('a whisper that hangs up connects nobody', async () => {
  const exchange = openDial(`<Dial action="/after"><Number url="/whisper">${OTHER}</Number></Dial>`);
  exchange.pages.set('/whisper', '<Response><Hangup/></Response>');
  exchange.call({ script: url('/dial') });
  await exchange.clock.settle();
  expect(exchange.asked.at(-1)?.params).toMatchObject({ DialBridged: 'false' });
});

test('a call that Dial placed cannot dial on before it is connected', async () => {
  const exchange = openDial(`<Dial action="/after"><Number url="/dial">${OTHER}</Number></Dial>`);
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.settle();
  expect(childrenOf(exchange, call)).toHaveLength(1);
  expect(exchange.books.calls.all()).toHaveLength(2);
  expect(exchange.books.notifications.all()).toMatchObject([{ errorCode: 13201 }]);
});

test('what is no number, and what is not acted out, fails and says so', async () => {
  const exchange = openDial('<Dial action="/after">extension 5</Dial>');
  const call = exchange.call({ script: url('/dial') });
  const sip = exchange.call({ script: text('<Dial><Sip>sip:a@127.0.0.1</Sip></Dial><Say>After</Say>') });
  await exchange.clock.settle();
  expect(exchange.asked.at(-1)?.params).toMatchObject({ DialCallStatus: 'failed' });
  expect(exchange.now(call).notes).toEqual(['Error 13224: <Dial> has a number that is no phone number.']);
  expect(exchange.now(sip).notes).toEqual(['Not acted out here: <Sip> of <Dial>.']);
  expect(heardOf(exchange.now(sip))).toEqual(['After']);
});

const room = (attributes = '') =>
  `<Dial action="/after"><Conference ${attributes} statusCallback="${SERVER}/cb" statusCallbackEvent="start end join leave">Standup</Conference></Dial>`;

test('a conference begins with its first caller, and ends with the last who leaves', async () => {
  const exchange = openDial(room('participantLabel="desk" muted="true"'));
  const first = exchange.call({ script: url('/dial') });
  const second = exchange.call({ script: url('/dial'), to: OTHER });
  await exchange.clock.settle();
  expect(exchange.books.conferences.all()).toMatchObject([
    { friendlyName: 'Standup', status: 'completed', endReason: 'last-participant-left' },
  ]);
  expect(exchange.books.participants.all().toReversed()).toMatchObject([
    { sid: first.sid, label: 'desk', muted: true, status: 'complete' },
    { sid: second.sid, status: 'complete' },
  ]);
  const told = exchange.asked
    .filter(({ url: at }) => at.endsWith('/cb'))
    .map(({ params }) => params.StatusCallbackEvent);
  expect(told).toEqual([
    'conference-start',
    'participant-join',
    'participant-join',
    'participant-leave',
    'participant-leave',
    'conference-end',
  ]);
});

test('whoever the conference hangs on ends it for all, and their scripts go on', async () => {
  const exchange = openDial(room());
  exchange.phones.setHabit(TO, { answers: 'by-hand' });
  exchange.pages.set('/host', `<Response>${room('endConferenceOnExit="true"')}</Response>`);
  const guest = exchange.call({ script: url('/dial') });
  await exchange.clock.until(() => exchange.now(guest).status === 'ringing');
  exchange.phones.act({ kind: 'answer', call: guest.sid });
  exchange.call({ script: url('/host'), to: OTHER });
  await exchange.clock.settle();
  expect(exchange.books.conferences.all()).toMatchObject([
    { endReason: 'participant-with-end-conference-on-exit-left' },
  ]);
  expect(heardOf(exchange.now(guest))).toEqual(['After']);
});

test('a conference waits for somebody who starts it', async () => {
  const exchange = openDial(room('startConferenceOnEnter="false"'));
  exchange.phones.setHabit(TO, { answers: 'by-hand' });
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.until(() => exchange.now(call).status === 'ringing');
  exchange.phones.act({ kind: 'answer', call: call.sid });
  await exchange.clock.until(() => exchange.books.participants.all().length === 1);
  expect(exchange.books.conferences.all()).toMatchObject([{ status: 'init' }]);
  expect(exchange.lives.leave(call.sid)).toBe(true);
  expect(exchange.lives.leave(call.sid)).toBe(false);
  await exchange.clock.settle();
  expect(heardOf(exchange.now(call))).toEqual(['After']);
});

test('a conference can be ended for all, once', async () => {
  const exchange = openDial(room('record="record-from-start"'));
  exchange.phones.setHabit(TO, { answers: 'by-hand' });
  const call = exchange.call({ script: url('/dial') });
  await exchange.clock.until(() => exchange.now(call).status === 'ringing');
  exchange.phones.act({ kind: 'answer', call: call.sid });
  await exchange.clock.until(() => exchange.books.conferences.all().length === 1);
  const sid = exchange.books.conferences.all()[0]?.sid ?? '';
  expect(exchange.lives.endConference(sid)).toBe(true);
  expect(exchange.lives.endConference(sid)).toBe(false);
  await exchange.clock.settle();
  expect(exchange.books.conferences.all()).toMatchObject([{ endReason: 'conference-ended-via-api' }]);
  expect(exchange.books.recordings.all()).toMatchObject([
    { source: 'Conference', conferenceSid: sid, status: 'completed' },
  ]);
});
