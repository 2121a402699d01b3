import { expect, test } from 'vitest';
import { openApi } from './books.ts';
import { FROM } from './network.ts';

test('numbers to buy are found by where they are', async () => {
  const { client } = await openApi();
  const local = client.availablePhoneNumbers('US').local;
  const [number] = await local.list({ areaCode: 415, limit: 1 });
  expect(number).toMatchObject({
    phoneNumber: '+14155550100',
    friendlyName: '(415) 555-0100',
    locality: 'San Francisco',
    region: 'CA',
    lata: '722',
    rateCenter: 'SNFC CNTRL',
    postalCode: '94102',
    isoCountry: 'US',
    latitude: 37.7749,
    longitude: -122.4194,
    addressRequirements: 'none',
    beta: false,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
  });
  const regions = async (filter: Parameters<typeof local.list>[0]) => [
    ...new Set((await local.list({ ...filter, pageSize: 1000 })).map(({ locality }) => locality)),
  ];
  expect(await regions({ inRegion: 'CA' })).toEqual(['San Francisco', 'Oakland']);
  expect(await regions({ inLata: '722' })).toEqual(['San Francisco', 'Oakland']);
  expect(await regions({ inRateCenter: 'oakld mn-pd' })).toEqual([]);
  expect(await regions({ inRateCenter: 'okld mn-pd' })).toEqual(['Oakland']);
  expect(await regions({ inLocality: 'Chicago', inPostalCode: '60601' })).toEqual(['Chicago']);
  expect(await regions({ inRegion: 'TX', areaCode: 415 })).toEqual([]);
});

test('numbers to buy are found near a number or a place, the nearest first', async () => {
  const { client } = await openApi();
  const local = client.availablePhoneNumbers('US').local;
  const places = async (filter: Parameters<typeof local.list>[0]) => [
    ...new Set((await local.list({ ...filter, pageSize: 1000 })).map(({ locality }) => locality)),
  ];
  expect(await places({ nearNumber: '+15105550199' })).toEqual(['Oakland', 'San Francisco']);
  expect(await places({ nearNumber: '+15105550199', distance: 5 })).toEqual(['Oakland']);
  expect(await places({ nearLatLong: '37.77,-122.42', distance: 5 })).toEqual(['San Francisco']);
  expect(await places({ nearLatLong: '39.5,-76.9', distance: 500, inRegion: 'DC' })).toEqual(['Washington']);
  expect(await places({ nearNumber: '+34666555777' })).toEqual([]);
  await expect(local.list({ nearLatLong: 'here' })).rejects.toMatchObject({ code: 20001 });
});

test('numbers to buy are found by their digits, and by words on their keys', async () => {
  const { client } = await openApi();
  const found = async (contains: string) =>
    (await client.availablePhoneNumbers('US').local.list({ contains, pageSize: 1000 })).map((one) => one.phoneNumber);
  expect(await found('55501*7')).toHaveLength(100);
  expect(await found('415***0123')).toEqual(['+14155550123']);
  expect(await found('+1206')).toHaveLength(100);
  expect(await found('5550142')).toHaveLength(10);
  // J, K and L are on the 5.
  expect(await found('JKL0142')).toHaveLength(10);
  expect(await found('WOLF')).toEqual([]);
});

test('numbers to buy are found by what they can do', async () => {
  const { client } = await openApi();
  const british = client.availablePhoneNumbers('GB');
  expect(await british.tollFree.list({ smsEnabled: true })).toEqual([]);
  expect(await british.tollFree.list({ smsEnabled: false, voiceEnabled: true })).toHaveLength(30);
  expect(await british.mobile.list({ mmsEnabled: true })).toEqual([]);
  expect((await british.mobile.list({ limit: 1 }))[0]?.phoneNumber).toBe('+447700900000');
  expect(await client.availablePhoneNumbers('US').local.list({ faxEnabled: true })).toEqual([]);
  expect((await client.availablePhoneNumbers('US').tollFree.list({ areaCode: 888, limit: 1 }))[0]?.phoneNumber).toBe(
    '+18885550100',
  );
});

test('the countries say which types of numbers they have', async () => {
  const { client } = await openApi();
  const countries = await client.availablePhoneNumbers.list();
  expect(countries.map(({ countryCode }) => countryCode)).toEqual(['US', 'CA', 'GB']);
  const { country, subresourceUris } = await client.availablePhoneNumbers('GB').fetch();
  expect(country).toBe('United Kingdom');
  expect(Object.keys(subresourceUris)).toEqual(['local', 'toll_free', 'mobile']);
  await expect(client.availablePhoneNumbers('ES').fetch()).rejects.toMatchObject({ code: 20404 });
  await expect(client.availablePhoneNumbers('US').mobile.list()).rejects.toMatchObject({ code: 20404 });
  await expect(client.availablePhoneNumbers('US').local.list({ areaCode: 12 })).rejects.toMatchObject({ code: 21451 });
});

test('a number that is bought is not to be had any more, until it is given back', async () => {
  const { client } = await openApi();
  const first = async () =>
    (await client.availablePhoneNumbers('US').local.list({ areaCode: 206, limit: 1 }))[0]?.phoneNumber ?? '';
  const phoneNumber = await first();
  const { sid } = await client.incomingPhoneNumbers.create({ phoneNumber });
  expect(await first()).not.toBe(phoneNumber);
  await expect(client.incomingPhoneNumbers.create({ phoneNumber })).rejects.toMatchObject({ code: 21422 });
  expect(await client.incomingPhoneNumbers.create({ areaCode: '206' })).toMatchObject({ phoneNumber: '+12065550101' });
  expect(await client.incomingPhoneNumbers(sid).remove()).toBe(true);
  expect(await first()).toBe(phoneNumber);
});

test('a number says what is done when it is called or written to, and that can be changed', async () => {
  const { client, books } = await openApi();
  const number = await client.incomingPhoneNumbers.create({
    phoneNumber: FROM,
    friendlyName: 'Desk',
    voiceUrl: 'http://127.0.0.1/voice',
    voiceMethod: 'GET',
    smsUrl: 'http://127.0.0.1/sms',
    statusCallback: 'http://127.0.0.1/status',
  });
  expect(number).toMatchObject({
    friendlyName: 'Desk',
    voiceUrl: 'http://127.0.0.1/voice',
    voiceMethod: 'GET',
    smsUrl: 'http://127.0.0.1/sms',
    smsMethod: 'POST',
    statusCallback: 'http://127.0.0.1/status',
    type: 'local',
  });
  const changed = await client.incomingPhoneNumbers(number.sid).update({ voiceMethod: 'POST', smsUrl: '' });
  expect(changed).toMatchObject({ voiceUrl: 'http://127.0.0.1/voice', voiceMethod: 'POST', smsUrl: '' });
  expect(await client.incomingPhoneNumbers(number.sid).fetch()).toMatchObject({ smsUrl: '', friendlyName: 'Desk' });
  expect(books.numbers.find(number.sid)).toMatchObject({
    sms: null,
    voice: { url: 'http://127.0.0.1/voice', method: 'POST' },
  });
});

test('numbers are found by a part of them, by name and by type', async () => {
  const { client } = await openApi();
  for (const phoneNumber of ['+12125550123', '+18005550123', '+447700900123']) {
    await client.incomingPhoneNumbers.create({ phoneNumber, friendlyName: phoneNumber });
  }
  const numbers = (found: readonly { phoneNumber: string }[]) => found.map(({ phoneNumber }) => phoneNumber);
  const all = client.incomingPhoneNumbers;
  expect(numbers(await all.list({ phoneNumber: '555' }))).toEqual(['+18005550123', '+12125550123']);
  expect(numbers(await all.list({ phoneNumber: '+1212*******' }))).toEqual(['+12125550123']);
  expect(numbers(await all.list({ friendlyName: '+447700900123' }))).toEqual(['+447700900123']);
  expect(numbers(await all.local.list())).toEqual(['+12125550123']);
  expect(numbers(await all.tollFree.list())).toEqual(['+18005550123']);
  expect(numbers(await all.mobile.list())).toEqual(['+447700900123']);
  expect(numbers(await all.list({ pageSize: 1 }))).toHaveLength(3);
  const { sid } = await all.tollFree.create({ phoneNumber: '+18885550100' });
  expect(await all(sid).fetch()).toMatchObject({ type: 'tollfree' });
  await expect(all.local.create({ phoneNumber: '+18885550101' })).rejects.toMatchObject({ code: 21458 });
});

test('a number goes to an account of the same owner', async () => {
  const { client } = await openApi();
  const { sid } = await client.incomingPhoneNumbers.create({ phoneNumber: FROM });
  const sub = await client.api.v2010.accounts.create();
  await expect(client.incomingPhoneNumbers(sid).update({ accountSid: 'AC0' })).rejects.toMatchObject({ code: 21470 });
  await client.incomingPhoneNumbers(sid).update({ accountSid: sub.sid });
  expect(await client.incomingPhoneNumbers.list()).toEqual([]);
  expect(await client.api.v2010.accounts(sub.sid).incomingPhoneNumbers.list()).toHaveLength(1);
});

test.each([
  ['the magic number that is taken', { phoneNumber: '+15005550000' }, 21422],
  ['the magic number that is invalid', { phoneNumber: '+15005550001' }, 21421],
  ['the magic area that has none', { areaCode: '533' }, 21452],
  ['an area that has none here', { areaCode: '907' }, 21452],
  ['an area that is none', { areaCode: '12' }, 21451],
  ['a number that is none', { phoneNumber: '12' }, 21421],
  ['neither a number nor an area', {}, 21421],
  ['an address that is no URL', { areaCode: '212', voiceUrl: 'nonsense' }, 21402],
  ['a method that is none', { areaCode: '212', smsMethod: 'PUT' }, 21403],
  ['a name that is too long', { areaCode: '212', friendlyName: 'x'.repeat(65) }, 20002],
])('buying %s is refused with its code', async (_what, parameters, code) => {
  const { client } = await openApi();
  await expect(client.incomingPhoneNumbers.create(parameters)).rejects.toMatchObject({ status: 400, code });
  expect(await client.incomingPhoneNumbers.list()).toEqual([]);
});

test('the magic number that can be bought can be bought again, and is that of the magic area', async () => {
  const { client } = await openApi();
  for (const parameters of [{ phoneNumber: '+15005550006' }, { phoneNumber: '+15005550006' }, { areaCode: '500' }]) {
    expect(await client.incomingPhoneNumbers.create(parameters)).toMatchObject({ phoneNumber: '+15005550006' });
  }
});
