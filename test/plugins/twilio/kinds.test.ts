import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { camelCased } from '../../../src/plugins/twilio/camel-case.ts';
import { KIND_NAMES, KINDS, type KindName } from '../../../src/plugins/twilio/kinds.ts';
import type { Json } from '../../../src/schema/schema.ts';
import { optionsOf } from './sdk-options.ts';

/** Where the SDK declares a kind, and what of its options is left out of the table, or is added to it, on purpose. */
const DECLARED: Readonly<Record<KindName, { file: string; list: string; one?: string; added?: readonly string[] }>> = {
  messages: { file: 'account/message', list: 'Message', one: 'Message' },
  calls: { file: 'account/call', list: 'Call', one: 'Call' },
  available_phone_numbers: {
    file: 'account/availablePhoneNumberCountry/local',
    list: 'Local',
    // Parts of the path.
    added: ['country', 'type'],
  },
  incoming_phone_numbers: {
    file: 'account/incomingPhoneNumber',
    list: 'IncomingPhoneNumber',
    one: 'IncomingPhoneNumber',
  },
  accounts: { file: 'account', list: 'Account', one: 'Account' },
  recordings: { file: 'account/recording', list: 'Recording' },
  // A part of the path.
  transcriptions: { file: 'account/transcription', list: 'Transcription', added: ['recordingSid'] },
  conferences: { file: 'account/conference', list: 'Conference', one: 'Conference' },
  participants: { file: 'account/conference/participant', list: 'Participant', one: 'Participant' },
  notifications: { file: 'account/notification', list: 'Notification' },
};

/** Of every page, and how it is asked for. */
const PAGING = ['pageSize', 'pageNumber', 'pageToken'];

/** Status callbacks of calls are the host's own; a version of the API other than this one means nothing here; a number is bought by number. */
const LEFT_OUT = ['apiVersion', 'areaCode'];
const CALL_CALLBACKS = ['statusCallback', 'statusCallbackMethod'];

function names(values: object | undefined): readonly string[] {
  return Object.keys(
    camelCased(Object.fromEntries(Object.keys(values ?? {}).map((name): [string, Json] => [name, null]))),
  );
}

test.each(KIND_NAMES)('has every filter of the list of %s that the SDK has', (name) => {
  const { file, list, added = [] } = DECLARED[name];
  const filters = optionsOf(file, `${list}ListInstancePageOptions`).filter((option) => !PAGING.includes(option));
  expect(names(KINDS[name].filters).toSorted()).toEqual([...filters, ...added].toSorted());
});

test.each(KIND_NAMES.filter((name) => KINDS[name].update))(
  'has every setting of %s that the SDK can change',
  (name) => {
    const { file, one = '' } = DECLARED[name];
    const left = name === 'calls' ? [...LEFT_OUT, ...CALL_CALLBACKS] : LEFT_OUT;
    const settings = optionsOf(file, `${one}ContextUpdateOptions`).filter((option) => !left.includes(option));
    expect(names(KINDS[name].update).toSorted()).toEqual(settings.toSorted());
  },
);

test.each(KIND_NAMES.filter((name) => KINDS[name].create))(
  'has every setting of %s that the SDK can create',
  (name) => {
    const { file, one = '' } = DECLARED[name];
    const settings = optionsOf(file, `${one}ListInstanceCreateOptions`).filter((option) => !LEFT_OUT.includes(option));
    expect(names(KINDS[name].create).toSorted()).toEqual(settings.toSorted());
  },
);

test.each(['list', 'fetch', 'create', 'update', 'delete'])('names all kinds in the schema of twilio_%s', (verb) => {
  const schema = JSON.parse(readFileSync(new URL(`../../../schemas/op/twilio_${verb}.json`, import.meta.url), 'utf8'));
  expect(schema.arguments.properties.of.enum).toEqual(KIND_NAMES);
});

test('tells no token of an account', () => {
  expect(Object.keys(KINDS.accounts.fields)).not.toContain('auth_token');
});
