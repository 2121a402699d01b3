import { describe, expect, test } from 'vitest';
import { newHttpClient } from '../../src/http/client.ts';
import {
  AddressInUse,
  HangUp,
  type Listen,
  type OutgoingRequest,
  RequestFailed,
  type Route,
} from '../../src/http/http.ts';
import { listen } from '../../src/http/server.ts';
import { newWire, type Outside } from '../../src/http/wire.ts';
import { newVirtualClock } from '../../src/time/virtual.ts';
import { newStillness } from '../../src/time/watch.ts';

function world(outside?: Outside) {
  const watch = newStillness();
  const clock = newVirtualClock(0, watch);
  return { ...newWire({ clock, watch, ...(outside && { outside }) }), clock, watch };
}

function get(url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { method: 'GET', url, timeoutMs: 1_000, ...more };
}

function naming(method: Route['method'], path: string): Route {
  return {
    method,
    path,
    handle: ({ params, query, body }) => ({
      status: 200,
      body: JSON.stringify({ path, params, query: [...query], body: body.toString() }),
    }),
  };
}

async function failureOf(outcome: Promise<unknown>): Promise<unknown> {
  try {
    return await outcome;
  } catch (failure) {
    return failure instanceof RequestFailed ? { message: failure.message, sent: failure.sent } : failure;
  }
}

describe('routes', () => {
  const routes = [
    naming('GET', '/calls/:sid'),
    naming('GET', '/calls/:sid.json'),
    naming('GET', '/calls/all'),
    naming('POST', '/calls/:sid/parts/:part.json'),
    naming('GET', '/calls.json'),
  ];
  const asked = [
    ['GET', '/calls/CA1'],
    ['GET', '/calls/CA1.json'],
    ['GET', '/calls/all'],
    ['GET', '/calls/all?page=2&page=3'],
    ['GET', '/calls/a%20b'],
    ['GET', '/calls/'],
    ['GET', '/calls.json'],
    ['POST', '/calls/CA1/parts/P1.json'],
    ['GET', '/calls/CA1/parts/P1.json'],
    ['DELETE', '/calls/all'],
    ['GET', '/CALLS/all'],
  ] as const;

  async function answersOf(open: Listen, http: ReturnType<typeof world>['http']): Promise<unknown[]> {
    const server = await open({ host: '127.0.0.1', port: 0, routes });
    const answers: unknown[] = [];
    for (const [method, path] of asked) {
      const request = { ...get(server.url + path), method, ...(method === 'POST' && { body: 'x' }) };
      const { status, body } = await http.request(request);
      answers.push({ method, path, status, body: status === 200 ? body : '' });
    }
    await server.close();
    await http.close();
    return answers;
  }

  test('are found as over the network', async () => {
    const wire = world();
    const real = await answersOf(listen, newHttpClient());
    expect(await answersOf(wire.listen, wire.http)).toEqual(real);
    expect(real).toContainEqual(expect.objectContaining({ status: 200 }));
    expect(real).toContainEqual(expect.objectContaining({ status: 404 }));
  });
});

describe('a request over the wire', () => {
  test('is answered with headers in lower case, and with a stream as a whole', async () => {
    const { listen: open, http } = world();
    async function* parts() {
      yield 'one ';
      yield 'two';
    }
    const route: Route = {
      method: 'GET',
      path: '/',
      handle: () => ({ status: 200, headers: { 'X-Y': '1' }, body: parts() }),
    };
    const { url } = await open({ host: '127.0.0.1', port: 0, routes: [route] });
    expect(await http.request(get(`${url}/`))).toEqual({ status: 200, headers: { 'x-y': '1' }, body: 'one two' });
  });

  test('runs into its time-out on the virtual clock', async () => {
    const { listen: open, http, clock, watch } = world();
    const slow: Route = {
      method: 'GET',
      path: '/',
      handle: async () => {
        await clock.sleep(5_000);
        return { status: 200 };
      },
    };
    const { url } = await open({ host: '127.0.0.1', port: 0, routes: [slow] });
    const outcome = failureOf(http.request(get(`${url}/`)));
    await watch.still();
    expect(clock.nextDue()).toBe(1_000);
    clock.advance(1_000);
    expect(await outcome).toEqual({ message: 'no whole answer within 1000 ms', sent: true });
  });

  test('fails as sent where the server hangs up, at once or in the middle', async () => {
    const { listen: open, http } = world();
    async function* broken() {
      yield 'half';
      throw new HangUp();
    }
    const routes: Route[] = [
      {
        method: 'GET',
        path: '/at-once',
        handle: () => {
          throw new HangUp();
        },
      },
      { method: 'GET', path: '/half', handle: () => ({ status: 200, body: broken() }) },
    ];
    const { url } = await open({ host: '127.0.0.1', port: 0, routes });
    const cut = { message: 'the connection was cut', sent: true };
    expect(await failureOf(http.request(get(`${url}/at-once`)))).toEqual(cut);
    expect(await failureOf(http.request(get(`${url}/half`)))).toEqual(cut);
  });

  test('fails as not sent where nobody listens, or no more', async () => {
    const { listen: open, http } = world();
    const server = await open({ host: '127.0.0.1', port: 0, routes: [] });
    expect((await http.request(get(`${server.url}/`))).status).toBe(404);
    await server.close();
    expect(await failureOf(http.request(get(`${server.url}/`)))).toMatchObject({ sent: false });
    expect(await failureOf(http.request(get('https://example.com/')))).toMatchObject({ sent: false });
  });

  test('goes to the outside where nobody of the wire listens', async () => {
    const { http } = world(async ({ url }) => ({ status: 200, headers: {}, body: `this is ${url}` }));
    expect((await http.request(get('https://example.com/x'))).body).toBe('this is https://example.com/x');
  });

  test('can be called off', async () => {
    const off = new AbortController();
    const { http } = world(() => new Promise(() => {}));
    const outcome = failureOf(http.request(get('https://example.com/', { signal: off.signal })));
    off.abort(new Error('stop'));
    expect(await outcome).toEqual({ message: 'the request was called off', sent: true });
  });

  test('meets 500 where the route breaks, whose owner is told', async () => {
    const { listen: open, http } = world();
    const told: unknown[] = [];
    const route: Route = {
      method: 'GET',
      path: '/',
      handle: () => {
        throw new Error('a bug');
      },
    };
    const { url } = await open({
      host: '127.0.0.1',
      port: 0,
      routes: [route],
      onError: (error, door) => told.push(String(error), door),
    });
    expect((await http.request(get(`${url}/`))).status).toBe(500);
    expect(told).toEqual(['Error: a bug', 'GET /']);
  });

  test('finds no second server at one address', async () => {
    const { listen: open } = world();
    const { port } = await open({ host: '127.0.0.1', port: 0, routes: [] });
    await expect(open({ host: '127.0.0.1', port, routes: [] })).rejects.toBeInstanceOf(AddressInUse);
  });
});
