import { expect, test } from 'vitest';
import { FROM, finished, openSandbox, TO } from './network.ts';

/** A sandbox with one message in it, and the door that its page uses. */
async function openDoor() {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'x' });
  await finished(sandbox, sid);
  const { phones, entries } = (await (await fetch(`${sandbox.url}/phones.json`)).json()) as {
    phones: { phone: string }[];
    entries: { line: string }[];
  };
  const ask = async (deed: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${sandbox.url}/phones/act`, {
      method: 'POST',
      headers: { origin: sandbox.url, 'content-type': 'application/json', ...headers },
      body: typeof deed === 'string' ? deed : JSON.stringify(deed),
    });
    const { error } = (await answer.json()) as { error?: string };
    return error === undefined ? String(answer.status) : `${answer.status} ${error}`;
  };
  return { sandbox, ask, phone: phones[0]?.phone, line: entries[0]?.line };
}

test('nobody but the page itself can do anything with a phone', async () => {
  const { sandbox, ask, phone } = await openDoor();
  const deed = { kind: 'habit', phone, answers: 'by-hand' };
  const strangers = ['http://evil.example', 'null', '', `${sandbox.url}0`, sandbox.url.replace('http:', 'https:')];
  for (const origin of strangers)
    expect(await ask(deed, { origin })).toBe('403 Only the page of the phones can do this.');
  // What a form of another site can send.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])
    expect(await ask(deed, { 'content-type': type })).toBe('415 The content type must be application/json.');
  expect(sandbox.phones.people().get(TO)).toEqual({ answers: 'itself' });
  expect(await ask(deed, { 'content-type': 'Application/JSON; charset=utf-8' })).toBe('200');
  expect(sandbox.phones.people().get(TO)).toEqual({ answers: 'by-hand' });
});

test('what the page is asked wrongly is refused with what is wrong', async () => {
  const { sandbox, ask, phone, line } = await openDoor();
  const call = 'CA00000000000000000000000000000000';
  const refusals: [unknown, string][] = [
    ['{"kind":', '400 The body must be a JSON object.'],
    [[], '400 The body must be a JSON object.'],
    [{}, '400 There is no such thing to do with a phone.'],
    [{ kind: 'constructor' }, '400 There is no such thing to do with a phone.'],
    [{ kind: 'add', number: 34 }, '400 "number" must be a text.'],
    [{ kind: 'habit', phone, answers: 'never' }, '400 A phone answers "itself" or is answered "by-hand".'],
    [{ kind: 'habit', phone: TO, answers: 'itself' }, '404 This phone is not known here. Load the page again.'],
    [{ kind: 'write', phone, line: FROM, text: 'x' }, '404 This phone is not known here. Load the page again.'],
    [{ kind: 'write', phone, line, text: ' ' }, '409 A message has 1 to 1600 characters.'],
    [
      { kind: 'fault', phone, fault: 'html' },
      '400 A fault is one of busy, no-answer, voicemail, failed, unreachable, filtered.',
    ],
    [{ kind: 'answer', call }, '409 There is no such call, or it has ended.'],
    [{ kind: 'press', call, keys: ['1'] }, '400 "keys" must be a text.'],
  ];
  for (const [deed, refusal] of refusals) expect(await ask(deed)).toBe(refusal);
  expect(sandbox.phones.entries()).toHaveLength(1);
  expect(sandbox.faults.list()).toEqual([]);
});

test('the names of phones tell nothing of their numbers, and are others in another sandbox', async () => {
  const [one, other] = await Promise.all([openDoor(), openDoor()]);
  expect(one.phone).toMatch(/^[0-9a-f]{16}$/);
  expect(one.phone).not.toBe(other.phone);
  expect(one.phone).not.toBe(one.line);
  expect(await other.ask({ kind: 'habit', phone: one.phone, answers: 'by-hand' })).toMatch(/^404 /);
});
