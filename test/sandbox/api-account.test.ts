import { expect, test } from 'vitest';
import { ask, clientFor, openApi } from './books.ts';
import { FROM, TO } from './network.ts';

test('an account under the main one has a token and books of its own', async () => {
  const { client, url, network } = await openApi();
  const sub = await client.api.v2010.accounts.create({ friendlyName: 'Branch' });
  expect(sub).toMatchObject({ friendlyName: 'Branch', status: 'active', ownerAccountSid: network.accountSid });
  const branch = clientFor(sub, url);
  const mine = await client.messages.create({ to: TO, from: FROM, body: 'of the main account' });
  const theirs = await branch.messages.create({ to: TO, from: FROM, body: 'of the branch' });
  expect(theirs.accountSid).toBe(sub.sid);
  expect((await client.messages.list()).map(({ sid }) => sid)).toEqual([mine.sid]);
  expect((await branch.messages.list()).map(({ sid }) => sid)).toEqual([theirs.sid]);
  await expect(client.messages(theirs.sid).fetch()).rejects.toMatchObject({ code: 20404 });
  const reached = client.api.v2010.accounts(sub.sid);
  expect((await reached.messages.list()).map(({ sid }) => sid)).toEqual([theirs.sid]);
  expect(await reached.messages.create({ to: TO, from: FROM, body: 'by the owner' })).toMatchObject({
    accountSid: sub.sid,
  });
});

test('an account does not reach the one above it, nor one beside it', async () => {
  const { client, url, network } = await openApi();
  const branch = clientFor(await client.api.v2010.accounts.create(), url);
  const other = await client.api.v2010.accounts.create();
  for (const sid of [network.accountSid, other.sid]) {
    await expect(branch.api.v2010.accounts(sid).messages.list()).rejects.toMatchObject({ code: 20404 });
    await expect(branch.api.v2010.accounts(sid).fetch()).rejects.toMatchObject({ code: 20404 });
  }
  await expect(branch.api.v2010.accounts.create()).rejects.toMatchObject({ status: 403, code: 20006 });
  expect(await branch.api.v2010.accounts.list()).toHaveLength(1);
});

test('accounts are listed, found by name and state, and renamed', async () => {
  const { client, network } = await openApi();
  const { sid } = await client.api.v2010.accounts.create({ friendlyName: 'Branch' });
  expect((await client.api.v2010.accounts.list()).map((one) => one.sid)).toEqual([sid, network.accountSid]);
  await client.api.v2010.accounts(sid).update({ friendlyName: 'Office' });
  const named = await client.api.v2010.accounts.list({ friendlyName: 'Office' });
  expect(named.map((one) => one.sid)).toEqual([sid]);
  expect(await client.api.v2010.accounts.list({ status: 'suspended' })).toEqual([]);
  const tooLong = client.api.v2010.accounts(sid).update({ friendlyName: 'x'.repeat(65) });
  await expect(tooLong).rejects.toMatchObject({ code: 20002 });
});

test('a suspended account is refused until it is woken, a closed one for ever', async () => {
  const { client, url } = await openApi();
  const sub = await client.api.v2010.accounts.create();
  const account = client.api.v2010.accounts(sub.sid);
  const branch = clientFor(sub, url);
  await branch.incomingPhoneNumbers.create({ phoneNumber: FROM });
  await account.update({ status: 'suspended' });
  await expect(branch.messages.list()).rejects.toMatchObject({ status: 403, code: 20005 });
  await expect(account.messages.list()).rejects.toMatchObject({ code: 20005 });
  await expect(branch.api.v2010.accounts(sub.sid).update({ status: 'active' })).rejects.toMatchObject({ code: 20005 });
  expect(await account.fetch()).toMatchObject({ status: 'suspended' });
  await account.update({ status: 'active' });
  expect(await branch.messages.list()).toEqual([]);
  await account.update({ status: 'closed' });
  await expect(branch.messages.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  await expect(account.update({ status: 'active' })).rejects.toMatchObject({ code: 21479 });
  // Its numbers can be bought again.
  expect(await client.incomingPhoneNumbers.create({ phoneNumber: FROM })).toMatchObject({ phoneNumber: FROM });
});

test('the main account stays as it is', async () => {
  const { client, network } = await openApi();
  const main = client.api.v2010.accounts(network.accountSid);
  await expect(main.update({ status: 'closed' })).rejects.toMatchObject({ code: 21477 });
  await expect(main.update({ status: JSON.parse('"asleep"') })).rejects.toMatchObject({ code: 21475 });
});

test.each([
  ['DELETE', 'Messages.json', 405, 20004],
  ['POST', 'Notifications.json', 405, 20004],
  ['GET', 'Messages', 404, 20404],
  ['GET', 'Nonsense.json', 404, 20404],
  ['GET', 'Messages/%E0%A4%A.json', 400, undefined],
])('%s %s is answered with %i, as nothing that can be asked', async (method, path, status, code) => {
  const { url, client, network } = await openApi();
  const response = await ask(client, `${url}/2010-04-01/Accounts/${network.accountSid}/${path}`, method);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject(code === undefined ? { error: expect.any(String) } : { code });
});

test('who does not say who they are is told how to', async () => {
  const { url, network } = await openApi();
  const address = `${url}/2010-04-01/Accounts/${network.accountSid}/Messages.json`;
  for (const authorization of ['', 'Basic', 'Basic !', 'Bearer x', `Basic ${Buffer.from('a').toString('base64')}`]) {
    const response = await fetch(address, { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Twilio API"');
    expect(await response.json()).toEqual({
      code: 20003,
      message: 'Authenticate',
      more_info: 'https://www.twilio.com/docs/errors/20003',
      status: 401,
    });
  }
});
