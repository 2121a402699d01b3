import { randomUUID } from 'node:crypto';
import twilio from 'twilio';
import { afterEach } from 'vitest';
import { newHttpClient } from '../../src/http/client.ts';
import type { HttpRequest, HttpResponse } from '../../src/http/http.ts';
import { listen } from '../../src/http/server.ts';
import type { PhoneEntry, Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { realClock } from '../../src/time/real.ts';

/** Numbers that are nobody's (555-01xx), and the sender of the examples. */
export const TO = '+12025550123';
export const FROM = '+34666555777';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A sandbox that is closed after the test, and the official SDK pointed at it. */
export async function openSandbox(paceMs = 5, port = 0): Promise<{ sandbox: Sandbox; client: twilio.Twilio }> {
  const http = newHttpClient();
  closers.push(() => http.close());
  const parts = { listen, http, clock: realClock, newId: randomUUID };
  const sandbox = await startSandbox({ ...parts, host: '127.0.0.1', port, paceMs });
  closers.push(() => sandbox.close());
  const client = twilio(sandbox.accountSid, sandbox.authToken);
  client.api.baseUrl = sandbox.url;
  return { sandbox, client };
}

/** Resolves with the first entry, past or to come, that is in a last state. */
export function finished(sandbox: Sandbox, sid: string): Promise<PhoneEntry> {
  return new Promise((resolve) => {
    const look = (entry: PhoneEntry) => {
      if (entry.id !== sid || (entry.state !== 'delivered' && entry.state !== 'completed')) return;
      unsubscribe();
      resolve(entry);
    };
    const unsubscribe = sandbox.phones.subscribe(look);
    for (const entry of sandbox.phones.entries()) look(entry);
  });
}

/** A request that the sandbox made of a user's server. */
export interface Received {
  readonly method: string;
  /** As it was asked for. */
  readonly url: string;
  readonly signature: string;
  readonly params: Readonly<Record<string, string>>;
}

/** A user's server, that answers with `answer` and keeps what it was asked, in order. */
export async function openServer(
  answer: (request: HttpRequest) => HttpResponse | Promise<HttpResponse> = () => ({ status: 204 }),
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const handle = (request: HttpRequest) => {
    received.push({
      method: request.method,
      url: `${server.url}${request.target}`,
      signature: request.headers['x-twilio-signature'] ?? '',
      params: Object.fromEntries(new URLSearchParams(request.body.toString())),
    });
    return answer(request);
  };
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    routes: [
      { method: 'POST', path: '/*', handle },
      { method: 'GET', path: '/*', handle },
    ],
  });
  closers.push(() => server.close());
  return { url: server.url, received };
}

/** Waits until `condition` holds; the test's own time-out ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
