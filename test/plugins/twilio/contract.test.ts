import { afterAll } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { providerContract } from '../../../src/testing/provider.ts';
import { CALL, CONNECT, newProvider, SMS, TOKEN } from './sending.ts';
import { callbacks, errors, wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

providerContract('of a TwilioConfig', {
  newProvider: (baseUrl) => newProvider(http, { baseUrl }),
  secrets: [TOKEN],
  drafts: [SMS, CALL, CONNECT],
  wire,
  errors,
  callbacks,
  looks: ['sms', 'call'],
  checks: ['sms', 'call'],
});
