import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { camelCased } from '../../../src/plugins/twilio/camel-case.ts';
import { CALL_OPTIONS, SMS_OPTIONS } from '../../../src/plugins/twilio/send-options.ts';
import { propertiesOf } from '../../../src/schema/schema.ts';
import { optionsOf } from './sdk-options.ts';

/** What the SDK takes with a call under another name here. */
const CALL_BY_OTHER_NAMES = {
  to: 'destination_number, destinationNumber',
  from: 'twilio_number, twilioNumber',
  twiml: 'template',
  url: 'response_url, responseUrl',
};

/** What the SDK takes with a call and the op leaves out on purpose. */
const CALL_LEFT_OUT = {
  statusCallback: "the host's own",
  statusCallbackEvent: "the host's own",
  statusCallbackMethod: "the host's own",
  recordingStatusCallback: "the host's own",
  recordingStatusCallbackEvent: "the host's own",
  recordingStatusCallbackMethod: "the host's own",
  asyncAmd:
    'its result would come by a callback of its own, after the script has begun; without it the result is there in time',
  asyncAmdStatusCallback: 'of asyncAmd',
  asyncAmdStatusCallbackMethod: 'of asyncAmd',
  applicationSid: 'the application would take the callbacks away from the host',
  sipAuthUsername: 'only numbers are called',
  sipAuthPassword: 'a secret, which would stand in the journal',
  callToken: 'belongs to an incoming call that is passed on, and none is taken here',
  passports: 'belong to an incoming call that is passed on, and none is taken here',
};

const SMS_BY_OTHER_NAMES = { to: 'to', from: 'from', messagingServiceSid: 'from: MG...', body: 'body' };

const SMS_LEFT_OUT = {
  statusCallback: "the host's own",
  applicationSid: 'the application would take the callbacks away from the host',
  scheduleType: '`wait` does it, outlives a restart, and can be called off',
  sendAt: '`wait` does it, outlives a restart, and can be called off',
  contentSid: 'words that are kept at Twilio cannot be checked, nor an unknown fate settled by them',
  contentVariables: 'of contentSid',
  persistentAction: 'of WhatsApp, and a recipient is a phone number',
  attempt: 'the host counts its attempts itself',
  maxPrice: 'obsolete: it has no effect any more',
  forceDelivery: 'reserved: it has no effect',
};

function camelCasedNames(names: readonly string[]): readonly string[] {
  return Object.keys(camelCased(Object.fromEntries(names.map((name) => [name, null]))));
}

test('takes with a call whatever the SDK does, but for what is left out on purpose', () => {
  const known = [...camelCasedNames(CALL_OPTIONS), ...Object.keys(CALL_BY_OTHER_NAMES), ...Object.keys(CALL_LEFT_OUT)];
  expect(known.toSorted()).toEqual(optionsOf('account/call', 'CallListInstanceCreateOptions').toSorted());
});

test('takes with a message whatever the SDK does, but for what is left out on purpose', () => {
  const own = camelCasedNames(Object.keys(propertiesOf(SMS_OPTIONS)));
  const known = [...own, ...Object.keys(SMS_BY_OTHER_NAMES), ...Object.keys(SMS_LEFT_OUT)];
  expect(known.toSorted()).toEqual(optionsOf('account/message', 'MessageListInstanceCreateOptions').toSorted());
});

test('has every option of a call in the schema of its op', () => {
  const schema = JSON.parse(readFileSync(new URL('../../../schemas/op/twilio_call.json', import.meta.url), 'utf8'));
  expect(Object.keys(schema.arguments.properties)).toEqual(expect.arrayContaining([...CALL_OPTIONS]));
});
