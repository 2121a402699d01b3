import { expect, test } from 'vitest';
import { fill, openApi } from './books.ts';
import { FROM, TO } from './network.ts';

const NOW = new Date();

test('recordings are found by call, conference and date, and deleted', async () => {
  const { client, network, books } = await openApi();
  const { recording, call, conference } = fill(network);
  books.recordings.add({ ...recording, sid: network.newSid('RE'), callSid: 'CA0', conferenceSid: null });
  const sids = async (filter: Parameters<typeof client.recordings.list>[0]) =>
    (await client.recordings.list(filter)).map(({ sid }) => sid);
  expect(await sids({})).toHaveLength(2);
  expect(await sids({ callSid: call.sid })).toEqual([recording.sid]);
  expect(await sids({ conferenceSid: conference.sid })).toEqual([recording.sid]);
  expect(await sids({ dateCreatedBefore: new Date(NOW.getTime() - 60_000) })).toEqual([]);
  expect(await client.recordings(recording.sid).fetch()).toMatchObject({
    callSid: call.sid,
    conferenceSid: conference.sid,
    duration: '4',
    channels: 1,
    source: 'RecordVerb',
    status: 'completed',
    startTime: expect.any(Date),
  });
  expect((await client.conferences(conference.sid).recordings.list()).map(({ sid }) => sid)).toEqual([recording.sid]);
  expect(await client.recordings(recording.sid).remove()).toBe(true);
  await expect(client.recordings(recording.sid).fetch()).rejects.toMatchObject({ code: 20404 });
});

test('transcriptions are found by themselves and by their recording, and deleted', async () => {
  const { client, network } = await openApi();
  const { recording, transcription } = fill(network);
  const expected = { sid: transcription.sid, transcriptionText: 'I am on my way', recordingSid: recording.sid };
  expect(await client.transcriptions.list()).toEqual([expect.objectContaining(expected)]);
  expect(await client.transcriptions(transcription.sid).fetch()).toMatchObject({ ...expected, duration: '4' });
  const own = client.recordings(recording.sid).transcriptions;
  expect(await own.list()).toEqual([expect.objectContaining(expected)]);
  expect(await own(transcription.sid).fetch()).toMatchObject(expected);
  const foreign = client.recordings('RE0').transcriptions(transcription.sid);
  await expect(foreign.fetch()).rejects.toMatchObject({ code: 20404 });
  expect(await client.transcriptions(transcription.sid).remove()).toBe(true);
  expect(await own.list()).toEqual([]);
});

test('conferences are found by name, state and date, and ended', async () => {
  const { client, network } = await openApi();
  const { conference } = fill(network);
  const count = async (filter: Parameters<typeof client.conferences.list>[0]) =>
    (await client.conferences.list(filter)).length;
  expect(await count({ friendlyName: 'Crisis', status: 'in-progress' })).toBe(1);
  expect(await count({ friendlyName: 'Cris' })).toBe(0);
  expect(await count({ status: 'completed' })).toBe(0);
  expect(await count({ dateCreated: new Date(conference.createdAt) })).toBe(1);
  expect(await count({ dateCreatedAfter: new Date(conference.createdAt + 86_400_000) })).toBe(0);
  expect(await count({ dateUpdatedBefore: new Date(conference.createdAt) })).toBe(1);
  await expect(client.conferences(conference.sid).update({ status: JSON.parse('"paused"') })).rejects.toMatchObject({
    code: 20001,
  });
  expect(await client.conferences(conference.sid).update({ status: 'completed' })).toMatchObject({
    status: 'completed',
    reasonConferenceEnded: 'conference-ended-via-api',
  });
  expect(await count({ status: 'completed' })).toBe(1);
});

test('participants are found by call and by label, muted and held', async () => {
  const { client, network, books } = await openApi();
  const { conference, participant } = fill(network);
  const other = { sid: network.newSid('CA'), label: null, hold: true } as const;
  books.participants.add({ ...participant, ...other });
  books.participants.add({ ...participant, sid: network.newSid('CA'), label: 'gone', status: 'complete' });
  const participants = client.conferences(conference.sid).participants;
  const sids = async (filter: Parameters<typeof participants.list>[0]) =>
    (await participants.list(filter)).map(({ callSid }) => callSid);
  expect(await sids({})).toEqual([other.sid, participant.sid]);
  expect(await sids({ hold: true })).toEqual([other.sid]);
  expect(await sids({ muted: true })).toEqual([]);
  expect(await sids({ coaching: true })).toEqual([]);
  expect(await participants('chief').fetch()).toMatchObject({ callSid: participant.sid, label: 'chief' });
  expect(await participants(participant.sid).update({ muted: true })).toMatchObject({ muted: true, hold: false });
  expect(await sids({ muted: true })).toEqual([participant.sid]);
  await expect(participants('CA0').fetch()).rejects.toMatchObject({ code: 20404 });
});

test('a participant is called into a conference, which begins by that', async () => {
  const { client, books } = await openApi();
  const [first, second] = [TO, '+12025550199'].map((to) =>
    client.conferences('Night & day').participants.create({
      to,
      from: FROM,
      label: `"${to}"`,
      muted: true,
      startConferenceOnEnter: false,
      timeout: 20,
    }),
  );
  const participant = await first;
  expect(participant).toMatchObject({ muted: true, startConferenceOnEnter: false, status: 'queued', hold: false });
  expect((await second)?.conferenceSid).toBe(participant?.conferenceSid);
  expect(await client.conferences.list({ friendlyName: 'Night & day' })).toHaveLength(1);
  expect(books.calls.find(participant?.callSid ?? '')).toMatchObject({
    to: TO,
    timeoutSeconds: 20,
    script: {
      kind: 'text',
      text: `<Response><Dial><Conference participantLabel="&quot;${TO}&quot;" muted="true" startConferenceOnEnter="false">Night &amp; day</Conference></Dial></Response>`,
    },
  });
  const conference = client.conferences(participant?.conferenceSid ?? '');
  expect(await conference.participants(participant?.callSid ?? '').remove()).toBe(true);
  await expect(conference.participants.create({ to: '12', from: FROM })).rejects.toMatchObject({ code: 21211 });
  await expect(
    client.conferences(`CF${'0'.repeat(32)}`).participants.create({ to: TO, from: FROM }),
  ).rejects.toMatchObject({ code: 20404 });
});

test('notifications are found by level, date and call', async () => {
  const { client, network, books } = await openApi();
  const { notification, call } = fill(network);
  const warning = { sid: network.newSid('NO'), level: 'warning', callSid: null } as const;
  books.notifications.add({ ...notification, ...warning });
  const sids = async (filter: Parameters<typeof client.notifications.list>[0]) =>
    (await client.notifications.list(filter)).map(({ sid }) => sid);
  expect(await sids({})).toEqual([warning.sid, notification.sid]);
  expect(await sids({ log: 0 })).toEqual([notification.sid]);
  expect(await sids({ log: 1 })).toEqual([warning.sid]);
  expect(await sids({ messageDate: new Date(notification.createdAt) })).toHaveLength(2);
  expect(await sids({ messageDateBefore: new Date(notification.createdAt - 86_400_000) })).toEqual([]);
  expect(await client.notifications(notification.sid).fetch()).toMatchObject({
    callSid: call.sid,
    errorCode: '11200',
    log: '0',
    messageText: notification.text,
    moreInfo: 'https://www.twilio.com/docs/errors/11200',
    requestMethod: 'POST',
    requestUrl: 'http://127.0.0.1/script',
  });
  const own = client.calls(call.sid).notifications;
  expect((await own.list()).map(({ sid }) => sid)).toEqual([notification.sid]);
  expect(await own(notification.sid).fetch()).toMatchObject({ sid: notification.sid });
  await expect(own(warning.sid).fetch()).rejects.toMatchObject({ code: 20404 });
});
