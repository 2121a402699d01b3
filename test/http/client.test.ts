import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { newHttpClient } from '../../src/http/client.ts';
import { type HttpClient, json, type OutgoingRequest, RequestFailed } from '../../src/http/http.ts';
import { listen } from '../../src/http/server.ts';

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function newClient(): HttpClient {
  const client = newHttpClient();
  closers.push(() => client.close());
  return client;
}

/** A server of bare bytes: `onRequest` is called once the first bytes of a request have come. */
async function wire(onRequest: (socket: Socket, connection: number) => void): Promise<{ url: string; server: Server }> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    const connection = ++count;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => onRequest(socket, connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen on a port');
  return { url: `http://127.0.0.1:${address.port}/`, server };
}

async function failureOf(client: HttpClient, request: Partial<OutgoingRequest> & { url: string }) {
  const error: unknown = await client.request({ method: 'POST', body: 'x', timeoutMs: 2_000, ...request }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RequestFailed)) throw new Error('it did not fail', { cause: error });
  return error;
}

test('sends method, path, headers and body, and gives the answer whole', async () => {
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    routes: [
      {
        method: 'POST',
        path: '/in',
        handle: (r) => json(201, { target: r.target, body: r.body.toString(), x: r.headers['x-a'] }),
      },
    ],
  });
  closers.push(() => server.close());
  const answer = await newClient().request({
    method: 'POST',
    url: `${server.url}/in?a=%2B1`,
    headers: { 'x-a': 'b' },
    body: 'é<&😀',
    timeoutMs: 2_000,
  });
  expect(answer.status).toBe(201);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(JSON.parse(answer.body)).toEqual({ target: '/in?a=%2B1', body: 'é<&😀', x: 'b' });
});

test('a refused connection is certain not to have been sent', async () => {
  const { url, server } = await wire(() => {});
  server.close();
  await once(server, 'close');
  const failure = await failureOf(newClient(), { url });
  expect(failure.sent).toBe(false);
  expect(failure.message).toContain('ECONNREFUSED');
});

test('a host name that does not resolve is certain not to have been sent', async () => {
  expect((await failureOf(newClient(), { url: 'http://nowhere.invalid/' })).sent).toBe(false);
});

test('a request that was called off before it began is not sent', async () => {
  let requests = 0;
  const { url } = await wire(() => requests++);
  const failure = await failureOf(newClient(), { url, signal: AbortSignal.abort(new Error('stopping')) });
  expect([failure.sent, failure.message, requests]).toEqual([false, 'the request was called off', 0]);
});

test('an address or a header that cannot be is not sent', async () => {
  expect((await failureOf(newClient(), { url: 'not a url' })).sent).toBe(false);
  expect((await failureOf(newClient(), { url: 'http://127.0.0.1:9/', headers: { a: 'b\r\nc: d' } })).sent).toBe(false);
});

test('a request whose time runs out while it waits for a connection is not sent, not even later', async () => {
  let requests = 0;
  const { url } = await wire(() => requests++);
  const client = newClient();
  // undici connects in a later turn of the loop, so aborting in this one is before the connection.
  const abort = new AbortController();
  const failed = failureOf(client, { url, signal: abort.signal });
  abort.abort();
  expect((await failed).sent).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(requests).toBe(0);
});

test('a connection reset before, or in the middle of, the answer may have been sent', async () => {
  const before = await wire((socket) => socket.resetAndDestroy());
  expect((await failureOf(newClient(), { url: before.url })).sent).toBe(true);
  const middle = await wire((socket) => {
    socket.write('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
  });
  expect((await failureOf(newClient(), { url: middle.url })).sent).toBe(true);
});

test('an answer that ends before its length is a failure, and may have been sent', async () => {
  const { url } = await wire((socket) => socket.end('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{"sid":'));
  expect((await failureOf(newClient(), { url })).sent).toBe(true);
});

test('a chunked answer without its end is a failure, and may have been sent', async () => {
  const { url } = await wire((socket) =>
    socket.end('HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
  );
  expect((await failureOf(newClient(), { url })).sent).toBe(true);
});

test('the time-out holds for the whole exchange, also while bytes still drip', async () => {
  const { url } = await wire((socket) => {
    socket.write('HTTP/1.1 201 Created\r\ncontent-length: 10000\r\n\r\n');
    const drip = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(drip));
  });
  const failure = await failureOf(newClient(), { url, timeoutMs: 150 });
  expect([failure.sent, failure.message]).toEqual([true, 'no whole answer within 150 ms']);
});

test('an answer over 1 MiB is a failure, and may have been sent', async () => {
  const { url } = await wire((socket) =>
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 1048577\r\n\r\n${'x'.repeat(1_048_577)}`),
  );
  const failure = await failureOf(newClient(), { url });
  expect([failure.sent, failure.message]).toEqual([true, 'the answer is larger than 1048576 bytes']);
});

test('nothing is repeated, also when a kept connection turns out to be dead', async () => {
  let requests = 0;
  const { url } = await wire((socket, connection) => {
    requests++;
    if (connection === 1 && requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    else socket.resetAndDestroy();
  });
  const client = newClient();
  await client.request({ method: 'POST', url, body: 'x', timeoutMs: 2_000 });
  expect((await failureOf(client, { url })).sent).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(requests).toBe(2);
});

test('a redirect is an answer like any other and is not followed', async () => {
  const { url } = await wire((socket) => socket.end('HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n'));
  const answer = await newClient().request({ method: 'GET', url, timeoutMs: 2_000 });
  expect([answer.status, answer.headers.location]).toEqual([302, '/x']);
});
