import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, fill, messagesPage, openApi } from './books.ts';
import { FROM, TO } from './network.ts';

const sdk = join(createRequire(import.meta.url).resolve('twilio'), '../rest/api/v2010');

/** The names that the SDK reads of a resource: its interface `<name>Resource` in a file of its types. */
function fieldsOf(file: string, name: string): readonly string[] {
  const types = readFileSync(join(sdk, `${file}.d.ts`), 'utf8');
  const body = new RegExp(`interface ${name}Resource \\{([^}]*)\\}`).exec(types)?.[1] ?? '';
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map((match) => match[1] ?? '');
}

test('every resource has every field that the official SDK declares, when it is fetched and in its list', async () => {
  const { url, network, client } = await openApi();
  const { call, conference, recording, transcription, participant, notification } = fill(network);
  const sms = await client.messages.create({ to: TO, from: FROM, body: 'x', mediaUrl: ['http://127.0.0.1/a.png'] });
  const [media] = await client.messages(sms.sid).media.list();
  const number = await client.incomingPhoneNumbers.create({ areaCode: '212' });
  await client.incomingPhoneNumbers.create({ phoneNumber: '+18005550123' });
  await client.incomingPhoneNumbers.create({ phoneNumber: '+447700900123' });

  const main = `Accounts/${network.accountSid}`;
  const read = async (path: string): Promise<Record<string, unknown>> => {
    const response = await ask(client, `${url}/2010-04-01/${path}.json`);
    expect(`${path} ${response.status}`).toBe(`${path} 200`);
    return JSON.parse(await response.text());
  };
  const first = async (path: string, key: string): Promise<unknown> => {
    const entries = (await read(path))[key];
    return Array.isArray(entries) ? entries[0] : undefined;
  };

  const resources: [file: string, name: string, list: string, key: string, sid?: string | undefined][] = [
    ['account', 'Account', 'Accounts', 'accounts', network.accountSid],
    ['account/message', 'Message', `${main}/Messages`, 'messages', sms.sid],
    ['account/message/media', 'Media', `${main}/Messages/${sms.sid}/Media`, 'media_list', media?.sid],
    ['account/call', 'Call', `${main}/Calls`, 'calls', call.sid],
    ['account/call/recording', 'Recording', `${main}/Calls/${call.sid}/Recordings`, 'recordings', recording.sid],
    [
      'account/call/notification',
      'Notification',
      `${main}/Calls/${call.sid}/Notifications`,
      'notifications',
      notification.sid,
    ],
    [
      'account/incomingPhoneNumber',
      'IncomingPhoneNumber',
      `${main}/IncomingPhoneNumbers`,
      'incoming_phone_numbers',
      number.sid,
    ],
    ['account/incomingPhoneNumber/local', 'Local', `${main}/IncomingPhoneNumbers/Local`, 'incoming_phone_numbers'],
    [
      'account/incomingPhoneNumber/tollFree',
      'TollFree',
      `${main}/IncomingPhoneNumbers/TollFree`,
      'incoming_phone_numbers',
    ],
    ['account/incomingPhoneNumber/mobile', 'Mobile', `${main}/IncomingPhoneNumbers/Mobile`, 'incoming_phone_numbers'],
    [
      'account/availablePhoneNumberCountry',
      'AvailablePhoneNumberCountry',
      `${main}/AvailablePhoneNumbers`,
      'countries',
      'US',
    ],
    [
      'account/availablePhoneNumberCountry/local',
      'Local',
      `${main}/AvailablePhoneNumbers/US/Local`,
      'available_phone_numbers',
    ],
    [
      'account/availablePhoneNumberCountry/tollFree',
      'TollFree',
      `${main}/AvailablePhoneNumbers/CA/TollFree`,
      'available_phone_numbers',
    ],
    [
      'account/availablePhoneNumberCountry/mobile',
      'Mobile',
      `${main}/AvailablePhoneNumbers/GB/Mobile`,
      'available_phone_numbers',
    ],
    ['account/recording', 'Recording', `${main}/Recordings`, 'recordings', recording.sid],
    [
      'account/recording/transcription',
      'Transcription',
      `${main}/Recordings/${recording.sid}/Transcriptions`,
      'transcriptions',
      transcription.sid,
    ],
    ['account/transcription', 'Transcription', `${main}/Transcriptions`, 'transcriptions', transcription.sid],
    ['account/conference', 'Conference', `${main}/Conferences`, 'conferences', conference.sid],
    [
      'account/conference/participant',
      'Participant',
      `${main}/Conferences/${conference.sid}/Participants`,
      'participants',
      participant.sid,
    ],
    ['account/conference/recording', 'Recording', `${main}/Conferences/${conference.sid}/Recordings`, 'recordings'],
    ['account/notification', 'Notification', `${main}/Notifications`, 'notifications', notification.sid],
  ];
  for (const [file, name, list, key, sid] of resources) {
    const fields = fieldsOf(file, name);
    expect({ file, isRead: fields.length > 4 }).toEqual({ file, isRead: true });
    const shown = [await first(list, key), ...(sid === undefined ? [] : [await read(`${list}/${sid}`)])];
    for (const resource of shown) {
      const missing = fields.filter((field) => !Object.hasOwn(resource ?? {}, field));
      expect({ list, missing }).toEqual({ list, missing: [] });
    }
  }
});

test('a list names its pages as Twilio does', async () => {
  const { url, network, client } = await openApi();
  for (const body of ['1', '2', '3', '4', '5']) await client.messages.create({ to: TO, from: FROM, body });
  const path = `/2010-04-01/Accounts/${network.accountSid}/Messages.json`;
  const query = `?To=${encodeURIComponent(TO)}&PageSize=2&Page=1`;
  const page = await messagesPage(client, `${url}${path}${query}`);
  expect(page).toMatchObject({ start: 2, end: 3, page: 1, page_size: 2, uri: `${path}${query}` });
  expect(page.messages.map(({ body }) => body)).toEqual(['3', '2']);
  expect(page.first_page_uri).toBe(`${path}?To=%2B12025550123&PageSize=2&Page=0`);
  const last = await messagesPage(client, `${url}${page.next_page_uri}`);
  expect(last).toMatchObject({ messages: [{ body: '1' }], next_page_uri: null, start: 4, end: 4 });
  const before = await messagesPage(client, `${url}${page.previous_page_uri}`);
  expect(before).toMatchObject({ messages: [{ body: '5' }, { body: '4' }], previous_page_uri: null });
});
