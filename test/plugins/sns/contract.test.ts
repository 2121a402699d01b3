import { afterAll } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { providerContract } from '../../../src/testing/provider.ts';
import { newProvider, SECRETS, SMS } from './sending.ts';
import { errors, wire } from './wire.ts';

const http = newHttpClient();
afterAll(() => http.close());

providerContract('of a SnsConfig', {
  newProvider: (endpoint) => newProvider(http, { endpoint }),
  secrets: SECRETS,
  drafts: [SMS],
  wire,
  errors,
  takenAs: 'untracked',
  looks: [],
  checks: [],
});
