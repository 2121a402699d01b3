import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/http/http.ts';
import { isGenuine, readCallback } from '../../../src/plugins/twilio/callback.ts';
import { TOKEN } from './sending.ts';

const URL_GIVEN = 'https://ringbook.example.com/hooks/attempt-1';

/** A callback that Twilio signed for `url`. */
function signed(form: Record<string, string>, url = URL_GIVEN, token = TOKEN): HttpRequest {
  return post(new URLSearchParams(form).toString(), getExpectedTwilioSignature(token, url, form));
}

function post(body: string, signature?: string): HttpRequest {
  const headers = { host: 'evil.example.com', 'x-forwarded-proto': 'http', 'x-twilio-signature': signature };
  const target = '/hooks/attempt-1';
  return { method: 'POST', target, params: {}, query: new URLSearchParams(), headers, body: Buffer.from(body) };
}

const VECTOR_URL = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const VECTOR_FORM = 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212';
const VECTOR_SIGNATURE = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

test("accepts the signature that Twilio's documentation gives as an example", () => {
  expect(isGenuine('12345', post(VECTOR_FORM, VECTOR_SIGNATURE), VECTOR_URL)).toBe(true);
});

test.each([
  ['another token', '12346', VECTOR_FORM, VECTOR_SIGNATURE, VECTOR_URL],
  ['another address', '12345', VECTOR_FORM, VECTOR_SIGNATURE, `${VECTOR_URL}3`],
  ['another value', '12345', VECTOR_FORM.replace('1234', '1235'), VECTOR_SIGNATURE, VECTOR_URL],
  ['one parameter more', '12345', `${VECTOR_FORM}&X=1`, VECTOR_SIGNATURE, VECTOR_URL],
  ['another signature', '12345', VECTOR_FORM, `A${VECTOR_SIGNATURE.slice(1)}`, VECTOR_URL],
  ['no signature', '12345', VECTOR_FORM, undefined, VECTOR_URL],
  ['no token to check with', '', VECTOR_FORM, VECTOR_SIGNATURE, VECTOR_URL],
])('refuses a callback with %s', (_, token, body, signature, url) => {
  expect(isGenuine(token, post(body, signature), url)).toBe(false);
});

test.each([
  ['http://127.0.0.1:8642/hooks/a', 'http://127.0.0.1:8642/hooks/a'],
  ['https://example.com:443/hooks/a', 'https://example.com/hooks/a'],
  ['https://example.com/hooks/a', 'https://example.com:443/hooks/a'],
  ['https://example.com/hooks/a', 'https://example.com/hooks/a#top'],
])('accepts what was signed for %s where %s was given', (signedFor, given) => {
  expect(isGenuine(TOKEN, signed({ CallSid: 'CA1' }, signedFor), given)).toBe(true);
});

test('accepts the fetch of a script by GET, which has no form', () => {
  const url = `${URL_GIVEN}/script`;
  expect(isGenuine(TOKEN, { ...post('', getExpectedTwilioSignature(TOKEN, url, {})), method: 'GET' }, url)).toBe(true);
});

test('refuses to read a callback that it cannot prove genuine', () => {
  const forged = signed({ MessageSid: 'SM1', MessageStatus: 'delivered' }, URL_GIVEN, 'not the token');
  expect(readCallback(TOKEN, forged, URL_GIVEN)).toEqual({ refused: 'its signature is not one of the account' });
});

test.each([
  ['accepted', 'accepted'],
  ['scheduled', 'accepted'],
  ['queued', 'accepted'],
  ['sending', 'accepted'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
])('reads the message status %s as %s', (status, state) => {
  const report = readCallback(TOKEN, signed({ MessageSid: 'SM1', MessageStatus: status }), URL_GIVEN);
  expect(report).toEqual({ state, providerId: 'SM1' });
});

test.each([
  ['queued', 'accepted'],
  ['initiated', 'accepted'],
  ['ringing', 'ringing'],
  ['in-progress', 'in-progress'],
  ['completed', 'completed'],
  ['busy', 'busy'],
  ['no-answer', 'no-answer'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
])('reads the call status %s as %s', (status, state) => {
  expect(readCallback(TOKEN, signed({ CallSid: 'CA1', CallStatus: status }), URL_GIVEN)).toEqual({
    state,
    providerId: 'CA1',
  });
});

test.each([
  { MessageSid: 'SM1', MessageStatus: 'teleported' },
  { MessageSid: 'SM1', MessageStatus: 'constructor' },
  { CallSid: 'CA1', CallStatus: 'delivered' },
  { CallSid: 'CA1' },
  { MessageStatus: 'delivered' },
])('passes over %o, which says nothing that is known', (form) => {
  expect(readCallback(TOKEN, signed(form), URL_GIVEN)).toBeNull();
});

test.each([
  ['30003', 'Twilio reports 30003: the handset is switched off or cannot be reached'],
  ['39999', 'Twilio reports 39999'],
  ['+34777666555', 'Twilio reports an unknown code'],
])('says what the error code %s means', (code, error) => {
  const form = { MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: code, NewParameter: 'of next year' };
  expect(readCallback(TOKEN, signed(form), URL_GIVEN)).toEqual({ state: 'undelivered', providerId: 'SM1', error });
});
