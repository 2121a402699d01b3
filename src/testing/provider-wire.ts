/** The other end of a provider's wire: a server on this machine that counts what comes and answers as a test says. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** A whole answer. */
export interface WireAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers one request, or does something worse to it. */
export type Behaviour = (response: ServerResponse, request: WireRequest) => void;

/** A server that listens. */
export interface Wire extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly WireRequest[];
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startWire(behave: Behaviour): Promise<Wire> {
  const received: WireRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = requestOf(incoming, Buffer.concat(chunks).toString());
      received.push(request);
      behave(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An address of this machine where nobody listens. */
export async function deadAddress(): Promise<string> {
  const wire = await startWire(() => undefined);
  await wire[Symbol.asyncDispose]();
  return wire.url;
}

/** Sends a whole answer. */
export function reply(response: ServerResponse, { status, headers = {}, body }: WireAnswer): void {
  response.writeHead(status, { ...headers });
  response.end(body);
}

/** Announces a whole answer, sends half of it, and cuts the connection. */
export function replyHalf(response: ServerResponse, { status, headers = {}, body }: WireAnswer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(Math.max(bytes.length, 2)) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** Sends an answer byte by byte, and tells when the third is out; it is never done. */
export function replySlowly(
  response: ServerResponse,
  { status, headers = {}, body }: WireAnswer,
  threeAreOut: () => void,
): void {
  response.writeHead(status, { ...headers });
  const bytes = [...Buffer.from(body)];
  const next = (sent: number): void => {
    const byte = bytes[sent];
    if (sent === 3) threeAreOut();
    if (byte !== undefined && !response.destroyed) {
      response.write(Buffer.of(byte), () => setTimeout(next, 20, sent + 1));
    }
  };
  next(0);
}

function requestOf(incoming: IncomingMessage, body: string): WireRequest {
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return { method: incoming.method ?? '', path: incoming.url ?? '', headers, body };
}
