import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import type { HttpClient } from '../../../src/http/http.ts';
import { OpFailed } from '../../../src/plugin/plugin.ts';
import { request } from '../../../src/plugins/core/request.ts';
import type { JsonObject } from '../../../src/schema/schema.ts';
import { newContext } from '../context.ts';
import { problemsOf } from '../project.ts';

const client = newHttpClient();
afterAll(() => client.close());

const SITE = 'https://status.example.com';

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server on this machine that stands where DNS would lead `SITE` to. */
async function startSite(answer: (response: ServerResponse) => void) {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method, url: path, headers } = incoming;
      received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const http: HttpClient = {
    ...client,
    request: (asked) => client.request({ ...asked, url: asked.url.replace(SITE, `http://127.0.0.1:${port}`) }),
  };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { received, ask: (args: JsonObject) => request(args, newContext(http, {})), [Symbol.asyncDispose]: close };
}

const says =
  (status: number, body = '', headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
  };

test('asks, and gives back status, headers and body', async () => {
  await using site = await startSite(says(200, '{"up":true}', { 'Content-Type': 'application/json', 'X-Job': '7' }));
  const result = await site.ask({ url: `${SITE}/jobs?id=7`, headers: { Accept: 'application/json' } });
  expect(result).toMatchObject({ status: 200, headers: { 'x-job': '7' }, body: '{"up":true}' });
  expect(site.received).toMatchObject([{ method: 'GET', path: '/jobs?id=7', headers: { accept: 'application/json' } }]);
});

test.each<[JsonObject, string, string | undefined, string]>([
  [{ body: 'done' }, 'POST', undefined, 'done'],
  [{ body: { job: 7 } }, 'POST', 'application/json', '{"job":7}'],
  [{ body: [1], headers: { 'Content-Type': 'text/x' } }, 'POST', 'text/x', '[1]'],
  [{ method: 'DELETE' }, 'DELETE', undefined, ''],
  [{ method: 'POST' }, 'POST', undefined, ''],
])('sends %j as %s with content type %s', async (args, method, type, body) => {
  await using site = await startSite(says(204));
  await site.ask({ url: `${SITE}/`, ...args });
  expect(site.received[0]).toMatchObject({ method, body });
  expect(site.received[0]?.headers['content-type']).toBe(type);
});

test.each([301, 404, 500])('takes the status %i for an answer like any other, and follows nothing', async (status) => {
  await using site = await startSite(says(status, 'x', { Location: 'http://127.0.0.1/' }));
  expect(await site.ask({ url: `${SITE}/` })).toMatchObject({ status, body: 'x' });
  expect(site.received).toHaveLength(1);
});

test('gives up after the time it was given, in words that hold no path', async () => {
  await using site = await startSite(() => undefined);
  await expect(site.ask({ url: `${SITE}/?token=secret`, timeoutSeconds: 0.05 })).rejects.toThrow(
    new OpFailed(
      'no answer from status.example.com: no whole answer within 50 ms; whether the request was acted on is not known',
    ),
  );
});

test('asks no address of this machine, whatever an event brought', async () => {
  await using site = await startSite(says(200));
  await expect(site.ask({ url: 'http://127.0.0.1:1/' })).rejects.toThrow(
    new OpFailed('"url" is not asked: 127.0.0.1 is not a public address'),
  );
  expect(site.received).toEqual([]);
});

test.each([
  ['http://localhost/x', 'localhost is this machine'],
  [`http://127.0.0.1:80/\${title}`, '127.0.0.1 is not a public address'],
])('finds in the file that %s is not asked', (url, reason) => {
  expect(problemsOf({ do: `- request: ${url}\n` })).toEqual([
    `r.yml:3:14 RB0412 this address is not asked: ${reason} | give a public https:// address`,
  ]);
});

test.each([`https://\${title}`, `https://\${title}.example.com/`, `\${title}`, 'https://example.com/a'])(
  'leaves %s to the run',
  (url) => {
    expect(problemsOf({ do: `- request: ${url}\n` })).toEqual([]);
  },
);
