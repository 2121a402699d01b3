import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ask } from './books.ts';
import { FROM, finished, openSandbox, TO, until } from './network.ts';

const OTHER = '+12025550199';
const message = { to: TO, from: FROM, body: 'Příliš' };
const call = { to: TO, from: FROM, twiml: '<Response/>' };

/** What a request to create a message is answered with, byte for byte, until the connection ends. */
function rawAnswer(url: string, credentials: string): Promise<{ text: string; isCut: boolean }> {
  const { hostname, port } = new URL(url);
  const body = new URLSearchParams({ To: TO, From: FROM, Body: 'Příliš' }).toString();
  const account = credentials.split(':')[0];
  const head = [
    `POST /2010-04-01/Accounts/${account}/Messages.json HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined);
    // The last chunk of a whole answer is empty.
    socket.on('close', () => resolve({ text, isCut: !text.includes('\r\n0\r\n') }));
  });
}

test('a refusal has the code that was asked for, and nothing is taken', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'refused', errorCode: 21608 }, number: TO, times: 2 });
  await expect(client.messages.create({ ...message, to: OTHER })).resolves.toMatchObject({ status: 'queued' });
  await expect(client.messages.create(message)).rejects.toMatchObject({ status: 400, code: 21608 });
  await expect(client.calls.create(call)).rejects.toMatchObject({ status: 400, code: 21608 });
  await expect(client.messages.create(message)).resolves.toMatchObject({ status: 'queued' });
  expect(sandbox.phones.entries()).toHaveLength(2);
});

test('a request that is throttled is told when to come again', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'throttled', retryAfterSeconds: 7 }, times: 2 });
  await expect(client.messages.create(message)).rejects.toMatchObject({ status: 429, code: 20429 });
  const path = `/2010-04-01/Accounts/${sandbox.accountSid}/Messages.json`;
  const form = new URLSearchParams({ To: TO, From: FROM, Body: 'x' }).toString();
  const answer = await ask(client, `${sandbox.url}${path}`, 'POST', form);
  expect(answer.headers.get('retry-after')).toBe('7');
  expect(sandbox.phones.entries()).toEqual([]);
  await client.messages.create(message);
});

test.each([
  ['before', 0],
  ['after', 1],
] as const)('an error %s the request was taken leaves %i message', async (when, count) => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'error', when }, times: 1 });
  await expect(client.messages.create(message)).rejects.toMatchObject({ status: 500, code: 20500 });
  expect(await client.messages.list({ to: TO })).toHaveLength(count);
});

test.each([
  ['before', 0],
  ['after', 1],
] as const)('a connection that drops %s the request was taken leaves %i call', async (when, count) => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'dropped', when }, times: 1 });
  await expect(client.calls.create(call)).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(await client.calls.list({ to: TO })).toHaveLength(count);
});

test('not a byte comes of an answer whose connection drops', async () => {
  const { sandbox } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'dropped', when: 'after' }, times: 1 });
  const { text } = await rawAnswer(sandbox.url, `${sandbox.accountSid}:${sandbox.authToken}`);
  expect(text).toBe('');
  expect(sandbox.phones.entries()).toHaveLength(1);
});

test('an answer that is slow comes byte after byte, and is whole', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'slow', byteMs: 1 }, times: 2 });
  expect(await client.messages.create(message)).toMatchObject({ body: 'Příliš', to: TO });
  const { text, isCut } = await rawAnswer(sandbox.url, `${sandbox.accountSid}:${sandbox.authToken}`);
  expect(isCut).toBe(false);
  expect(text).toContain('\r\n1\r\n{\r\n1\r\n"\r\n');
});

test('an answer that is cut ends in its middle, though the message was taken', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'truncated' }, times: 2 });
  await expect(client.messages.create(message)).rejects.toThrow(/aborted|ECONNRESET/);
  const { text, isCut } = await rawAnswer(sandbox.url, `${sandbox.accountSid}:${sandbox.authToken}`);
  expect(isCut).toBe(true);
  expect(text).toMatch(/^HTTP\/1\.1 201 /);
  expect(text).toContain('"account_sid"');
  expect(text).not.toContain('"uri"');
  expect(await client.messages.list()).toHaveLength(2);
});

test('a proxy answers in HTML, though the message was taken', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'html' }, times: 1 });
  const refused: unknown = await client.messages.create(message).catch((error: unknown) => error);
  expect(refused).toMatchObject({ status: 503, message: '[HTTP 503] Failed to execute request' });
  expect(refused).not.toHaveProperty('code');
  expect(await client.messages.list()).toHaveLength(1);
});

test('a refused request stays refused behind a fault of the answer', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'slow', byteMs: 0 } });
  await expect(client.messages.create({ ...message, body: '' })).rejects.toMatchObject({ status: 400, code: 21602 });
});

test('lists do not show what is young, and fetching does', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'list-lag', byMs: 600_000 }, number: TO });
  const { sid } = await client.messages.create(message);
  const other = await client.messages.create({ ...message, to: OTHER });
  await finished(sandbox, sid);
  expect((await client.messages.list()).map((one) => one.sid)).toEqual([other.sid]);
  expect(await client.messages.list({ to: TO })).toEqual([]);
  expect(await client.messages(sid).fetch()).toMatchObject({ sid });
  sandbox.faults.clear();
  expect(await client.messages.list({ to: TO })).toHaveLength(1);
});

test('a lag that is counted is used up by each list that hid something', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'list-lag', byMs: 600_000 }, times: 1 });
  expect(await client.calls.list()).toEqual([]);
  await client.calls.create(call);
  expect(await client.calls.list()).toEqual([]);
  expect(await client.calls.list()).toHaveLength(1);
});

test('closing the sandbox ends an answer that is slow', async () => {
  const { sandbox } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'slow', byteMs: 60_000 } });
  const answer = rawAnswer(sandbox.url, `${sandbox.accountSid}:${sandbox.authToken}`);
  await until(() => sandbox.phones.entries().length === 1);
  await sandbox.close();
  expect((await answer).text).not.toContain('"uri"');
});
