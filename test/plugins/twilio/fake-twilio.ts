/** Twilio's side of the wire: records what came, and answers as a test says. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly form: URLSearchParams;
}

export type Answer = (response: ServerResponse, request: Received) => void;

export interface FakeTwilio extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
}

/** Starts it on a free port; it takes everything unless `answer` does otherwise. */
export async function startFakeTwilio(answer: Answer = takes): Promise<FakeTwilio> {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method = '', url: path = '', headers } = incoming;
      const request = { method, path, headers, body, form: new URLSearchParams(body) };
      received.push(request);
      answer(response, request);
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

/** Takes a message or call on, in Twilio's own form. */
function takes(response: ServerResponse, { form }: Received): void {
  const sid = form.has('Body') ? 'SM00000000000000000000000000000001' : 'CA00000000000000000000000000000001';
  answers(201, { sid, status: 'queued', to: form.get('To'), from: form.get('From'), num_segments: '1' })(response);
}

/** Answers with a status and a body: JSON, or a string as it stands. */
export function answers(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
