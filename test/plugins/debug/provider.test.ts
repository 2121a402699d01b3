import { expect, test } from 'vitest';
import type { HttpClient } from '../../../src/http/http.ts';
import type { Draft, Provider } from '../../../src/message/message.ts';
import type { MakeProvider } from '../../../src/plugin/plugin.ts';
import { makeDebugProvider, makeLogProvider, makeNullProvider } from '../../../src/plugins/debug/provider.ts';

const SMS: Draft = {
  channel: 'sms',
  resource: 'nowhere',
  to: '+12025550123',
  from: '',
  content: { kind: 'text', text: 'Disk full\nCall +34 or +34666555777' },
};
const CALL: Draft = { ...SMS, channel: 'call', content: { kind: 'script', script: '<Response/>' } };

const NO_WIRE: HttpClient = {
  request: () => Promise.reject(new Error('it was not to speak to anybody')),
  close: async () => undefined,
};

function newProvider(make: MakeProvider): { provider: Provider; lines: readonly string[] } {
  const lines: string[] = [];
  const resource = { mid: 'nowhere', class: 'LogConfig', settings: {}, secrets: {} };
  return { lines, provider: make(resource, { http: NO_WIRE, log: (line) => lines.push(line) }) };
}

function requestOf(draft: Draft, signal = new AbortController().signal) {
  return { attempt: { id: 'a1', messageId: 'm1', number: 1, beganAt: 0 }, draft, signal };
}

const SENT = { sid: 'debug-a1', status: 'debug' };
const ALL: readonly [string, MakeProvider][] = [
  ['debug', makeDebugProvider],
  ['log', makeLogProvider],
  ['null', makeNullProvider],
];

test.each(ALL)('takes a message and a call to %s, sends neither, and says that it is over', async (_, make) => {
  for (const draft of [SMS, CALL]) {
    const outcome = await newProvider(make).provider.send(requestOf(draft));
    expect(outcome).toMatchObject({ kind: 'accepted', providerId: 'debug-a1', state: 'debug', answer: SENT });
  }
});

test.each(ALL)('knows what became of an attempt of %s that was cut off', async (_, make) => {
  const sighting = await newProvider(make).provider.look?.(requestOf(SMS));
  expect(sighting).toEqual({ kind: 'found', candidate: { providerId: 'debug-a1', state: 'debug', answer: SENT } });
});

test.each(ALL)('does nothing for %s once it was called off', async (_, make) => {
  const { provider, lines } = newProvider(make);
  expect((await provider.send(requestOf(SMS, AbortSignal.abort()))).kind).toBe('rejected');
  expect(lines).toEqual([]);
});

test('shows in its answer what would have been sent', async () => {
  const outcome = await newProvider(makeDebugProvider).provider.send(requestOf({ ...SMS, from: '+12025550100' }));
  expect(outcome).toMatchObject({
    answer: { channel: 'sms', to: SMS.to, from: '+12025550100', body: 'Disk full\nCall +34 or +34666555777' },
  });
});

test('writes the words in one line of the log, with every number masked', async () => {
  const { provider, lines } = newProvider(makeLogProvider);
  await provider.send(requestOf(SMS));
  await provider.send(requestOf(CALL));
  expect(lines).toEqual([
    'message to +12•••123, not sent: "Disk full\\nCall +34 or +34•••777"',
    'call to +12•••123, not sent: "<Response/>"',
  ]);
});

test.each<[Draft['content'], object]>([
  [{ kind: 'script-url', url: 'https://example.com/bin' }, { url: 'https://example.com/bin' }],
  [{ kind: 'connect', second: '+12025550124' }, { second: '+12025550124' }],
  [{ kind: 'flow', flow: '4711' }, { flow: '4711' }],
])('shows what a call leads to: %j', async (content, answer) => {
  const outcome = await newProvider(makeDebugProvider).provider.send(requestOf({ ...CALL, content }));
  expect(outcome).toMatchObject({ answer });
});

test('writes nothing to the log for debug and null', async () => {
  for (const make of [makeDebugProvider, makeNullProvider]) {
    const { provider, lines } = newProvider(make);
    await provider.send(requestOf(SMS));
    expect(lines).toEqual([]);
  }
});
