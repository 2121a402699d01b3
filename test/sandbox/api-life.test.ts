import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { expect, test } from 'vitest';
import { clientFor } from './books.ts';
import { FROM, openSandbox, openServer, TO, until } from './network.ts';

const OTHER = '+12025550199';

test('participants that are called into a conference come, are put out, and leave it ended', async () => {
  const { sandbox, client } = await openSandbox();
  // Who picks up by habit hangs up after a while, too.
  for (const number of [TO, OTHER]) sandbox.phones.setHabit(number, { answers: 'by-hand' });
  const participants = client.conferences('Crisis').participants;
  const chief = await participants.create({ to: TO, from: FROM, label: 'chief', muted: true });
  const guard = await participants.create({ to: OTHER, from: FROM, label: 'guard' });
  const conference = client.conferences(chief.conferenceSid);
  const comesTo = async (callSid: string, wanted: string) => {
    while ((await conference.participants(callSid).fetch()).status !== wanted);
  };
  for (const { callSid } of [chief, guard]) {
    await comesTo(callSid, 'ringing');
    sandbox.phones.act({ kind: 'answer', call: callSid });
    await comesTo(callSid, 'connected');
  }
  expect(await conference.fetch()).toMatchObject({ friendlyName: 'Crisis', status: 'in-progress' });
  expect(await conference.participants('chief').fetch()).toMatchObject({ muted: true, callSid: chief.callSid });
  expect(await conference.participants('guard').remove()).toBe(true);
  await comesTo(guard.callSid, 'complete');
  expect((await conference.participants.list()).map(({ label }) => label)).toEqual(['chief']);
  expect(await conference.update({ status: 'completed' })).toMatchObject({
    status: 'completed',
    reasonConferenceEnded: 'conference-ended-via-api',
  });
  const ended = (sid: string) => sandbox.phones.entries().some(({ id, state }) => id === sid && state === 'completed');
  await until(() => ended(chief.callSid) && ended(guard.callSid));
  expect(await client.conferences.list({ friendlyName: 'Crisis' })).toHaveLength(1);
});

test('who does not come to a conference is not in it', async () => {
  const { sandbox, client } = await openSandbox();
  sandbox.faults.add({ fault: { kind: 'busy' } });
  const { callSid, conferenceSid } = await client.conferences('Crisis').participants.create({ to: TO, from: FROM });
  await until(() => sandbox.phones.entries().some(({ state }) => state === 'busy'));
  const { participants } = client.conferences(conferenceSid);
  expect(await participants(callSid).fetch()).toMatchObject({ status: 'failed' });
  expect(await participants.list()).toEqual([]);
});

test('what a call of an account under the main one brings about is that account’s, and signed with its token', async () => {
  const { sandbox, client } = await openSandbox();
  const scripts = ['<Response><Record maxLength="1"/></Response>', '<Response><Nonsense/></Response>'];
  const { url, received } = await openServer(() => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: scripts.shift() ?? '',
  }));
  const account = await client.api.v2010.accounts.create({ friendlyName: 'Branch' });
  const branch = clientFor(account, sandbox.url);
  sandbox.phones.setHabit(TO, { answers: 'itself', says: ['On my way'] });
  const { sid } = await branch.calls.create({ to: TO, from: FROM, url: `${url}/script` });
  await until(() => sandbox.phones.entries().some(({ id, state }) => id === sid && state === 'completed'));
  expect(await branch.recordings.list({ callSid: sid })).toHaveLength(1);
  expect(await branch.calls(sid).notifications.list()).not.toHaveLength(0);
  expect(await client.recordings.list()).toEqual([]);
  expect(await client.notifications.list()).toEqual([]);
  const [script] = received;
  expect(script?.params['AccountSid']).toBe(account.sid);
  expect(script?.signature).toBe(
    getExpectedTwilioSignature(account.authToken, script?.url ?? '', script?.params ?? {}),
  );
});

test('a message to a number of an account under the main one is that account’s', async () => {
  const { sandbox, client } = await openSandbox();
  const account = await client.api.v2010.accounts.create();
  const branch = clientFor(account, sandbox.url);
  await branch.incomingPhoneNumbers.create({ phoneNumber: FROM });
  sandbox.phones.act({ kind: 'write', from: TO, to: FROM, text: 'Hello' });
  expect(await branch.messages.list()).toEqual([expect.objectContaining({ body: 'Hello', direction: 'inbound' })]);
  expect(await client.messages.list()).toEqual([]);
});
