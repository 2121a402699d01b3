import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/sandbox/ledger.ts';
import type { Fault } from '../../src/sandbox/sandbox.ts';
import { type Exchange, heardOf, OTHER, openExchange, SERVER, TO, text, url } from './exchange.ts';

const events: readonly CallEvent[] = ['initiated', 'ringing', 'answered', 'completed'];
const statusCallback = { url: `${SERVER}/cb`, method: 'POST', events } as const;

function openFaulty(fault: Fault, times?: number): Exchange {
  const exchange = openExchange();
  exchange.network.faults.add({ fault, number: TO, ...(times !== undefined && { times }) });
  return exchange;
}

function told(exchange: Exchange): readonly (string | undefined)[] {
  return exchange.asked.map(({ params }) => params.CallStatus ?? params.MessageStatus);
}

test('a call that meets a busy line does not ring', async () => {
  const exchange = openFaulty({ kind: 'busy' });
  const call = exchange.call({ statusCallback });
  const other = exchange.call({ to: OTHER });
  await exchange.clock.settle();
  expect(exchange.now(call)).toMatchObject({ status: 'busy', startedAt: null, endedAt: expect.any(Number) });
  expect(exchange.now(other).status).toBe('completed');
  expect(told(exchange)).toEqual(['initiated', 'busy']);
});

test('a call that nobody answers rings for as long as the caller waits', async () => {
  const exchange = openFaulty({ kind: 'no-answer' });
  const before = exchange.clock.now();
  const call = exchange.call({ statusCallback, timeoutSeconds: 45 });
  await exchange.clock.settle();
  expect(exchange.now(call).status).toBe('no-answer');
  expect(exchange.clock.now() - before).toBe(45_200);
  expect(told(exchange)).toEqual(['initiated', 'ringing', 'no-answer']);
});

test('a person who picks up by hand, and does not, does not answer either', async () => {
  const exchange = openExchange();
  exchange.phones.setHabit(TO, { answers: 'by-hand' });
  const call = exchange.call({ timeoutSeconds: 60 });
  await exchange.clock.settle();
  expect(exchange.now(call).status).toBe('no-answer');
});

test('a call that cannot be put through says with which error', async () => {
  const exchange = openFaulty({ kind: 'failed', errorCode: 21215 }, 1);
  const call = exchange.call({ statusCallback });
  const next = exchange.call();
  await exchange.clock.settle();
  expect(exchange.now(call)).toMatchObject({
    status: 'failed',
    notes: ['The call could not be put through: error 21215.'],
  });
  expect(exchange.now(next).status).toBe('completed');
  expect(told(exchange)).toEqual(['initiated', 'failed']);
});

test.each([
  ['Enable', 'machine_start'],
  ['DetectMessageEnd', 'machine_end_beep'],
] as const)('a machine is told from a person with %s', async (machineDetection, answeredBy) => {
  const exchange = openFaulty({ kind: 'voicemail' }, 1);
  exchange.pages.set('/script', '<Response><Say>Please call back</Say></Response>');
  const machine = exchange.call({ statusCallback, machineDetection, script: url('/script') });
  await exchange.clock.settle();
  expect(exchange.now(machine)).toMatchObject({ status: 'completed', answeredBy });
  expect(heardOf(exchange.now(machine))).toEqual(['Please call back']);
  const by = exchange.asked.map(({ params }) => [params.CallStatus, params.AnsweredBy]);
  expect(by).toEqual([
    ['initiated', undefined],
    ['ringing', undefined],
    ['in-progress', answeredBy],
    ['in-progress', answeredBy],
    ['completed', answeredBy],
  ]);
  const person = exchange.call({ machineDetection });
  await exchange.clock.settle();
  expect(exchange.now(person).answeredBy).toBe('human');
});

test('who answered is not told where nobody wants to know', async () => {
  const exchange = openFaulty({ kind: 'voicemail' });
  const call = exchange.call({ statusCallback });
  await exchange.clock.settle();
  expect(exchange.now(call).answeredBy).toBeNull();
});

test('a message that is not delivered says why, in the books and to the callback', async () => {
  const exchange = openFaulty({ kind: 'undelivered', errorCode: 30003 });
  const { sid } = exchange.sms({ statusCallback: `${SERVER}/cb` });
  await exchange.clock.settle();
  expect(exchange.books.messages.find(sid)).toMatchObject({ status: 'undelivered', errorCode: 30003 });
  expect(told(exchange)).toEqual(['sending', 'sent', 'undelivered']);
  expect(exchange.asked.map(({ params }) => params.ErrorCode)).toEqual([undefined, undefined, '30003']);
});

test('a message that fails is never sent', async () => {
  const exchange = openFaulty({ kind: 'failed' });
  const { sid } = exchange.sms({ statusCallback: `${SERVER}/cb` });
  await exchange.clock.settle();
  expect(exchange.books.messages.find(sid)).toMatchObject({ status: 'failed', errorCode: 30008, sentAt: null });
  expect(told(exchange)).toEqual(['failed']);
});

test('a callback that is lost is not made, and counted all the same', async () => {
  const exchange = openFaulty({ kind: 'callback-lost' }, 1);
  const call = exchange.call({ statusCallback });
  await exchange.clock.settle();
  expect(exchange.asked.map(({ params }) => params.SequenceNumber)).toEqual(['1', '2', '3']);
  expect(exchange.now(call).notes).toEqual(['The callback for initiated was lost, as a fault asked for.']);
});

test('a callback that is doubled comes twice', async () => {
  const exchange = openFaulty({ kind: 'callback-doubled' }, 1);
  exchange.call({ statusCallback });
  await exchange.clock.settle();
  expect(exchange.asked.map(({ params }) => params.SequenceNumber)).toEqual(['0', '0', '1', '2', '3']);
  expect(exchange.asked[0]).toEqual(exchange.asked[1]);
});

test('a callback that is reordered changes places with the next one', async () => {
  const exchange = openFaulty({ kind: 'callback-reordered' }, 1);
  exchange.call({ statusCallback });
  await exchange.clock.settle();
  expect(exchange.asked.map(({ params }) => params.SequenceNumber)).toEqual(['1', '0', '2', '3']);
});

test('where all are reordered they change places by twos, and the last comes even where it has nobody to', async () => {
  const exchange = openFaulty({ kind: 'callback-reordered' });
  exchange.call({ statusCallback });
  const odd = exchange.call({ statusCallback: { ...statusCallback, events: ['ringing', 'answered', 'completed'] } });
  await exchange.clock.settle();
  const numbers = (isOdd: boolean) =>
    exchange.asked
      .filter(({ params }) => (params.CallSid === odd.sid) === isOdd)
      .map(({ params }) => params.SequenceNumber);
  expect(numbers(false)).toEqual(['1', '0', '3', '2']);
  expect(numbers(true)).toEqual(['1', '0', '2']);
});

test('a callback that is late comes after those that follow', async () => {
  const exchange = openFaulty({ kind: 'callback-late', byMs: 60_000 }, 1);
  exchange.call({ statusCallback });
  await exchange.clock.settle();
  expect(exchange.asked.map(({ params }) => params.SequenceNumber)).toEqual(['1', '2', '3', '0']);
});

test('a callback that is not answered in time holds nothing up', async () => {
  const slow = Promise.withResolvers<void>();
  const exchange = openExchange(100, slow.promise);
  const call = exchange.call({ statusCallback, script: text('<Say>Hello</Say>') });
  await exchange.clock.until(() => exchange.now(call).status === 'completed');
  expect(exchange.asked).toEqual([]);
  slow.resolve();
  await exchange.clock.settle();
  expect(told(exchange)).toEqual(['initiated', 'ringing', 'in-progress', 'completed']);
});

test('a message waits for its time, however far off, and can be called off until then', async () => {
  const exchange = openExchange();
  const days = 86_400_000;
  const sendAt = exchange.clock.now() + 34 * days;
  const kept = exchange.sms({ status: 'scheduled', sendAt, statusCallback: `${SERVER}/cb` });
  const off = exchange.sms({ status: 'scheduled', sendAt, statusCallback: `${SERVER}/cb` });
  const early = exchange.clock.now() + 33 * days;
  await exchange.clock.until(() => exchange.clock.now() > early);
  expect(exchange.books.messages.find(kept.sid)?.status).toBe('scheduled');
  expect(exchange.lives.cancelMessage(off.sid)).toBe(true);
  await exchange.clock.settle();
  expect(exchange.books.messages.find(kept.sid)).toMatchObject({ status: 'delivered', sentAt: sendAt + 100 });
  expect(exchange.books.messages.find(off.sid)?.status).toBe('canceled');
  expect(exchange.lives.cancelMessage(kept.sid)).toBe(false);
  expect(told(exchange)).toEqual(['canceled', 'sending', 'sent', 'delivered']);
});

test('a network that stops leaves no wait behind, whatever is going on', async () => {
  const exchange = openExchange();
  for (const number of [TO, OTHER]) exchange.phones.setHabit(number, { answers: 'by-hand' });
  const dial = `<Dial hangupOnStar="true">${OTHER}</Dial>`;
  const scripts = [
    '<Gather/>',
    '<Pause length="600"/>',
    '<Record/>',
    dial,
    '<Dial><Conference>a</Conference></Dial>',
    '',
  ];
  const calls = scripts.map((verbs) => exchange.call({ script: text(verbs), record: true, statusCallback }));
  exchange.sms({ status: 'scheduled', sendAt: exchange.clock.now() + 1e9 });
  exchange.network.faults.add({ fault: { kind: 'callback-late', byMs: 1e6 } });
  await exchange.clock.until(() => calls.every((call) => exchange.now(call).status === 'ringing'));
  for (const call of calls.slice(0, -1)) exchange.phones.act({ kind: 'answer', call: call.sid });
  await exchange.clock.until(() =>
    exchange.books.calls.all().some(({ parentCallSid, status }) => parentCallSid && status === 'ringing'),
  );
  expect(exchange.clock.waits()).toBeGreaterThan(calls.length);
  await exchange.stop();
  expect(exchange.clock.waits()).toBe(0);
});
