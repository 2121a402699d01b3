import { expect, test } from 'vitest';
import { heardOf, openExchange, SERVER, TO, text, url } from './exchange.ts';

const menu = '<Gather action="/keys" numDigits="1"><Say>Press one</Say><Say>or two</Say></Gather><Say>Nothing</Say>';

/** A call whose first script is fetched, so that addresses in it can be relative. */
function openMenu(verbs = menu, answer = '<Response><Say>Thanks</Say></Response>') {
  const exchange = openExchange();
  exchange.pages.set('/menu', `<Response>${verbs}</Response>`);
  exchange.pages.set('/keys', answer);
  return exchange;
}

test('keys that are pressed by habit go to the action, once the question was heard', async () => {
  const exchange = openMenu();
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['2'] });
  const call = exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(exchange.now(call)).toMatchObject({ keys: '2', asks: false, status: 'completed' });
  expect(heardOf(exchange.now(call))).toEqual(['Press one', 'or two', 'Thanks']);
  expect(exchange.asked[1]).toMatchObject({
    method: 'POST',
    url: `${SERVER}/keys`,
    params: { CallSid: call.sid, CallStatus: 'in-progress', Digits: '2', msg: 'Gather End' },
  });
});

test('a habit has keys for each question in turn, and none for the one after', async () => {
  const exchange = openMenu(
    '<Gather numDigits="1" action="/menu"><Say>Again</Say></Gather><Say>Bye</Say>',
    '<Response/>',
  );
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['1', '2'] });
  const call = exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(heardOf(exchange.now(call))).toEqual(['Again', 'Again', 'Again', 'Bye']);
  expect(exchange.asked.map(({ params }) => params.Digits)).toEqual([undefined, '1', '2']);
});

test('a question that nobody answers waits five seconds, and the script goes on', async () => {
  const exchange = openMenu();
  const call = exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  const { startedAt, endedAt } = exchange.now(call);
  expect(heardOf(exchange.now(call))).toEqual(['Press one', 'or two', 'Nothing']);
  // Three times words of 100 ms, and the wait between them.
  expect((endedAt ?? 0) - (startedAt ?? 0)).toBe(5_300);
  expect(exchange.asked).toHaveLength(1);
});

test('a key that is pressed in the middle of the question ends the question', async () => {
  const exchange = openMenu();
  const call = exchange.call({ script: url('/menu') });
  await exchange.clock.until(() => exchange.now(call).heard.length === 1);
  expect(exchange.phones.entries()[0]).toMatchObject({ asks: true, words: 'Press one' });
  exchange.phones.act({ kind: 'press', call: call.sid, keys: '1' });
  await exchange.clock.settle();
  expect(heardOf(exchange.now(call))).toEqual(['Press one', 'Thanks']);
});

test('keys are taken until the key that finishes, which is not among them', async () => {
  const exchange = openMenu('<Gather action="/keys" finishOnKey="*"/>');
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['12#3*45'] });
  exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(exchange.asked[1]?.params).toMatchObject({ Digits: '12#3', FinishedOnKey: '*' });
});

test('with an empty finishing key only the number of keys and the time end the input', async () => {
  const exchange = openMenu('<Gather action="/keys" finishOnKey="" numDigits="3"/>');
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['#*1#'] });
  exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(exchange.asked[1]?.params).toMatchObject({ Digits: '#*1' });
});

test('each key gives the person the whole time again', async () => {
  const exchange = openMenu('<Gather action="/keys" timeout="3"/>');
  const call = exchange.call({ script: url('/menu') });
  for (const key of ['1', '2', '3']) {
    await exchange.clock.until(() => exchange.now(call).asks === true);
    const due = exchange.clock.now() + 2_000;
    // Something else that waits stops the clock before the three seconds are over.
    let isDue = false;
    void exchange.clock.sleep(due - exchange.clock.now()).then(() => {
      isDue = true;
    });
    await exchange.clock.until(() => isDue);
    exchange.phones.act({ kind: 'press', call: call.sid, keys: key });
  }
  await exchange.clock.settle();
  expect(exchange.asked[1]?.params).toMatchObject({ Digits: '123' });
});

test('an empty input is sent only where that is asked for', async () => {
  const exchange = openMenu('<Gather action="/keys" actionOnEmptyResult="true" timeout="1"/>');
  exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(exchange.asked[1]?.params).toMatchObject({ Digits: '' });
});

test('without an action the present script is asked again, by the method that is given', async () => {
  const exchange = openMenu('<Gather method="GET" numDigits="1"/>');
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['7'] });
  exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(exchange.asked[1]).toMatchObject({ method: 'GET', url: `${SERVER}/menu`, params: { Digits: '7' } });
});

test('a script that came with the call has no address to go back to, which is an error', async () => {
  const exchange = openExchange();
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['7'] });
  const call = exchange.call({ script: text('<Gather numDigits="1"/>') });
  await exchange.clock.settle();
  expect(exchange.books.notifications.all()).toMatchObject([{ errorCode: 11100 }]);
  expect(exchange.now(call).notes[0]).toMatch(/^Error 11100: a script that came with the call has no address/);
});

test('keys that are pressed while nobody asks are written down, and answer no later question', async () => {
  const exchange = openMenu(`<Pause length="9"/>${menu}`);
  const call = exchange.call({ script: url('/menu') });
  await exchange.clock.until(() => exchange.now(call).status === 'in-progress');
  exchange.phones.act({ kind: 'press', call: call.sid, keys: '1' });
  await exchange.clock.settle();
  expect(exchange.now(call).keys).toBe('1');
  expect(heardOf(exchange.now(call)).at(-1)).toBe('Nothing');
});

test('keys beyond those that were asked for answer no later question', async () => {
  const exchange = openMenu(menu, `<Response>${menu}</Response>`);
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['12'] });
  const call = exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(exchange.asked.map(({ params }) => params.Digits)).toEqual([undefined, '1']);
  expect(heardOf(exchange.now(call)).at(-1)).toBe('Nothing');
});

test('a question that was answered waits for nothing any more', async () => {
  const exchange = openMenu(
    '<Gather action="/keys" numDigits="1" timeout="600"/>',
    '<Response><Pause length="5"/></Response>',
  );
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['1'] });
  exchange.call({ script: url('/menu') });
  await exchange.clock.until(() => exchange.asked.length === 2);
  // The pause, and the longest time of the call.
  expect(exchange.clock.waits()).toBe(2);
  await exchange.clock.settle();
});

test('speech is not heard here, which is said, and keys beside it are', async () => {
  const exchange = openMenu(
    '<Gather input="speech" timeout="1"/><Gather input="dtmf speech" action="/keys" numDigits="1"/>',
  );
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['5'] });
  const call = exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(exchange.now(call).notes).toEqual(['Speech is not heard here: <Gather> waits for nothing.']);
  expect(exchange.asked[1]?.params).toMatchObject({ Digits: '5' });
});

test('a machine that answers presses nothing', async () => {
  const exchange = openMenu();
  exchange.phones.setHabit(TO, { answers: 'itself', presses: ['1'] });
  exchange.network.faults.add({ fault: { kind: 'voicemail' } });
  const call = exchange.call({ script: url('/menu') });
  await exchange.clock.settle();
  expect(exchange.now(call)).toMatchObject({ keys: '', status: 'completed', notes: ['A machine answered.'] });
  expect(heardOf(exchange.now(call))).toEqual(['Press one', 'or two', 'Nothing']);
});
