import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { expect, test } from 'vitest';
import type { PhoneEntry, Sandbox } from '../../src/sandbox/sandbox.ts';
import { FROM, finished, openSandbox, openServer, TO, until } from './network.ts';

const twiml = '<Response><Say>Hello</Say></Response>';

function entryOf(sandbox: Sandbox, sid: string): PhoneEntry | undefined {
  return sandbox.phones.entries().find(({ id }) => id === sid);
}

/** Waits until a call or message is in a state. */
async function inState(sandbox: Sandbox, sid: string, state: PhoneEntry['state']): Promise<void> {
  await until(() => entryOf(sandbox, sid)?.state === state);
}

test('a person who picks up by hand lets it ring until someone answers', async () => {
  const { sandbox, client } = await openSandbox(1);
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml });
  await inState(sandbox, sid, 'ringing');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(entryOf(sandbox, sid)?.state).toBe('ringing');
  expect(sandbox.phones.act({ kind: 'answer', call: sid })).toBeUndefined();
  expect(await finished(sandbox, sid)).toMatchObject({ state: 'completed', words: 'Hello' });
});

test('a call that is rejected is busy, and its callback says so', async () => {
  const { sandbox, client } = await openSandbox(1);
  const server = await openServer();
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml, statusCallback: `${server.url}/cb` });
  await inState(sandbox, sid, 'ringing');
  expect(sandbox.phones.act({ kind: 'reject', call: sid })).toBeUndefined();
  await until(() => server.received.length === 1);
  expect(server.received[0]?.params).toMatchObject({ CallStatus: 'busy', CallDuration: '0' });
  expect(entryOf(sandbox, sid)).toMatchObject({ state: 'busy', words: '' });
});

test('a person who picks up without being asked can be quicker by hand', async () => {
  const { sandbox, client } = await openSandbox(60_000);
  const slow = await openSandbox(200);
  const { sid } = await slow.client.calls.create({ to: TO, from: FROM, twiml });
  await inState(slow.sandbox, sid, 'ringing');
  slow.sandbox.phones.act({ kind: 'answer', call: sid });
  await inState(slow.sandbox, sid, 'in-progress');
  const { sid: queued } = await client.calls.create({ to: TO, from: FROM, twiml });
  expect(sandbox.phones.act({ kind: 'answer', call: queued })).toBe('The phone does not ring.');
});

test('a person can hang up, and cannot do what makes no sense', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml: '<Response><Pause length="60"/></Response>' });
  await inState(sandbox, sid, 'in-progress');
  const { phones } = sandbox;
  expect(phones.act({ kind: 'answer', call: sid })).toBe('The phone does not ring.');
  expect(phones.act({ kind: 'press', call: sid, keys: '1x' })).toMatch(/^Keys are digits/);
  expect(phones.act({ kind: 'press', call: sid, keys: '12*#' })).toBeUndefined();
  expect(entryOf(sandbox, sid)?.keys).toBe('12*#');
  expect(phones.act({ kind: 'hang-up', call: sid })).toBeUndefined();
  await inState(sandbox, sid, 'completed');
  expect(phones.act({ kind: 'hang-up', call: sid })).toBe('There is no such call, or it has ended.');
});

test('everyone who is called, written to or added is among the people, with what they do by habit', async () => {
  const { sandbox, client } = await openSandbox(1);
  await client.messages.create({ to: '+34777666555', from: FROM, body: 'x' });
  sandbox.phones.setHabit(TO, { answers: 'by-hand', presses: ['1'] });
  expect([...sandbox.phones.people()]).toEqual([
    ['+34777666555', { answers: 'itself' }],
    [TO, { answers: 'by-hand', presses: ['1'] }],
  ]);
});

test('a message that a person writes is received by the account', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { phones } = sandbox;
  expect(phones.act({ kind: 'write', from: TO, to: FROM, text: 'On my way' })).toBeUndefined();
  expect(phones.act({ kind: 'write', from: '12', to: FROM, text: 'x' })).toMatch(/^A phone number is written/);
  expect(phones.act({ kind: 'write', from: TO, to: FROM, text: '' })).toBe('A message has 1 to 1600 characters.');
  await until(() => phones.entries()[0]?.state === 'received');
  expect(phones.entries()).toMatchObject([{ direction: 'out', from: TO, to: FROM, words: 'On my way' }]);
  expect(await client.messages.list()).toMatchObject([{ direction: 'inbound', status: 'received', body: 'On my way' }]);
});

test('keys go to the address that asked for them, signed as Twilio signs them, and its answer is heard', async () => {
  const { sandbox, client } = await openSandbox(1);
  const server = await openServer((request) => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: request.target.startsWith('/menu')
      ? '<Response><Gather action="keys?a=%2B1" numDigits="2"><Say>Your number, please</Say></Gather></Response>'
      : '<Response><Say>Thank you</Say></Response>',
  }));
  sandbox.phones.setHabit(TO, { answers: 'itself', presses: ['42'] });
  const { sid } = await client.calls.create({ to: TO, from: FROM, url: `${server.url}/menu` });
  expect(await finished(sandbox, sid)).toMatchObject({ words: 'Your number, please Thank you', keys: '42' });
  const [, keys] = server.received;
  expect(keys).toMatchObject({
    method: 'POST',
    url: `${server.url}/keys?a=%2B1`,
    params: { CallSid: sid, Digits: '42' },
  });
  expect(validateRequest(sandbox.authToken, keys?.signature ?? '', keys?.url ?? '', keys?.params ?? {})).toBe(true);
});
