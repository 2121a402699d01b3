import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { expect, test } from 'vitest';
import { FROM, finished, openSandbox, openServer, TO, until } from './network.ts';

const twiml = '<Response><Say>Hello</Say></Response>';

test('a message tells of every state but the first, in order, with what Twilio sends', async () => {
  const { sandbox, client } = await openSandbox();
  const server = await openServer();
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'x', statusCallback: `${server.url}/cb` });
  await until(() => server.received.length === 3);
  expect(server.received.map(({ params }) => params.MessageStatus)).toEqual(['sending', 'sent', 'delivered']);
  expect(server.received[2]?.params).toEqual({
    AccountSid: sandbox.accountSid,
    ApiVersion: '2010-04-01',
    From: FROM,
    MessageSid: sid,
    MessageStatus: 'delivered',
    SmsSid: sid,
    SmsStatus: 'delivered',
    To: TO,
  });
});

test('a call tells of the events that are asked for, numbered in order', async () => {
  const { sandbox, client } = await openSandbox();
  const server = await openServer();
  const statusCallbackEvent = ['initiated', 'ringing', 'answered', 'completed'];
  const asked = { to: TO, from: FROM, twiml, statusCallback: `${server.url}/cb`, statusCallbackEvent };
  const { sid } = await client.calls.create(asked);
  await until(() => server.received.length === 4);
  const told = server.received.map(({ params }) => [params.SequenceNumber, params.CallStatus]);
  expect(told).toEqual([
    ['0', 'initiated'],
    ['1', 'ringing'],
    ['2', 'in-progress'],
    ['3', 'completed'],
  ]);
  const { Timestamp, ...last } = server.received[3]?.params ?? {};
  expect(Timestamp).toMatch(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/);
  expect(last).toEqual({
    AccountSid: sandbox.accountSid,
    ApiVersion: '2010-04-01',
    CallDuration: '1',
    CallSid: sid,
    CallStatus: 'completed',
    CallbackSource: 'call-progress-events',
    Called: TO,
    Caller: FROM,
    Direction: 'outbound-api',
    Duration: '1',
    From: FROM,
    SequenceNumber: '3',
    To: TO,
  });
});

test('a call tells of its end alone where nothing is asked for', async () => {
  const { sandbox, client } = await openSandbox();
  const server = await openServer();
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml, statusCallback: `${server.url}/cb` });
  await finished(sandbox, sid);
  await until(() => server.received.length > 0);
  expect(server.received.map(({ params }) => params.CallStatus)).toEqual(['completed']);
});

test('callbacks are signed as Twilio signs them, by POST and by GET', async () => {
  const { sandbox, client } = await openSandbox();
  const server = await openServer();
  const statusCallback = `${server.url}/hooks/1?a=%2B1&b=x%20y#part`;
  await client.calls.create({ to: TO, from: FROM, twiml, statusCallback });
  await until(() => server.received.length === 1);
  await client.calls.create({ to: TO, from: FROM, twiml, statusCallback, statusCallbackMethod: 'GET' });
  await until(() => server.received.length === 2);
  for (const { signature, url, params } of server.received) {
    expect(validateRequest(sandbox.authToken, signature, url, params)).toBe(true);
    expect(validateRequest('another token', signature, url, params)).toBe(false);
    const forged = { ...params, CallStatus: 'busy' };
    expect(validateRequest(sandbox.authToken, signature, url, forged)).toBe(false);
  }
  expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET']);
  expect(server.received[1]?.url).toContain('?a=%2B1&b=x%20y&AccountSid=AC');
});

test("the signature is the one of Twilio's published vector", () => {
  const form = {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  };
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  expect(getExpectedTwilioSignature('12345', url, form)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
});

test('a callback that fails is noted, not repeated, and stops nothing', async () => {
  const { sandbox, client } = await openSandbox();
  const server = await openServer(() => ({ status: 500 }));
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'x', statusCallback: `${server.url}/cb` });
  await until(() => sandbox.phones.entries()[0]?.note?.includes('delivered') === true);
  expect(server.received).toHaveLength(3);
  expect(await finished(sandbox, sid)).toMatchObject({
    state: 'delivered',
    note: [
      'The callback for sending was answered with status 500.',
      'The callback for sent was answered with status 500.',
      'The callback for delivered was answered with status 500.',
    ].join(' '),
  });
});

test('a callback at another machine is not requested, and the note says so without its path', async () => {
  const { sandbox, client } = await openSandbox();
  const statusCallback = `https://ringbook.invalid/hooks/${TO}`;
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml, statusCallback });
  await finished(sandbox, sid);
  await until(() => sandbox.phones.entries()[0]?.note !== undefined);
  expect(sandbox.phones.entries()[0]?.note).toBe(
    'The callback for completed failed: https://ringbook.invalid is not on this machine, so it was not asked.',
  );
});
