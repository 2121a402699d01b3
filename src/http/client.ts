import { Agent, type Dispatcher } from 'undici';
import { type HttpClient, type IncomingResponse, type OutgoingRequest, RequestFailed } from './http.ts';

/** An answer of an API is a few kilobytes; a list of 1,000 messages stays below 1 MiB. */
const RESPONSE_LIMIT_BYTES = 1024 * 1024;
/** Sockets for one origin. Twilio takes 100 requests at a time from one account before it answers 429. */
const CONNECTIONS = 100;
/** Providers keep an idle connection for a minute or more; well below it few requests meet a connection just closed. */
const KEEP_ALIVE_MS = 10_000;

/** A client on undici: keeps connections, repeats nothing. */
export function newHttpClient(): HttpClient {
  // The two time-outs of undici are off: ours holds for the whole exchange.
  const agent = new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const underWay = new Set<Promise<unknown>>();
  return {
    async request(request) {
      const exchange = exchangeOver(agent, request);
      underWay.add(exchange);
      return exchange.finally(() => underWay.delete(exchange));
    },
    async close() {
      await Promise.allSettled(underWay);
      await agent.destroy();
    },
  };
}

function exchangeOver(agent: Agent, request: OutgoingRequest): Promise<IncomingResponse> {
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(request, resolve, reject);
    if (exchange.over) return;
    try {
      const { origin, pathname, search } = new URL(request.url);
      const { method, headers = {}, body = null } = request;
      agent.dispatch({ origin, path: pathname + search, method, headers, body }, exchange);
    } catch (error) {
      exchange.fail('the request could not be made', error);
    }
  });
}

/**
 * One request and its answer, as undici tells of them. Its dispatch interface is used because only there it says when
 * a request is about to be written on a connection, which is what `RequestFailed.sent` must know.
 */
class Exchange implements Dispatcher.DispatchHandler {
  over = false;
  readonly #resolve: (response: IncomingResponse) => void;
  readonly #reject: (error: RequestFailed) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  /** Set once the request is on a connection: from then on bytes of it may have left. */
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    { timeoutMs, signal }: OutgoingRequest,
    resolve: (response: IncomingResponse) => void,
    reject: (error: RequestFailed) => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    this.#timer = setTimeout(() => this.fail(`no whole answer within ${timeoutMs} ms`), timeoutMs);
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  readonly #onAbort = () => this.fail('the request was called off', this.#signal?.reason);

  fail(message: string, cause?: unknown): void {
    if (this.over) return;
    this.#finish();
    this.#reject(new RequestFailed(message, this.#controller !== undefined, cause));
    this.#controller?.abort(new Error(message));
  }

  #finish(): void {
    this.over = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It failed while it waited for a connection, and was reported as not sent: so it must not be sent now.
    if (this.over) controller.abort(new Error('over before it was sent'));
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > RESPONSE_LIMIT_BYTES) this.fail(`the answer is larger than ${RESPONSE_LIMIT_BYTES} bytes`);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.over) return;
    this.#finish();
    this.#resolve({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks).toString('utf8') });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.fail(reasonOf(error), error);
  }
}

/** Where several addresses were tried, the reason lies in the errors inside, and the outer one has no message. */
function reasonOf(error: Error): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return (inner instanceof Error ? inner.message : error.message) || error.name;
}
