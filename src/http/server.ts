import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { trackConnections } from './connections.ts';
import { AddressInUse, HangUp, type HttpRequest, type HttpResponse, json, type Listen, type Route } from './http.ts';
import { type OpenStream, openStream } from './stream.ts';

/** An event is a few kilobytes; 1 MiB leaves room and keeps memory flat. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** A browser or a provider sends its headers at once; 10 s is for a bad line, not for a socket that drips. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Headers and body together. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for connections that are over these times. Its default of 30 s would double them. */
const CONNECTION_CHECK_MS = 2_000;
/** What is being answered gets this long at close(); then its connection is cut. */
const DRAIN_MS = 5_000;

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** `Listen` on fastify. */
export const listen: Listen = async ({ host, port, routes, allowedHosts = [], onError = tellStderr }) => {
  const app = newApp();
  const connections = trackConnections(app.server);
  const streams = new Set<OpenStream>();
  if (isLoopback(host)) refuseForeignHosts(app, allowedHosts);
  for (const route of routes) addRoute(app, route, streams, onError);
  await open(app, host, port);
  const close = async () => {
    const closed = app.close();
    for (const stream of streams) stream.end();
    connections.endIdle();
    const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(cut);
  };
  let closing: Promise<void> | undefined;
  return { ...addressOf(app, host), close: () => (closing ??= close()) };
};

function newApp(): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CONNECTION_CHECK_MS },
    exposeHeadRoutes: false,
    // The query is read once, from the target, by `URLSearchParams`.
    routerOptions: { querystringParser: () => ({}) },
    frameworkErrors: (error, _request, reply) => void refuse(reply, error.statusCode ?? 400),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404));
  // What a route throws does not come here (see `answer`): these are fastify's own, about the request.
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => refuse(reply, error.statusCode ?? 500));
  return app;
}

/**
 * DNS rebinding: a web page's own host name that resolves to 127.0.0.1 must not open what listens there. And a tunnel for a
 * provider's callbacks must not open the rest, for which nobody has to prove who they are.
 */
function refuseForeignHosts(app: FastifyInstance, publicHosts: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
    const { isPublic } = request.routeOptions.config;
    const isServed = LOOPBACK_HOSTS.includes(host) || (isPublic === true && publicHosts.includes(host));
    return isServed ? undefined : refuse(reply, 421);
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route of ours. */
    isPublic?: boolean;
  }
}

type OnError = (error: unknown, door: string) => void;

function addRoute(app: FastifyInstance, route: Route, streams: Set<OpenStream>, onError: OnError): void {
  const tell = (error: unknown) => onError(error, `${route.method} ${route.path}`);
  app.route({
    method: route.method,
    url: route.path,
    config: { isPublic: route.isPublic === true },
    handler: async (request, reply) => {
      const response = await answer(route, request, tell);
      if (response === undefined) return hangUp(reply);
      return send(reply, response, streams, tell);
    },
  });
}

/** Undefined where the route hangs up. */
async function answer(
  route: Route,
  request: FastifyRequest,
  tell: (error: unknown) => void,
): Promise<HttpResponse | undefined> {
  try {
    return await route.handle(toHttpRequest(request));
  } catch (error) {
    if (error instanceof HangUp) return undefined;
    tell(error);
    return json(500, { error: REASONS[500] });
  }
}

function hangUp(reply: FastifyReply): FastifyReply {
  void reply.hijack();
  reply.raw.destroy();
  return reply;
}

function toHttpRequest(request: FastifyRequest): HttpRequest {
  const target = request.raw.url ?? '/';
  const queryAt = target.indexOf('?');
  return {
    method: request.method,
    target,
    params: Object.fromEntries(Object.entries(request.params ?? {})),
    query: new URLSearchParams(queryAt === -1 ? '' : target.slice(queryAt + 1)),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, value?.toString()])),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function send(
  reply: FastifyReply,
  { status, headers = {}, body }: HttpResponse,
  streams: Set<OpenStream>,
  tell: (error: unknown) => void,
): FastifyReply {
  void reply.code(status).headers(headers);
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return reply.send(body);
  const stream = openStream(body, tell);
  streams.add(stream);
  stream.readable.once('close', () => streams.delete(stream));
  void reply.send(stream.readable);
  // The first event may be minutes away; the client should know at once that it is connected.
  reply.raw.flushHeaders();
  return reply;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood.',
  404: 'There is nothing at this address.',
  413: `The body is larger than ${BODY_LIMIT_BYTES} bytes.`,
  415: 'The content type cannot be understood.',
  421: 'This host is not served here.',
  500: 'Something went wrong here.',
};

function refuse(reply: FastifyReply, status: number): FastifyReply {
  const { headers = {}, body } = json(status, { error: REASONS[status] ?? 'The request was refused.' });
  return reply.code(status).headers(headers).send(body);
}

async function open(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new AddressInUse(host, port, error);
    }
    throw error;
  }
}

function addressOf(app: FastifyInstance, host: string): { url: string; port: number } {
  const address = app.server.address();
  // Only a server on a pipe has an address without a port, and `listen` opens none.
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function tellStderr(error: unknown, door: string): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${door} failed: ${message.replaceAll(/\s+/g, ' ')}\n`);
}
