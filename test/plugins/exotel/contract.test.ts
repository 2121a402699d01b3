import { afterAll } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { providerContract } from '../../../src/testing/provider.ts';
import { callbacks } from './callbacks.ts';
import { errors } from './errors.ts';
import { CONNECT, KEY, newProvider, SMS, TOKEN } from './sending.ts';
import { wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

providerContract('of an ExotelConfig', {
  newProvider: (baseUrl) => newProvider(http, { baseUrl }),
  secrets: [KEY, TOKEN, btoa(`${KEY}:${TOKEN}`)],
  drafts: [SMS, CONNECT],
  wire,
  errors,
  callbacks,
  looks: ['call'],
  checks: ['sms', 'call'],
});
