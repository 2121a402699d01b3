import { afterAll } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { providerContract } from '../../../src/testing/provider.ts';
import { newProvider, PASSWORD, SMS } from './sending.ts';
import { errors, wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

const common = {
  secrets: [PASSWORD],
  drafts: [SMS],
  wire,
  errors,
  states: {
    sms: {
      0: 'delivered',
      1: 'undelivered',
      2: 'failed',
      3: 'undelivered',
      4: 'failed',
      5: 'failed',
      6: 'failed',
      7: 'failed',
      10: 'undelivered',
      11: 'accepted',
      12: 'accepted',
      13: 'accepted',
      14: 'accepted',
    },
  },
  looks: ['sms'],
  checks: ['sms'],
} as const;

providerContract('of a SmsOperatorConfig', { ...common, newProvider: (url) => newProvider(http, { url }) });
providerContract('of a SmsOperatorConfig that posts a form', {
  ...common,
  newProvider: (url) => newProvider(http, { url, post: 'form' }),
});
