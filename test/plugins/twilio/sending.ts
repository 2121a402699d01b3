/** What tests send with: a resource of the account `SID`, its provider, and drafts. */
import type { HttpClient } from '../../../src/http/http.ts';
import type { Draft, Outcome, Provider, SendRequest } from '../../../src/message/message.ts';
import { makeTwilioProvider } from '../../../src/plugins/twilio/provider.ts';
import { type Resource, Secret } from '../../../src/resource/resource.ts';
import type { Json } from '../../../src/schema/schema.ts';

export const SID = 'AC00000000000000000000000000000001';
export const TOKEN = 'the-token-of-the-account';

export const SMS: Draft = {
  channel: 'sms',
  resource: 'phone',
  to: '+34777666555',
  from: '+34666555777',
  content: { kind: 'text', text: 'Hello' },
};

export const CALL: Draft = {
  channel: 'call',
  resource: 'phone',
  to: '+34777666555',
  from: '+34666555777',
  content: { kind: 'script', script: '<Response/>' },
};

export const CONNECT: Draft = { ...CALL, content: { kind: 'connect', second: '+34600000001' } };

export const FLOW: Draft = { ...CALL, content: { kind: 'flow', flow: 'AP0123456789abcdef0123456789abcdef' } };

export function newResource(settings: Readonly<Record<string, Json>> = {}, token = TOKEN): Resource {
  const secrets = { authToken: new Secret(token) };
  return { mid: 'phone', class: 'TwilioConfig', settings: { userSid: SID, ...settings }, secrets };
}

export function newProvider(http: HttpClient, settings?: Readonly<Record<string, Json>>, token?: string): Provider {
  return makeTwilioProvider(newResource(settings, token), { http, log: () => undefined });
}

export function send(provider: Provider, draft: Draft, more: Partial<SendRequest> = {}): Promise<Outcome> {
  const attempt = { id: 'attempt-1', messageId: 'message-1', number: 1, beganAt: 0 };
  return provider.send({ attempt, draft, signal: new AbortController().signal, ...more });
}

/** A client that waits no longer than a test does. */
export function impatient(http: HttpClient, timeoutMs: number): HttpClient {
  return { request: (request) => http.request({ ...request, timeoutMs }), close: () => http.close() };
}
