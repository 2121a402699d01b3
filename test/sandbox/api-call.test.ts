import { expect, test } from 'vitest';
import { fill, openApi } from './books.ts';
import { FROM, openSandbox, TO, until } from './network.ts';

/** A call that goes on until something ends it. */
async function openCall() {
  const { sandbox, client } = await openSandbox();
  const { sid } = await client.calls.create({
    to: TO,
    from: FROM,
    twiml: '<Response><Pause length="600"/></Response>',
  });
  const comesTo = (wanted: string) =>
    until(() => sandbox.phones.entries().some(({ id, state }) => id === sid && state === wanted));
  return { sandbox, client, sid, comesTo };
}

test('a call that rings is called off', async () => {
  const { client, sid, sandbox, comesTo } = await openCall();
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  await comesTo('ringing');
  expect(await client.calls(sid).update({ status: 'canceled' })).toMatchObject({ status: 'canceled' });
  await comesTo('canceled');
  await expect(client.calls(sid).update({ status: 'canceled' })).rejects.toMatchObject({ code: 21220 });
});

test('a call that rings is hung up on as well, and ends as canceled', async () => {
  const { client, sid, sandbox, comesTo } = await openCall();
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  await comesTo('ringing');
  expect(await client.calls(sid).update({ status: 'completed' })).toMatchObject({ status: 'canceled' });
  await comesTo('canceled');
});

test('a call that goes on is hung up on, and can be deleted after that', async () => {
  const { client, sid, comesTo } = await openCall();
  await comesTo('in-progress');
  await expect(client.calls(sid).remove()).rejects.toMatchObject({ status: 409, code: 20009 });
  await expect(client.calls(sid).update({ status: 'canceled' })).rejects.toMatchObject({ code: 21220 });
  await client.calls(sid).update({ status: 'completed' });
  await comesTo('completed');
  expect(await client.calls(sid).remove()).toBe(true);
  await expect(client.calls(sid).fetch()).rejects.toMatchObject({ code: 20404 });
});

test('a call that goes on is given another script; one that has ended is not', async () => {
  const { client, sid, sandbox, comesTo } = await openCall();
  await comesTo('in-progress');
  await client.calls(sid).update({ twiml: '<Response><Say>Something else</Say></Response>' });
  await comesTo('completed');
  expect(sandbox.phones.entries()[0]?.words).toContain('Something else');
  await expect(client.calls(sid).update({ twiml: '<Response/>' })).rejects.toMatchObject({ status: 400, code: 21220 });
});

test('a call that is recorded from the middle says so until it is stopped, or ends', async () => {
  const { client, sid, comesTo } = await openCall();
  await expect(client.calls(sid).recordings.create()).rejects.toMatchObject({ code: 21220 });
  await comesTo('in-progress');
  const first = await client.calls(sid).recordings.create();
  expect(first).toMatchObject({ callSid: sid, status: 'in-progress', duration: '-1', source: 'StartCallRecordingAPI' });
  await expect(client.recordings(first.sid).remove()).rejects.toMatchObject({ code: 20009 });
  const stopped = await client.calls(sid).recordings('Twilio.CURRENT').update({ status: 'stopped' });
  expect(stopped).toMatchObject({ sid: first.sid, status: 'completed', duration: '1' });
  const second = await client.calls(sid).recordings.create();
  await client.calls(sid).update({ status: 'completed' });
  await comesTo('completed');
  expect(await client.calls(sid).recordings(second.sid).fetch()).toMatchObject({ status: 'completed', duration: '1' });
  expect((await client.calls(sid).recordings.list()).map((one) => one.sid)).toEqual([second.sid, first.sid]);
  expect(await client.calls(sid).recordings(second.sid).remove()).toBe(true);
  expect(await client.recordings.list()).toHaveLength(1);
});

test('calls are found by their times and by the call that made them', async () => {
  const { client, network, books } = await openApi();
  const { call } = fill(network);
  const child = { parentCallSid: call.sid, direction: 'outbound-dial', startedAt: null, endedAt: null } as const;
  const { sid } = books.calls.add({ ...call, ...child, sid: network.newSid('CA') });
  const sids = async (filters: Parameters<typeof client.calls.list>[0]) =>
    (await client.calls.list(filters)).map((one) => one.sid);
  expect(await sids({ parentCallSid: call.sid })).toEqual([sid]);
  const started = new Date(call.startedAt ?? 0);
  expect(await sids({ startTime: started })).toEqual([call.sid]);
  expect(await sids({ startTimeAfter: started, endTimeBefore: new Date(call.endedAt ?? 0) })).toEqual([call.sid]);
  expect(await sids({ endTimeBefore: started })).toEqual([]);
  expect(await sids({ endTime: new Date(call.endedAt ?? 0), from: FROM })).toEqual([call.sid]);
});

const call = { to: TO, from: FROM, twiml: '<Response/>' };
test.each([
  ['keys that are none', { ...call, sendDigits: '12x' }, 21206],
  ['more keys than there may be', { ...call, sendDigits: '1'.repeat(33) }, 21206],
  ['a patience that is none', { ...call, timeout: -1 }, 21208],
  ['a method that is none', { ...call, method: 'PUT' }, 21209],
  ['a fallback that is no URL', { ...call, fallbackUrl: 'nonsense' }, 21402],
  ['an application that is none', { to: TO, from: FROM, applicationSid: 'AP1' }, 21218],
  ['a time limit beyond a day', { ...call, timeLimit: 86_401 }, 20001],
  ['a detection that is none', { ...call, machineDetection: 'Maybe' }, 20001],
  ['a caller id that is no number', { ...call, callerId: 'Ringbook' }, 21212],
  ['the magic sender that is invalid', { ...call, from: '+15005550001' }, 21212],
  ['the magic number that is invalid', { ...call, to: '+15005550001' }, 21217],
  ['the magic number that cannot be reached', { ...call, to: '+15005550002' }, 21214],
  ['the magic number that may not be called', { ...call, to: '+15005550003' }, 21215],
  ['the magic number that is barred', { ...call, to: '+15005550004' }, 21216],
])('a call with %s is refused with its code', async (_what, parameters, code) => {
  const { client } = await openApi();
  await expect(client.calls.create(parameters)).rejects.toMatchObject({ status: 400, code });
  expect(await client.calls.list()).toEqual([]);
});

test('what is asked of a call is in the books', async () => {
  const { client, books } = await openApi();
  const { sid } = await client.calls.create({
    ...call,
    timeout: 900,
    timeLimit: 30,
    sendDigits: 'ww12#',
    record: true,
    machineDetection: 'DetectMessageEnd',
    fallbackUrl: 'http://127.0.0.1/fallback',
    fallbackMethod: 'GET',
    statusCallback: 'http://127.0.0.1/status',
    statusCallbackEvent: ['initiated', 'completed'],
  });
  expect(books.calls.find(sid)).toMatchObject({
    timeoutSeconds: 600,
    timeLimitSeconds: 30,
    sendDigits: 'ww12#',
    record: true,
    machineDetection: 'DetectMessageEnd',
    fallback: { url: 'http://127.0.0.1/fallback', method: 'GET' },
    statusCallback: { url: 'http://127.0.0.1/status', method: 'POST', events: ['initiated', 'completed'] },
  });
});
