/** Requests as they come to `POST /events`. */
import type { HttpRequest } from '../../src/http/http.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** What is answered, its body parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly problems?: readonly { code: string; message: string; path?: string; help?: string }[];
    readonly error?: string;
    readonly runs?: readonly string[];
  };
}

export function request(headers: Headers, body: string | Buffer): HttpRequest {
  const target = '/events';
  return { method: 'POST', target, params: {}, query: new URLSearchParams(), headers, body: Buffer.from(body) };
}

/** A whole event as body: one that is in order, with `attributes` in place of its own. */
export function structured(attributes: object): [Headers, string] {
  const event = {
    specversion: '1.0',
    id: 'e1',
    source: '/a',
    type: 'new-user',
    time: '2026-11-21T00:00:00Z',
    data: {},
  };
  return [{ 'content-type': 'application/cloudevents+json' }, JSON.stringify({ ...event, ...attributes })];
}

/** The data as body, the attributes in headers. */
export function binary({ headers, body }: { headers: Headers; body: unknown }): [Headers, string] {
  const attributes = { 'ce-specversion': '1.0', 'ce-id': 'e1', 'ce-source': '/a', 'ce-type': 'new-user' };
  const time = { 'ce-time': '2026-11-21T00:00:00Z', 'content-type': 'application/json' };
  return [{ ...attributes, ...time, ...headers }, JSON.stringify(body)];
}
