import twilio from 'twilio';
import { expect, test } from 'vitest';
import { FROM, finished, openSandbox, TO } from './network.ts';

test('a message is created with the fields that Twilio gives', async () => {
  const { sandbox, client } = await openSandbox(1_000);
  const message = await client.messages.create({ to: TO, from: FROM, body: 'Hello' });
  expect(message.sid).toMatch(/^SM[0-9a-f]{32}$/);
  expect(message).toMatchObject({
    accountSid: sandbox.accountSid,
    apiVersion: '2010-04-01',
    body: 'Hello',
    dateSent: null,
    direction: 'outbound-api',
    errorCode: null,
    errorMessage: null,
    from: FROM,
    messagingServiceSid: null,
    numMedia: '0',
    numSegments: '1',
    status: 'queued',
    subresourceUris: { media: `/2010-04-01/Accounts/${sandbox.accountSid}/Messages/${message.sid}/Media.json` },
    to: TO,
    uri: `/2010-04-01/Accounts/${sandbox.accountSid}/Messages/${message.sid}.json`,
  });
  expect(Math.abs(message.dateCreated.getTime() - Date.now())).toBeLessThan(5_000);
});

test('a message that is fetched later is delivered and says when it was sent', async () => {
  const { sandbox, client } = await openSandbox();
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'Hello' });
  await finished(sandbox, sid);
  const message = await client.messages(sid).fetch();
  expect(message).toMatchObject({ sid, status: 'delivered', body: 'Hello' });
  expect(message.dateSent).toBeInstanceOf(Date);
});

test('a call is created with the fields that Twilio gives', async () => {
  const { sandbox, client } = await openSandbox(1_000);
  const call = await client.calls.create({ to: TO, from: FROM, twiml: '<Response><Say>Hello</Say></Response>' });
  expect(call.sid).toMatch(/^CA[0-9a-f]{32}$/);
  expect(call).toMatchObject({
    accountSid: sandbox.accountSid,
    apiVersion: '2010-04-01',
    direction: 'outbound-api',
    duration: null,
    from: FROM,
    fromFormatted: FROM,
    queueTime: '0',
    startTime: null,
    status: 'queued',
    to: TO,
    uri: `/2010-04-01/Accounts/${sandbox.accountSid}/Calls/${call.sid}.json`,
  });
  expect(call.subresourceUris.recordings).toBe(
    `/2010-04-01/Accounts/${sandbox.accountSid}/Calls/${call.sid}/Recordings.json`,
  );
});

test('a call that is fetched later is completed and says how long it took', async () => {
  const { sandbox, client } = await openSandbox();
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml: '<Response><Say>Hello</Say></Response>' });
  await finished(sandbox, sid);
  const call = await client.calls(sid).fetch();
  expect(call).toMatchObject({ sid, status: 'completed', duration: '1' });
  expect(call.startTime).toBeInstanceOf(Date);
  expect(call.endTime).toBeInstanceOf(Date);
});

test('messages are listed newest first, by number, and page after page', async () => {
  const { client } = await openSandbox();
  for (const body of ['1', '2', '3', '4', '5']) await client.messages.create({ to: TO, from: FROM, body });
  await client.messages.create({ to: '+34777666555', from: FROM, body: 'to another' });
  const all = await client.messages.list({ to: TO, from: FROM });
  expect(all.map(({ body }) => body)).toEqual(['5', '4', '3', '2', '1']);
  const paged = await client.messages.list({ to: TO, pageSize: 2 });
  expect(paged.map(({ body }) => body)).toEqual(['5', '4', '3', '2', '1']);
  expect(await client.messages.list({ from: TO })).toEqual([]);
});

test('calls are listed newest first, by number and by state', async () => {
  const { sandbox, client } = await openSandbox();
  const twiml = '<Response/>';
  const first = await client.calls.create({ to: TO, from: FROM, twiml });
  const second = await client.calls.create({ to: TO, from: FROM, twiml });
  await client.calls.create({ to: '+34777666555', from: FROM, twiml });
  expect((await client.calls.list({ to: TO })).map(({ sid }) => sid)).toEqual([second.sid, first.sid]);
  await finished(sandbox, second.sid);
  expect(await client.calls.list({ to: TO, status: 'completed' })).toHaveLength(2);
  expect(await client.calls.list({ to: TO, status: 'busy' })).toEqual([]);
});

test('long texts are counted in parts as they are paid for', async () => {
  const { client } = await openSandbox(1_000);
  const parts = async (body: string) => (await client.messages.create({ to: TO, from: FROM, body })).numSegments;
  expect(await parts('a'.repeat(160))).toBe('1');
  expect(await parts('a'.repeat(161))).toBe('2');
  expect(await parts('€'.repeat(81))).toBe('2');
  expect(await parts('ř'.repeat(70))).toBe('1');
  expect(await parts('😀'.repeat(36))).toBe('2');
});

test('wrong credentials are refused with 20003, and what does not exist with 20404', async () => {
  const { sandbox, client } = await openSandbox();
  const stranger = twilio(sandbox.accountSid, 'wrong');
  stranger.api.baseUrl = sandbox.url;
  await expect(stranger.messages.list()).rejects.toMatchObject({ status: 401, code: 20003, message: 'Authenticate' });
  const notFound = { status: 404, code: 20404, moreInfo: 'https://www.twilio.com/docs/errors/20404' };
  await expect(client.messages('SM0').fetch()).rejects.toMatchObject(notFound);
  await expect(client.calls('CA0').fetch()).rejects.toMatchObject(notFound);
  await expect(client.api.v2010.accounts('AC0').messages.list()).rejects.toMatchObject(notFound);
});

const message = { to: TO, from: FROM, body: 'Hello' };
test.each([
  ['no To', { ...message, to: '' }, 21604],
  ['a To that is no number', { ...message, to: '2025550123' }, 21211],
  ['no From', { ...message, from: '' }, 21603],
  ['a From that is no sender', { ...message, from: '+1' }, 21212],
  ['no body', { ...message, body: '' }, 21602],
  ['a body over 1600 characters', { ...message, body: 'x'.repeat(1601) }, 21617],
  ['a callback that is no URL', { ...message, statusCallback: 'nonsense' }, 21609],
  ['a callback on a host with an underscore', { ...message, statusCallback: 'http://a_b.example/' }, 21609],
])('a message with %s is refused with its code', async (_what, parameters, code) => {
  const { sandbox, client } = await openSandbox();
  await expect(client.messages.create(parameters)).rejects.toMatchObject({ status: 400, code });
  expect(sandbox.phones.entries()).toEqual([]);
});

const call = { to: TO, from: FROM, twiml: '<Response/>' };
test.each([
  ['no To', { ...call, to: '' }, 21201],
  ['a To that is no number', { ...call, to: '12' }, 21211],
  ['no From', { ...call, from: '' }, 21213],
  ['a From that is no number', { ...call, from: 'Ringbook' }, 21212],
  ['no script', { to: TO, from: FROM }, 21205],
  ['a script address that is no URL', { to: TO, from: FROM, url: 'nonsense' }, 21205],
  ['a script over 4000 characters', { ...call, twiml: `<Response><Say>${'x'.repeat(4000)}</Say></Response>` }, 32018],
  ['a callback that is no URL', { ...call, statusCallback: 'nonsense' }, 21609],
])('a call with %s is refused with its code', async (_what, parameters, code) => {
  const { sandbox, client } = await openSandbox();
  await expect(client.calls.create(parameters)).rejects.toMatchObject({ status: 400, code });
  expect(sandbox.phones.entries()).toEqual([]);
});

test('a sender may be a short code, a name, or a messaging service', async () => {
  const { client } = await openSandbox(1_000);
  for (const from of ['12345', 'Ringbook']) {
    expect(await client.messages.create({ to: TO, from, body: 'x' })).toMatchObject({ from });
  }
  const messagingServiceSid = 'MG0123456789abcdef0123456789abcdef';
  expect(await client.messages.create({ to: TO, messagingServiceSid, body: 'x' })).toMatchObject({
    from: null,
    messagingServiceSid,
  });
});
