import type { Draft, Provider } from 'ringbook/plugin';
import { Secret } from 'ringbook/plugin';
import { newHttpClient, providerContract } from 'ringbook/testing';
import { afterAll } from 'vitest';
import { makePigeonProvider } from './provider.ts';
import { errors, wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

const TOKEN = 'the-token-of-the-loft';
const SMS: Draft = {
  channel: 'sms',
  resource: 'pigeon',
  to: '+12025550123',
  from: '+12025550199',
  content: { kind: 'text', text: 'Coo, said the pigeon: "äöü"' },
};

function newProvider(url: string): Provider {
  const resource = { mid: 'pigeon', class: 'PigeonConfig', settings: { url }, secrets: { token: new Secret(TOKEN) } };
  return makePigeonProvider(resource, { http, log: () => undefined });
}

providerContract('of a PigeonConfig', {
  newProvider,
  secrets: [TOKEN],
  drafts: [SMS],
  wire,
  errors,
  states: { sms: { waiting: 'accepted', flying: 'sent', landed: 'delivered', lost: 'undelivered' } },
  looks: ['sms'],
  checks: ['sms'],
});
