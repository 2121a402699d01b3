import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { FROM, openSandbox, openServer, TO, until } from './network.ts';

const twiml = '<Response><Say>Hello</Say></Response>';

test('close() leaves messages and calls where they are, and makes no callback after it', async () => {
  const { sandbox, client } = await openSandbox(40);
  const server = await openServer();
  const statusCallback = `${server.url}/cb`;
  await client.messages.create({ to: TO, from: FROM, body: 'x', statusCallback });
  await client.calls.create({ to: TO, from: FROM, twiml, statusCallback });
  await until(() => server.received.length > 0);
  await sandbox.close();
  const before = sandbox.phones.entries();
  const count = server.received.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(sandbox.phones.entries()).toEqual(before);
  expect(server.received).toHaveLength(count);
  await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
});

test('close() does not wait for a callback that is not answered', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = await openServer(async () => {
    await promise;
    return { status: 204 };
  });
  await client.messages.create({ to: TO, from: FROM, body: 'x', statusCallback: `${server.url}/cb` });
  await until(() => server.received.length === 1);
  // Were it to wait, it would wait for what is only let go after it.
  await expect(sandbox.close()).resolves.toBeUndefined();
  resolve();
});

test('a process that closes its sandbox in the middle of things ends by itself', async () => {
  const program = new URL('close-child.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 40_000 });
  expect(stdout).toBe('closed\n');
}, 60_000);

test('a listener of the phones hears of every change until it leaves', async () => {
  const { sandbox, client } = await openSandbox(1);
  const states: string[] = [];
  const leave = sandbox.phones.subscribe((entry) => states.push(`${entry.state}: ${entry.words}`));
  await client.messages.create({ to: TO, from: FROM, body: 'Hello' });
  await until(() => states.length === 4);
  leave();
  expect(states).toEqual(['queued: ', 'sending: ', 'sent: ', 'delivered: Hello']);
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'Again' });
  await until(() => sandbox.phones.entries().find(({ id }) => id === sid)?.state === 'delivered');
  expect(states).toHaveLength(4);
});
