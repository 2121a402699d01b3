import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../http/http.ts';
import { advance, type Channel, isFinal, type Provider, type State } from '../message/message.ts';
import type { CallbackSubject, Held, ProviderSubject, Told } from './provider-subject.ts';
import { reply, startWire } from './provider-wire.ts';

const ADDRESS = 'https://ringbook.example.com/hooks/attempt-1';

/** What a provider makes of the reports that come for its attempts, and of those that others make up. */
export function callbackContract(subject: ProviderSubject, callbacks: CallbackSubject): void {
  describe('as callbacks come', () => {
    for (const [channel, state] of statesOf(callbacks)) mapping(subject, callbacks, channel, state);
    for (const { channel, statuses } of callbacks.lives) order(subject, callbacks, channel, statuses);
    for (const channel of channelsOf(callbacks)) doubtful(subject, callbacks, channel);
    broken(subject);
  });
}

function mapping(subject: ProviderSubject, callbacks: CallbackSubject, channel: Channel, status: string): void {
  test(`reads the state ${status} of a ${channel}`, async () => {
    const told = toldOf(subject, channel, status);
    expect(await read(subject, told.status, told, callbacks.genuine(told))).toMatchObject({
      state: callbacks.states[channel]?.[status],
      providerId: told.providerId,
    });
  });
}

function order(
  subject: ProviderSubject,
  callbacks: CallbackSubject,
  channel: Channel,
  statuses: readonly string[],
): void {
  test(`comes to one end whatever the order of ${statuses.join(', ')} (${channel})`, async () => {
    const last = statuses.at(-1) ?? '';
    const reports: State[] = [];
    for (const status of statuses) {
      const told = toldOf(subject, channel, status);
      const report = await read(subject, status, told, callbacks.genuine(told));
      if (report && 'state' in report) reports.push(report.state);
    }
    const end = callbacks.states[channel]?.[last];
    expect(end !== undefined && isFinal(end)).toBe(true);
    for (const one of permutations(reports)) {
      // Each comes twice, the second time after all others.
      expect([...one, ...one].reduce(advance, 'accepted')).toBe(end);
    }
  });
}

function doubtful(subject: ProviderSubject, callbacks: CallbackSubject, channel: Channel): void {
  const final = finalOf(callbacks, channel);
  const first = callbacks.lives.find((life) => life.channel === channel)?.statuses[0] ?? final;
  const told = toldOf(subject, channel, final);

  test.each(Object.keys(callbacks.forged(told)))(`is not moved by a forged callback: ${channel}, %s`, async (what) => {
    const request = callbacks.forged(told)[what];
    if (!request) throw new Error(`there is no forged callback "${what}"`);
    // The provider itself knows better.
    const report = await read(subject, first, told, request);
    expect(report && 'state' in report ? report.state : undefined).not.toBe(callbacks.states[channel]?.[final]);
  });

  test.each(['teleported', 'constructor', '__proto__', ''])(
    `passes over the state "%s" of a ${channel}, which may come one day`,
    async (status) => {
      const odd = { ...told, status };
      const report = await read(subject, status, odd, callbacks.genuine(odd));
      expect(report === null || !('state' in report)).toBe(true);
    },
  );

  test(`reads the same ${channel} callback twice as the same`, async () => {
    const request = callbacks.genuine(told);
    const twice = [await read(subject, final, told, request), await read(subject, final, told, request)];
    expect(twice[0]).toEqual(twice[1]);
  });
}

/** Whatever a stranger may send to an address that has become known. */
function broken(subject: ProviderSubject): void {
  const bodies: Readonly<Record<string, string | Buffer>> = {
    nothing: '',
    'what is no form': '\u0000\u0001=%E0%A4%A&&&=',
    'an unfinished JSON': '{"a":',
    bytes: Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
    'a page': '<!doctype html>',
    'names of every object': '__proto__=1&constructor=2&toString=3',
    'a megabyte': 'x'.repeat(1024 * 1024),
  };
  const types = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'text/xml',
    undefined,
  ];
  test.each(Object.entries(bodies))('learns nothing from a callback of %s, and breaks at none', async (_, body) => {
    await using fake = await startWire((response) => reply(response, { status: 404, body: '' }));
    const provider = await subject.newProvider(fake.url);
    for (const type of types) {
      const report = await provider.readCallback(post(body, type), ADDRESS);
      expect(report === null || !('state' in report)).toBe(true);
    }
  });
}

function post(body: string | Buffer, type: string | undefined): HttpRequest {
  return {
    method: 'POST',
    target: '/hooks/attempt-1',
    params: {},
    query: new URLSearchParams(),
    headers: { 'content-type': type },
    body: Buffer.from(body),
  };
}

/** Reads a callback while the provider itself has `status` for what it is about. */
async function read(
  subject: ProviderSubject,
  status: string,
  { channel, providerId, url }: Told,
  request: HttpRequest,
): ReturnType<() => Promise<Awaited<ReturnType<Provider['readCallback']>>>> {
  const draft = subject.drafts.find((one) => one.channel === channel);
  const held: readonly Held[] = draft ? [{ providerId, draft, status, createdAt: Date.now() }] : [];
  await using fake = await startWire((response, asked) => {
    reply(response, subject.wire.asked?.(asked, held) ?? { status: 404, body: '' });
  });
  const provider = await subject.newProvider(fake.url);
  return await provider.readCallback(request, url);
}

function toldOf({ wire }: ProviderSubject, channel: Channel, status: string): Told {
  return { channel, status, providerId: wire.providerId(1), url: ADDRESS };
}

function channelsOf({ states }: CallbackSubject): readonly Channel[] {
  return (['sms', 'call'] as const).filter((channel) => states[channel]);
}

function statesOf(callbacks: CallbackSubject): readonly (readonly [Channel, string])[] {
  return channelsOf(callbacks).flatMap((channel) =>
    Object.keys(callbacks.states[channel] ?? {}).map((status) => [channel, status] as const),
  );
}

/** The state that a forger would like to be believed. */
function finalOf({ states }: CallbackSubject, channel: Channel): string {
  const wanted = Object.entries(states[channel] ?? {}).find(([, state]) => isFinal(state));
  if (!wanted) throw new Error(`no state of a ${channel} is final`);
  return wanted[0];
}

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
