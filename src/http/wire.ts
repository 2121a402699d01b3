import type { Clock, Watch } from '../time/time.ts';
import {
  AddressInUse,
  HangUp,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type HttpServer,
  type IncomingResponse,
  json,
  type Listen,
  type OutgoingRequest,
  RequestFailed,
} from './http.ts';
import { newRouter, type Router } from './router.ts';

/** A network in memory: whoever listens on it is reached by its client, and by nobody else. */
export interface Wire {
  readonly listen: Listen;
  readonly http: HttpClient;
}

/** What an address that nobody of the wire listens at answers, such as a service of the world. */
export type Outside = (request: OutgoingRequest) => Promise<IncomingResponse>;

/** As fastify is set: see server.ts. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** Ports that are handed out begin here; nothing listens there outside of the process. */
const FIRST_PORT = 40_001;

interface Listening {
  readonly router: Router;
  readonly onError: (error: unknown, door: string) => void;
}

/**
 * `Listen` and `HttpClient` without a socket: routes, limits and time-outs as in server.ts and client.ts, the time-outs on
 * `clock`. `watch` sees each request as work, for as long as it is being answered.
 */
export function newWire(options: { readonly clock: Clock; readonly watch: Watch; readonly outside?: Outside }): Wire {
  const { clock, watch, outside = nobody } = options;
  const servers = new Map<string, Listening>();
  let nextPort = FIRST_PORT;
  const listen: Listen = async ({ host, port, routes, onError = () => {} }) => {
    const taken = port === 0 ? nextPort++ : port;
    const address = `${host}:${taken}`;
    if (servers.has(address)) throw new AddressInUse(host, taken, undefined);
    servers.set(address, { router: newRouter(routes), onError });
    const server: HttpServer = {
      url: `http://${address}`,
      port: taken,
      close: async () => void servers.delete(address),
    };
    return server;
  };
  const request = async (asked: OutgoingRequest): Promise<IncomingResponse> => {
    if (asked.signal?.aborted) throw new RequestFailed('the request was called off', false, asked.signal.reason);
    const url = new URL(asked.url);
    const server = servers.get(url.host);
    const answer = (gone: AbortSignal): Promise<IncomingResponse> =>
      watch.work(() => (server ? exchange(server, url, asked, gone) : outside(asked)));
    return watch.wait(inTime(asked, answer, clock));
  };
  return { listen, http: { request, close: async () => {} } };
}

async function nobody(): Promise<never> {
  throw new RequestFailed('nobody listens there', false);
}

/** One for all: making a reason each time is what takes the most time here. */
const OVER = new Error('the exchange is over');

/** The answer, or what becomes of a request that takes too long or is called off; then `gone` is aborted. */
async function inTime<T>(
  { timeoutMs, signal }: OutgoingRequest,
  answer: (gone: AbortSignal) => Promise<T>,
  clock: Clock,
): Promise<T> {
  const over = new AbortController();
  const giveUp = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const late = clock.sleep(timeoutMs, giveUp).then(
    () => {
      throw new RequestFailed(`no whole answer within ${timeoutMs} ms`, true);
    },
    (reason: unknown) => {
      throw reason === OVER ? OVER : new RequestFailed('the request was called off', true, reason);
    },
  );
  try {
    return await Promise.race([answer(over.signal), late]);
  } finally {
    over.abort(OVER);
  }
}

async function exchange(
  server: Listening,
  url: URL,
  asked: OutgoingRequest,
  gone: AbortSignal,
): Promise<IncomingResponse> {
  try {
    const { status, headers = {}, body } = await answerOf(server, url, asked);
    return { status, headers: lowerCased(headers), body: await textOf(body, gone) };
  } catch (failure) {
    if (failure instanceof HangUp) throw new RequestFailed('the connection was cut', true, failure);
    throw failure;
  }
}

async function answerOf({ router, onError }: Listening, url: URL, asked: OutgoingRequest): Promise<HttpResponse> {
  const body = Buffer.from(asked.body ?? '', 'utf8');
  if (body.length > BODY_LIMIT_BYTES) return json(413, { error: `The body is larger than ${BODY_LIMIT_BYTES} bytes.` });
  const found = router(asked.method, url.pathname);
  if (!found) return json(404, { error: 'There is nothing at this address.' });
  const request: HttpRequest = {
    method: asked.method,
    target: url.pathname + url.search,
    params: found.params,
    query: url.searchParams,
    headers: { host: url.host, ...lowerCased(asked.headers ?? {}) },
    body,
  };
  try {
    return await found.route.handle(request);
  } catch (failure) {
    if (failure instanceof HangUp) throw failure;
    onError(failure, `${found.route.method} ${found.route.path}`);
    return json(500, { error: 'Something went wrong here.' });
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** A stream is read to its end, or until whoever asked has gone. */
async function textOf(body: HttpResponse['body'], gone: AbortSignal): Promise<string> {
  if (body === undefined || typeof body === 'string') return body ?? '';
  if (Buffer.isBuffer(body)) return body.toString('utf8');
  const parts = body[Symbol.asyncIterator]();
  gone.addEventListener('abort', () => void parts.return?.(), { once: true });
  let text = '';
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    text += next.value;
    if (gone.aborted) break;
  }
  return text;
}
