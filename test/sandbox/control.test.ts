import { expect, test } from 'vitest';
import { FROM, openSandbox, TO } from './network.ts';

type Answer = { status: number; body: unknown };

/** Asks the sandbox to be steered; `body` is sent as JSON. */
async function steer(url: string, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
  const type = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${url}/sandbox/${path}`, { method, headers: { ...type, ...headers }, ...sent });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

test('faults are added, told and taken away', async () => {
  const { sandbox, client } = await openSandbox();
  const rule = { fault: { kind: 'refused', errorCode: 21608 }, number: TO, times: 3 };
  expect(await steer(sandbox.url, 'POST', 'faults', rule)).toEqual({ status: 201, body: rule });
  expect(sandbox.faults.list()).toEqual([rule]);
  await expect(client.messages.create({ to: TO, from: FROM, body: 'x' })).rejects.toMatchObject({ code: 21608 });
  expect(await steer(sandbox.url, 'GET', 'faults')).toEqual({
    status: 200,
    body: { faults: [{ ...rule, number: '+12•••123', times: 2 }] },
  });
  const authorization = `Basic ${Buffer.from(`${sandbox.accountSid}:${sandbox.authToken}`).toString('base64')}`;
  expect(await steer(sandbox.url, 'GET', 'faults', undefined, { authorization })).toMatchObject({
    body: { faults: [{ number: TO }] },
  });
  expect(await steer(sandbox.url, 'DELETE', 'faults')).toEqual({ status: 204, body: undefined });
  expect(sandbox.faults.list()).toEqual([]);
});

const KINDS =
  '"busy", "no-answer", "failed", "voicemail", "undelivered", "refused", "throttled", "error", "dropped", "slow", "truncated", "html", "callback-lost", "callback-doubled", "callback-reordered", "callback-late", "list-lag"';

test.each([
  [{}, ['the body needs "fault"']],
  [[], ['the body must be an object']],
  [{ fault: { kind: 'bsy' } }, [`fault.kind must be one of ${KINDS}`]],
  [{ fault: { kind: 'undelivered' } }, ['fault needs "errorCode"']],
  [{ fault: { kind: 'busy', errorCode: 30003 } }, ['fault.errorCode does not belong there']],
  [{ fault: { kind: 'slow', byteMs: 'long' } }, ['fault.byteMs must be an integer']],
  [{ fault: { kind: 'error', when: 'later' } }, ['fault.when must be one of "before", "after"']],
  [{ fault: { kind: 'busy' }, times: 0 }, ['times must be >= 1']],
  [
    { fault: { kind: 'busy' }, number: '2025550123' },
    ['number must be a phone number in E.164 form, such as +34777666555'],
  ],
])('the fault %j is refused, with what is wrong and where', async (rule, problems) => {
  const { sandbox } = await openSandbox();
  expect(await steer(sandbox.url, 'POST', 'faults', rule)).toEqual({
    status: 400,
    body: { error: 'This is no fault: docs/sandbox.md shows what one looks like.', problems },
  });
  expect(sandbox.faults.list()).toEqual([]);
});

test('phones are added with a habit, and told with their numbers masked', async () => {
  const { sandbox, client } = await openSandbox();
  const habit = { answers: 'by-hand', presses: ['1', '2#'] };
  expect(await steer(sandbox.url, 'POST', 'phones', { number: TO, habit })).toMatchObject({ status: 204 });
  expect(sandbox.phones.people().get(TO)).toEqual(habit);
  const { sid } = await client.messages.create({ to: TO, from: 'Ringbook', body: 'x' });
  const { body } = await steer(sandbox.url, 'GET', 'phones');
  expect(body).toMatchObject({
    phones: [{ number: '+12•••123', habit }],
    entries: [{ id: sid, to: '+12•••123', from: 'Ringbook', kind: 'sms', direction: 'in' }],
  });
  const authorization = `Basic ${Buffer.from(`${sandbox.accountSid}:${sandbox.authToken}`).toString('base64')}`;
  expect(await steer(sandbox.url, 'GET', 'phones', undefined, { authorization })).toMatchObject({
    body: { phones: [{ number: TO }], entries: [{ to: TO }] },
  });
  expect(await steer(sandbox.url, 'POST', 'phones', { number: TO, habit: { answers: 'never' } })).toMatchObject({
    status: 400,
    body: { problems: ['habit.answers must be one of "itself", "by-hand"'] },
  });
});

test('a person does what they are told to, or it is said why not', async () => {
  const { sandbox, client } = await openSandbox();
  const action = { kind: 'write', from: TO, to: FROM, text: 'On my way' };
  expect(await steer(sandbox.url, 'POST', 'actions', action)).toEqual({ status: 204, body: undefined });
  expect(await client.messages.list({ from: TO })).toEqual([expect.objectContaining({ body: 'On my way' })]);
  const late = await steer(sandbox.url, 'POST', 'actions', { kind: 'answer', call: 'CA0' });
  expect(late).toEqual({ status: 409, body: { error: 'There is no such call, or it has ended.' } });
  const wrong = await steer(sandbox.url, 'POST', 'actions', { kind: 'press', call: 'CA0', keys: 'x' });
  expect(wrong).toMatchObject({ status: 400, body: { problems: [expect.stringContaining('keys must match')] } });
});

test('a web page of somewhere else does not steer the sandbox', async () => {
  const { sandbox } = await openSandbox();
  const rule = { fault: { kind: 'busy' } };
  for (const origin of ['https://example.com', 'null', 'http://127.0.0.1:1']) {
    expect(await steer(sandbox.url, 'POST', 'faults', rule, { origin })).toMatchObject({ status: 403 });
    expect(await steer(sandbox.url, 'GET', 'phones', undefined, { origin })).toMatchObject({ status: 403 });
  }
  expect(await steer(sandbox.url, 'POST', 'faults', rule, { 'content-type': 'text/plain' })).toMatchObject({
    status: 415,
  });
  expect(await steer(sandbox.url, 'POST', 'faults', '{', {})).toEqual({
    status: 400,
    body: { error: 'The body is not JSON.' },
  });
  expect(sandbox.faults.list()).toEqual([]);
  expect(await steer(sandbox.url, 'POST', 'faults', rule, { origin: sandbox.url })).toMatchObject({ status: 201 });
});
