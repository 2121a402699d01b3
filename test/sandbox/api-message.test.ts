import { expect, test } from 'vitest';
import { messagesPage, openApi } from './books.ts';
import { FROM, finished, openSandbox, TO, until } from './network.ts';

const SERVICE = 'MG0123456789abcdef0123456789abcdef';
const MINUTE_MS = 60_000;

function inMinutes(minutes: number): Date {
  return new Date(Date.now() + minutes * MINUTE_MS);
}

test('each() goes over every page once, also where messages come while it reads', async () => {
  const { client } = await openApi();
  for (let count = 1; count <= 7; count++) await client.messages.create({ to: TO, from: FROM, body: String(count) });
  const bodies: string[] = [];
  const first = await client.messages.page({ pageSize: 3 });
  await client.messages.create({ to: TO, from: FROM, body: 'new' });
  const second = await first.nextPage();
  const third = await second?.nextPage();
  for (const page of [first, second, third]) bodies.push(...(page?.instances ?? []).map(({ body }) => body));
  expect(bodies).toEqual(['7', '6', '5', '4', '3', '2', '1']);
  expect(third?.nextPage()).toBeUndefined();
  const back = await third?.previousPage();
  expect(back?.instances.map(({ body }) => body)).toEqual(['4', '3', '2']);
  const each: string[] = [];
  await new Promise<void>((resolve, reject) => {
    client.messages.each({
      pageSize: 2,
      callback: ({ body }) => void each.push(body),
      done: (error?: Error) => (error ? reject(error) : resolve()),
    });
  });
  expect(each).toEqual(['new', '7', '6', '5', '4', '3', '2', '1']);
  expect(await client.messages.list({ limit: 3 })).toHaveLength(3);
});

test('messages are found by when they were sent', async () => {
  const { books, client, network } = await openApi();
  const base = await client.messages.create({ to: TO, from: FROM, body: 'not sent yet' });
  const entry = books.messages.find(base.sid);
  if (!entry) throw new Error('the message is not in the books');
  const day = (date: string) => Date.parse(`${date}T12:00:00Z`);
  for (const date of ['2026-11-08', '2026-11-09', '2026-11-10']) {
    books.messages.add({ ...entry, sid: network.newSid('SM'), body: date, sentAt: day(date) });
  }
  const bodies = async (filters: Parameters<typeof client.messages.list>[0]) =>
    (await client.messages.list(filters)).map(({ body }) => body);
  expect(await bodies({ dateSent: new Date(day('2026-11-09')) })).toEqual(['2026-11-09']);
  expect(await bodies({ dateSentAfter: new Date(day('2026-11-09')) })).toEqual(['2026-11-10', '2026-11-09']);
  expect(await bodies({ dateSentBefore: new Date(day('2026-11-09')) })).toEqual(['2026-11-09', '2026-11-08']);
  expect(await bodies({ dateSentAfter: new Date(day('2026-11-09') + 1_000) })).toEqual(['2026-11-10']);
});

/** What `curl` writes, beside what the SDK does. */
test.each([
  ['DateSent=2026-11-09', ['2026-11-09']],
  ['DateSent>=2026-11-09', ['2026-11-10', '2026-11-09']],
  ['DateSent%3E%3D2026-11-09', ['2026-11-10', '2026-11-09']],
  ['DateSent>2026-11-09', ['2026-11-10']],
  ['DateSent<2026-11-09', ['2026-11-08']],
  ['DateSent<=2026-11-09', ['2026-11-09', '2026-11-08']],
  ['DateSent>=2026-11-08&DateSent<2026-11-10', ['2026-11-09', '2026-11-08']],
  ['DateSent>=Mon,%2009%20Nov%202026%2000:00:00%20GMT', ['2026-11-10', '2026-11-09']],
])('the filter %s is understood', async (filter, bodies) => {
  const { url, books, client, network } = await openApi();
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'not sent yet' });
  const entry = books.messages.find(sid);
  if (!entry) throw new Error('the message is not in the books');
  for (const body of ['2026-11-08', '2026-11-09', '2026-11-10']) {
    books.messages.add({ ...entry, sid: network.newSid('SM'), body, sentAt: Date.parse(`${body}T12:00:00Z`) });
  }
  const path = `/2010-04-01/Accounts/${network.accountSid}/Messages.json?${filter}`;
  const { messages } = await messagesPage(client, `${url}${path}`);
  expect(messages.map(({ body }) => body)).toEqual(bodies);
});

test('a date that is none is refused, and says which', async () => {
  const { client } = await openApi();
  const list = client.calls.list({ startTime: JSON.parse('"yesterday"') });
  await expect(list).rejects.toMatchObject({ code: 20001, message: 'Invalid parameter: StartTime is no date' });
});

test('the words of a message can be taken out, and the message deleted once it has come to its end', async () => {
  const { sandbox, client } = await openSandbox();
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'Secret' });
  await expect(client.messages(sid).remove()).rejects.toMatchObject({ status: 409, code: 20009 });
  await finished(sandbox, sid);
  expect(await client.messages(sid).update({ body: '' })).toMatchObject({ body: '', status: 'delivered' });
  expect(await client.messages(sid).fetch()).toMatchObject({ body: '' });
  await expect(client.messages(sid).update({ body: 'Other' })).rejects.toMatchObject({ code: 20001 });
  expect(await client.messages(sid).remove()).toBe(true);
  await expect(client.messages(sid).fetch()).rejects.toMatchObject({ code: 20404 });
});

test('a scheduled message can be called off, and one that went out cannot', async () => {
  const { sandbox, client } = await openSandbox();
  const schedule = { to: TO, messagingServiceSid: SERVICE, body: 'Later', scheduleType: 'fixed' } as const;
  const { sid, status } = await client.messages.create({ ...schedule, sendAt: inMinutes(20) });
  expect(status).toBe('scheduled');
  expect(await client.messages(sid).update({ status: 'canceled' })).toMatchObject({ status: 'canceled' });
  await until(() => sandbox.phones.entries().some(({ id, state }) => id === sid && state === 'canceled'));
  expect(await client.messages(sid).fetch()).toMatchObject({ status: 'canceled' });
  const sent = await client.messages.create({ to: TO, from: FROM, body: 'Now' });
  await finished(sandbox, sent.sid);
  await expect(client.messages(sent.sid).update({ status: 'canceled' })).rejects.toMatchObject({ code: 30409 });
});

const schedule = { to: TO, messagingServiceSid: SERVICE, body: 'x', scheduleType: 'fixed' } as const;
test.each([
  ['no time', schedule, 35111],
  ['a time that is too near', { ...schedule, sendAt: inMinutes(10) }, 35114],
  ['a time that is too far', { ...schedule, sendAt: inMinutes(36 * 24 * 60) }, 35114],
  ['a time that is none', { ...schedule, sendAt: JSON.parse('"soon"') }, 35114],
  [
    'no messaging service',
    { to: TO, from: FROM, body: 'x', scheduleType: 'fixed' as const, sendAt: inMinutes(20) },
    35118,
  ],
])('a schedule with %s is refused with its code', async (_what, parameters, code) => {
  const { client } = await openApi();
  await expect(client.messages.create(parameters)).rejects.toMatchObject({ status: 400, code });
});

test('a messaging service takes a message first, and may stand where the sender does', async () => {
  const { client } = await openApi();
  const expected = { from: null, messagingServiceSid: SERVICE, status: 'accepted' };
  expect(await client.messages.create({ to: TO, messagingServiceSid: SERVICE, body: 'x' })).toMatchObject(expected);
  expect(await client.messages.create({ to: TO, from: SERVICE, body: 'x' })).toMatchObject(expected);
});

test('media of a message are listed with what they are, fetched and taken away', async () => {
  const { client } = await openApi();
  const mediaUrl = ['http://127.0.0.1/map.PNG?size=2', 'http://127.0.0.1/file'];
  const { sid, numMedia } = await client.messages.create({ to: TO, from: FROM, mediaUrl });
  expect(sid).toMatch(/^MM/);
  expect(numMedia).toBe('2');
  const media = await client.messages(sid).media.list();
  expect(media.map(({ contentType }) => contentType)).toEqual(['image/png', 'application/octet-stream']);
  const mediaSid = media[0]?.sid ?? '';
  expect(await client.messages(sid).media(mediaSid).fetch()).toMatchObject({ sid: mediaSid, parentSid: sid });
  expect(await client.messages(sid).media(mediaSid).remove()).toBe(true);
  expect(await client.messages(sid).media.list()).toHaveLength(1);
  await expect(client.messages(sid).media(mediaSid).fetch()).rejects.toMatchObject({ code: 20404 });
  const plain = await client.messages.create({ to: TO, from: FROM, body: 'x' });
  expect(await client.messages(plain.sid).media.list()).toEqual([]);
});

const message = { to: TO, from: FROM, body: 'x' };
test.each([
  ['eleven media', { ...message, mediaUrl: Array<string>(11).fill('http://127.0.0.1/a.png') }, 21623],
  ['a media address that is no URL', { ...message, mediaUrl: ['a.png'] }, 21620],
  ['a validity of no time', { ...message, validityPeriod: 0 }, 20001],
  ['a validity of over ten hours', { ...message, validityPeriod: 36_001 }, 20001],
  ['the magic sender that is invalid', { ...message, from: '+15005550001' }, 21212],
  ['the magic sender that cannot write', { ...message, from: '+15005550007' }, 21606],
  ['the magic sender whose queue is full', { ...message, from: '+15005550008' }, 21611],
  ['the magic number that is invalid', { ...message, to: '+15005550001' }, 21211],
  ['the magic number that cannot be reached', { ...message, to: '+15005550002' }, 21612],
  ['the magic number that may not be written to', { ...message, to: '+15005550003' }, 21408],
  ['the magic number that opted out', { ...message, to: '+15005550004' }, 21610],
  ['the magic number that is a landline', { ...message, to: '+15005550009' }, 21614],
])('a message with %s is refused with its code', async (_what, parameters, code) => {
  const { client } = await openApi();
  await expect(client.messages.create(parameters)).rejects.toMatchObject({ code });
  expect(await client.messages.list()).toEqual([]);
});

test('the magic sender that works, works', async () => {
  const { client } = await openApi();
  expect(await client.messages.create({ ...message, from: '+15005550006' })).toMatchObject({ status: 'queued' });
});

test('a person who wrote STOP is not written to by that sender any more, until START', async () => {
  const { sandbox, client } = await openSandbox();
  const write = async (text: string) => {
    const before = sandbox.phones.entries().length;
    sandbox.phones.act({ kind: 'write', from: TO, to: FROM, text });
    await until(() => sandbox.phones.entries().length >= before + 2);
  };
  await write('STOP');
  await expect(client.messages.create(message)).rejects.toMatchObject({
    code: 21610,
    message: 'Attempt to send to unsubscribed recipient',
  });
  expect(await client.messages.create({ ...message, from: '+12025550199' })).toMatchObject({ status: 'queued' });
  await write('START');
  expect(await client.messages.create(message)).toMatchObject({ status: 'queued' });
});
