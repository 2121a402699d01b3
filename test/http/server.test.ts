import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { AddressInUse, HangUp, type HttpServer, json, type Route } from '../../src/http/http.ts';
import { listen } from '../../src/http/server.ts';

const echo: Route = {
  method: 'POST',
  path: '/echo/:name',
  handle: ({ method, target, params, query, headers, body }) =>
    json(200, { method, target, params, a: query.getAll('a'), type: headers['content-type'], body: body.toString() }),
};
const boom: Route = {
  method: 'GET',
  path: '/boom',
  handle: () => {
    throw new Error('secret detail');
  },
};

const servers: HttpServer[] = [];
const errors: string[] = [];

function onError(error: unknown, door: string): void {
  errors.push(`${door}: ${String(error)}`);
}

async function serve(...routes: Route[]): Promise<HttpServer> {
  const server = await listen({ host: '127.0.0.1', port: 0, routes, onError, allowedHosts: ['tunnel.example'] });
  servers.push(server);
  return server;
}

/** Sends bytes as they are, and returns all that came back until the server ended the connection. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

/** An endless stream whose `next()` never settles after `first`, and that counts how often it was told to stop. */
function silentAfter(first: string, stopped: () => void): AsyncIterable<string> {
  const iterator = {
    sent: false,
    next(): Promise<IteratorResult<string>> {
      if (this.sent) return new Promise(() => {});
      this.sent = true;
      return Promise.resolve({ done: false, value: first });
    },
    return(): Promise<IteratorResult<string>> {
      stopped();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  errors.length = 0;
});

test('a route gets the method, target, parameters, query, headers and raw body', async () => {
  const { url } = await serve(echo);
  const answer = await fetch(`${url}/echo/a%20b?a=1&a=%2B2`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'To=%2B34&Body=%3C%26',
  });
  expect(await answer.json()).toEqual({
    method: 'POST',
    target: '/echo/a%20b?a=1&a=%2B2',
    params: { name: 'a b' },
    a: ['1', '+2'],
    type: 'application/x-www-form-urlencoded',
    body: 'To=%2B34&Body=%3C%26',
  });
});

test('a body of any content type, or of none, arrives as it was sent', async () => {
  const { url, port } = await serve(echo);
  for (const type of ['application/json', 'application/cloudevents+json; charset=utf-8', 'text/xml', 'x/y']) {
    const answer = await fetch(`${url}/echo/x`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"broken',
    });
    expect(await answer.json()).toMatchObject({ body: '{"broken' });
  }
  const bare = 'POST /echo/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi';
  expect(await raw(port, bare)).toContain('"body":"hi"');
});

test('a body over 1 MiB is refused with 413 and a reason in JSON', async () => {
  const { url } = await serve(echo);
  const most = await fetch(`${url}/echo/x`, { method: 'POST', body: 'x'.repeat(1024 * 1024) });
  expect(most.status).toBe(200);
  const tooMuch = await fetch(`${url}/echo/x`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
  expect(tooMuch.status).toBe(413);
  expect(await tooMuch.json()).toEqual({ error: 'The body is larger than 1048576 bytes.' });
});

test('on loopback only its own names are served, and public routes under the allowed hosts as well', async () => {
  const { port } = await serve(echo, { ...echo, path: '/public/:name', isPublic: true });
  const status = async (host: string, path = '/echo/x') =>
    (await raw(port, `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).split(' ')[1];
  const statuses = (hosts: string[]) => Promise.all(hosts.map((host) => status(host)));
  const served = ['127.0.0.1', `localhost:${port}`, 'LOCALHOST', `[::1]:${port}`];
  expect(await statuses(served)).toEqual(served.map(() => '200'));
  const foreign = ['tunnel.example', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', ''];
  expect(await statuses(foreign)).toEqual(foreign.map(() => '421'));
  expect(await status('tunnel.example', '/public/x')).toBe('200');
  expect(await status('evil.example', '/public/x')).toBe('421');
  expect(await status('tunnel.example', '/nowhere')).toBe('421');
});

test('an address without a route is answered 404 in JSON', async () => {
  const { url } = await serve(echo);
  const answer = await fetch(`${url}/nowhere`);
  expect([answer.status, await answer.json()]).toEqual([404, { error: 'There is nothing at this address.' }]);
  expect((await fetch(`${url}/echo/%zz`, { method: 'POST' })).status).toBe(400);
});

test('what a route throws becomes 500 without the details, and is told to the host', async () => {
  const { url } = await serve(boom);
  const answer = await fetch(`${url}/boom`);
  expect([answer.status, await answer.text()]).toEqual([500, '{"error":"Something went wrong here."}\n']);
  expect(errors).toEqual(['GET /boom: Error: secret detail']);
});

test('a port in use says which', async () => {
  const { port } = await serve(echo);
  const second = listen({ host: '127.0.0.1', port, routes: [] });
  await expect(second).rejects.toThrow(`127.0.0.1:${port} is in use`);
  await expect(second).rejects.toBeInstanceOf(AddressInUse);
});

test('a stream is open at once, and its source is told when the client goes', async () => {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const never: AsyncIterable<string> = { [Symbol.asyncIterator]: () => silentAfter('', stop)[Symbol.asyncIterator]() };
  const { url } = await serve({ method: 'GET', path: '/events', handle: () => ({ status: 200, body: never }) });
  const leave = new AbortController();
  const answer = await fetch(`${url}/events`, { signal: leave.signal });
  expect(answer.status).toBe(200);
  leave.abort();
  await stopped;
});

test('close() ends streams as if their source had ended', async () => {
  let stopped = 0;
  const body = silentAfter('data: one\n\n', () => stopped++);
  const server = await serve({ method: 'GET', path: '/events', handle: () => ({ status: 200, body }) });
  const answer = await fetch(`${server.url}/events`);
  const text = answer.text();
  await server.close();
  expect(await text).toBe('data: one\n\n');
  expect(stopped).toBe(1);
});

test('a source that fails cuts the stream and is told to the host', async () => {
  const body = (async function* () {
    yield 'one';
    throw new Error('torn');
  })();
  const { url } = await serve({ method: 'GET', path: '/events', handle: () => ({ status: 200, body }) });
  await expect(fetch(`${url}/events`).then((answer) => answer.text())).rejects.toThrow('terminated');
  expect(errors).toEqual(['GET /events: Error: torn']);
});

test('close() waits for what is being answered, and for no idle or silent connection', async () => {
  const { promise: inside, resolve: reached } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow: Route = {
    method: 'GET',
    path: '/slow',
    handle: async () => {
      reached();
      await released;
      return json(200, 'done');
    },
  };
  const server = await serve(slow, echo);
  await (await fetch(`${server.url}/echo/x`, { method: 'POST' })).text();
  const silent = connect(server.port, '127.0.0.1');
  await once(silent, 'connect');
  const answer = fetch(`${server.url}/slow`);
  await inside;
  const closed = server.close();
  release();
  expect(await (await answer).json()).toBe('done');
  await closed;
  silent.destroy();
});

test('a route that hangs up cuts the connection without an answer, and a stream that does so in its middle', async () => {
  const hangUp: Route = {
    method: 'GET',
    path: '/gone',
    handle: () => {
      throw new HangUp();
    },
  };
  async function* half(): AsyncGenerator<string> {
    yield 'half of ';
    throw new HangUp();
  }
  const halfway: Route = { method: 'GET', path: '/half', handle: () => ({ status: 200, body: half() }) };
  const { url } = await serve(hangUp, halfway);
  const before = errors.length;
  await expect(fetch(`${url}/gone`)).rejects.toThrow('fetch failed');
  const response = await fetch(`${url}/half`);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow('terminated');
  expect(errors.slice(before)).toEqual([]);
});
