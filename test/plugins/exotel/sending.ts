/** What tests send with: a resource of the account `rajnikanth`, its provider, and drafts. */
import type { HttpClient } from '../../../src/http/http.ts';
import type { Draft, Provider } from '../../../src/message/message.ts';
import { makeExotelProvider } from '../../../src/plugins/exotel/provider.ts';
import { type Resource, Secret } from '../../../src/resource/resource.ts';
import type { Json } from '../../../src/schema/schema.ts';

export const SID = 'rajnikanth';
export const KEY = 'the-key-of-the-account';
export const TOKEN = 'the-token-of-the-account';

export const SMS: Draft = {
  channel: 'sms',
  resource: 'india',
  to: '+919876543210',
  from: '+918088919888',
  content: { kind: 'text', text: 'Hello from Ringbook, 50% & more + "that"' },
};

export const CONNECT: Draft = {
  channel: 'call',
  resource: 'india',
  to: '+919876543210',
  from: '+918088919888',
  content: { kind: 'connect', second: '+919988776655' },
};

export const FLOW: Draft = { ...CONNECT, content: { kind: 'flow', flow: '12345' } };

export function newProvider(http: HttpClient, settings: Readonly<Record<string, Json>> = {}): Provider {
  const resource: Resource = {
    mid: 'india',
    class: 'ExotelConfig',
    settings: { sid: SID, region: 'singapore', ...settings },
    secrets: { apiKey: new Secret(KEY), apiToken: new Secret(TOKEN) },
  };
  return makeExotelProvider(resource, { http, log: () => undefined });
}
