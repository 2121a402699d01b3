import { afterAll } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { providerContract } from '../../../src/testing/provider.ts';
import { newProvider, PASSWORD, SMS } from './sending.ts';
import { errors, wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

providerContract('of an AtsConfig', {
  newProvider: (url) => newProvider(http, { url }),
  secrets: [PASSWORD],
  drafts: [SMS],
  wire,
  errors,
  states: {
    sms: { 21: 'accepted', 22: 'sent', 23: 'delivered', 24: 'undelivered', 25: 'untracked' },
  },
  looks: ['sms'],
  checks: ['sms'],
});
