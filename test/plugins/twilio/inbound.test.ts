import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/http/http.ts';
import { readDigits, readReceived } from '../../../src/plugins/twilio/inbound.ts';
import { TOKEN } from './sending.ts';

const HOST = 'https://ringbook.example.com';

/** A form that Twilio signed, and the address that it went to. */
function posted(target: string, form: Record<string, string>, token = TOKEN): readonly [HttpRequest, string] {
  const url = `${HOST}${target}`;
  const headers = { 'x-twilio-signature': getExpectedTwilioSignature(token, url, form) };
  const body = Buffer.from(new URLSearchParams(form).toString());
  return [{ method: 'POST', target, params: {}, query: new URLSearchParams(), headers, body }, url];
}

const PRESSED = { CallSid: 'CA1', Digits: '12#', To: '+12025550123' };

test('reads keys from a form, and from a query where the question is asked with GET', () => {
  expect(readDigits(TOKEN, ...posted('/hooks/a/digits/1', PRESSED))).toEqual({ digits: '12#', providerId: 'CA1' });
  const target = '/hooks/a/digits/1?CallSid=CA1&Digits=3';
  const headers = { 'x-twilio-signature': getExpectedTwilioSignature(TOKEN, `${HOST}${target}`, {}) };
  const query = new URL(`${HOST}${target}`).searchParams;
  const request = { method: 'GET', target, params: {}, query, headers, body: Buffer.from('') };
  expect(readDigits(TOKEN, request, `${HOST}${target}`)).toEqual({ digits: '3', providerId: 'CA1' });
});

test.each([
  ['no keys', { CallSid: 'CA1' }],
  ['no call', { Digits: '1' }],
  ['what no phone has', { CallSid: 'CA1', Digits: '1<script>' }],
  ['more keys than anybody presses', { CallSid: 'CA1', Digits: '1'.repeat(101) }],
])('passes over a request with %s', (_, form) => {
  expect(readDigits(TOKEN, ...posted('/hooks/a/digits/1', form))).toBeNull();
});

test('reads a message, and of its media as many as it can have', () => {
  const form = {
    MessageSid: 'SM1',
    From: '+12025550123',
    To: '+34666555777',
    NumMedia: '99',
    MediaUrl0: 'https://example.com/a',
  };
  expect(readReceived(TOKEN, ...posted('/inbound/phone', form))).toEqual({
    providerId: 'SM1',
    from: '+12025550123',
    to: '+34666555777',
    text: '',
    media: ['https://example.com/a'],
  });
  expect(readReceived(TOKEN, ...posted('/inbound/phone', { MessageSid: 'SM1' }))).toBeNull();
});

test('refuses both where another signed', () => {
  const refused = { refused: 'its signature is not one of the account' };
  expect(readDigits(TOKEN, ...posted('/hooks/a/digits/1', PRESSED, 'not the token'))).toEqual(refused);
  expect(readReceived(TOKEN, ...posted('/inbound/phone', PRESSED, 'not the token'))).toEqual(refused);
});
