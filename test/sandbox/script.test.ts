import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { expect, test } from 'vitest';
import { FROM, finished, openSandbox, openServer, TO } from './network.ts';

const APOLOGY = 'We are sorry, an application error has occurred. Goodbye.';

async function heardOf(twiml: string) {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml });
  return finished(sandbox, sid);
}

async function heardAt(path: string, script: string, status = 200) {
  const { sandbox, client } = await openSandbox(1);
  const server = await openServer(() => ({ status, headers: { 'content-type': 'text/xml' }, body: script }));
  const { sid } = await client.calls.create({ to: TO, from: FROM, url: `${server.url}${path}` });
  return { entry: await finished(sandbox, sid), sandbox, sid, ...server };
}

test('the words of every Say are heard in order, with the white space that a voice would leave', async () => {
  const script =
    '<Response><Say>One,\n   two.</Say><Pause/><Say> Three <emphasis>and</emphasis>\tfour. </Say></Response>';
  expect(await heardOf(script)).toMatchObject({ kind: 'call', to: TO, from: FROM, words: 'One, two. Three and four.' });
});

test('what looks like markup is heard as it was meant', async () => {
  const script =
    '<Response><Say>a &lt;b&gt; &amp;amp; &#x1F600; 😀 "q" &apos;</Say><Say><![CDATA[<Hangup/>]]></Say></Response>';
  expect(await heardOf(script)).toMatchObject({ words: 'a <b> &amp; 😀 😀 "q" \' <Hangup/>' });
});

test('a message is read as it was sent, markup-like characters and emoji included', async () => {
  const { sandbox, client } = await openSandbox(1);
  const body = 'a < b &amp; <Say>c</Say>\n"😀" + %2B';
  const { sid } = await client.messages.create({ to: TO, from: FROM, body });
  expect(await finished(sandbox, sid)).toMatchObject({ kind: 'sms', words: body, state: 'delivered' });
});

test('a script is fetched when the call is answered, with the parameters and the signature of Twilio', async () => {
  const { entry, sandbox, sid, received } = await heardAt(
    '/twiml?mid=1&a=%3C',
    '<Response><Say>Fetched</Say></Response>',
  );
  expect(entry.words).toBe('Fetched');
  expect(received).toHaveLength(1);
  const [{ method, url, signature, params } = { method: '', url: '', signature: '', params: {} }] = received;
  expect(method).toBe('POST');
  expect(validateRequest(sandbox.authToken, signature, url, params)).toBe(true);
  expect(params).toEqual({
    AccountSid: sandbox.accountSid,
    ApiVersion: '2010-04-01',
    CallSid: sid,
    CallStatus: 'in-progress',
    Called: TO,
    Caller: FROM,
    Direction: 'outbound-api',
    From: FROM,
    To: TO,
  });
});

test('a script is fetched by GET where that is asked for, and Url wins over Twiml', async () => {
  const { sandbox, client } = await openSandbox(1);
  const server = await openServer(() => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: '<Response><Say>url</Say></Response>',
  }));
  const twiml = '<Response><Say>twiml</Say></Response>';
  const { sid } = await client.calls.create({ to: TO, from: FROM, url: `${server.url}/t`, method: 'GET', twiml });
  expect((await finished(sandbox, sid)).words).toBe('url');
  expect(server.received[0]).toMatchObject({ method: 'GET', params: {} });
  expect(server.received[0]?.url).toContain(`CallSid=${sid}`);
});

test('a script at another machine is not requested, and the note says so', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.calls.create({ to: TO, from: FROM, url: 'http://169.254.169.254/latest?to=1' });
  expect(await finished(sandbox, sid)).toMatchObject({
    state: 'completed',
    words: APOLOGY,
    note: 'Error 11205: http://169.254.169.254 is not on this machine, so it was not asked.',
  });
});

test('a script that is answered with an error, or not at all, ends the call with the apology of Twilio', async () => {
  const { entry } = await heardAt('/twiml', 'gone', 404);
  expect(entry).toMatchObject({
    state: 'completed',
    words: APOLOGY,
    note: 'Error 11200: the script was answered with status 404.',
  });
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.calls.create({ to: TO, from: FROM, url: 'http://127.0.0.1:1/' });
  expect((await finished(sandbox, sid)).note).toContain('ECONNREFUSED');
});

test('elements that are not acted out here are noted, and the script goes on', async () => {
  expect(await heardOf('<Response><Enqueue>desk</Enqueue><Echo/><Say>Press one</Say></Response>')).toMatchObject({
    words: 'Press one',
    note: 'Not acted out here: <Enqueue>. Not acted out here: <Echo>.',
  });
});

test.each([
  ['nothing at all', ' '],
  ['an element that is not closed', '<Response><Say>x</Say>'],
  ['ends that do not match', '<Response><Say>x</Response></Say>'],
  ['a bare &', '<Response><Say>a & b</Say></Response>'],
  ['an unknown entity', '<Response><Say>&nbsp;</Say></Response>'],
  ['a bare <', '<Response><Say>a < b</Say></Response>'],
  ['an unquoted attribute', '<Response><Say voice=a>x</Say></Response>'],
  ['an attribute twice', '<Response><Say a="1" a="2"/></Response>'],
  ['two roots', '<Response/><Response/>'],
  ['text after the root', '<Response/>x'],
  ['a late declaration', '\n<?xml version="1.0"?><Response/>'],
  ['a declaration in upper case', '<?XML version="1.0"?><Response/>'],
  ['a document type', '<!DOCTYPE r [<!ENTITY a "b">]><Response/>'],
  ['a control character', '<Response><Say>\u0007</Say></Response>'],
  ['another root', '<Reply/>'],
  ['an end in the middle of a tag', '<Response><Say a="1'],
])('a script with %s ends the call with error 12100', async (_what, twiml) => {
  const entry = await heardOf(twiml);
  expect(entry).toMatchObject({ state: 'completed', words: APOLOGY });
  expect(entry.note).toMatch(/^Error 12100: \S.*[^.]\.$/);
});

test('a whole document with declaration, comments and both kinds of quotes is read', async () => {
  const script = `\uFEFF<?xml version="1.0" encoding='UTF-8'?>\n<!-- a -->\n<Response>\n<Say voice = 'x' loop="1">Říj\n</Say ></Response>\n<!-- b -->`;
  expect(await heardOf(script)).toMatchObject({ words: 'Říj', state: 'completed' });
});
