/** HTTP as the rest of the house sees it: routes handed in, requests sent out; no server or client library shows. */

export { newFeed } from './feed.ts';
export { pageHeaders, serverSentEvent } from './page.ts';

/** A request that came in. Header names are in lower case; `body` is at most the server's limit. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as they stood on the wire. */
  readonly target: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** What is answered. A stream as body is sent as it comes (server-sent events) and ended when the client goes. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | AsyncIterable<string>;
}

/** One door: `path` may hold `:name` parts, which arrive in `params`. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Served under `allowedHosts` as well: for providers, which prove who they are. Whatever else there is stays on this machine. */
  readonly isPublic?: true;
  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
}

/** A server that listens. */
export interface HttpServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops listening, ends idle connections and streams, and waits for what is being answered. */
  close(): Promise<void>;
}

/** Where to listen, and with what. Port 0 takes a free one. Rejects with `AddressInUse` when another process has it. */
export type Listen = (options: {
  readonly host: string;
  readonly port: number;
  readonly routes: readonly Route[];
  /** Hosts under which public routes are served on loopback: the one of a tunnel that leads here, without a port. */
  readonly allowedHosts?: readonly string[];
  /** Told of what a route threw; `door` is its method and pattern. Without it a line goes to stderr. */
  readonly onError?: (error: unknown, door: string) => void;
}) => Promise<HttpServer>;

/** The port is taken by another process. */
export class AddressInUse extends Error {
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, cause: unknown) {
    super(`${host}:${port} is in use`, { cause });
    this.name = 'AddressInUse';
    this.host = host;
    this.port = port;
  }
}

/** A request to send. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What was answered, whole. */
export interface IncomingResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends requests; never repeats one by itself. */
export interface HttpClient {
  /** Rejects with `RequestFailed` when no whole answer came. */
  request(request: OutgoingRequest): Promise<IncomingResponse>;
  close(): Promise<void>;
}

/** No whole answer came. `sent` is false only where it is certain that no byte of the request left this machine. */
export class RequestFailed extends Error {
  /** By its name: a plugin may bring a copy of this file, and both mean the same. */
  static [Symbol.hasInstance](thrown: unknown): thrown is RequestFailed {
    return thrown instanceof Error && thrown.name === 'RequestFailed';
  }

  readonly sent: boolean;

  constructor(message: string, sent: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'RequestFailed';
    this.sent = sent;
  }
}

/** A JSON answer. */
export function json(status: number, value: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: `${JSON.stringify(value)}\n` };
}

/** Thrown by a route, or by the stream that it answers with: cuts the connection there, with nothing more said. */
export class HangUp extends Error {
  constructor() {
    super('the connection is cut on purpose');
    this.name = 'HangUp';
  }
}

/** A route that changes something, for pages of this host and for scripts: a browser says where else a request comes from. */
export function guarded(handle: Route['handle']): Route['handle'] {
  return (request) => {
    const { origin, host } = request.headers;
    if (origin !== undefined && URL.parse(origin)?.host !== host)
      return json(403, { error: 'this page may not ask for that' });
    return handle(request);
  };
}
