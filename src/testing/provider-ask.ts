import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Channel, Draft, Provider, Sighting, State } from '../message/message.ts';
import type { Held, ProviderSubject } from './provider-subject.ts';
import { type Behaviour, deadAddress, reply, startWire, type WireRequest } from './provider-wire.ts';

/** When the attempt began that is looked for: whole seconds, as the stamps of most providers are. */
const BEGAN_AT = Date.UTC(2026, 9, 2, 12, 0, 0);
const HOUR_MS = 3_600_000;

/** What a provider says when it is asked: of an attempt whose answer was lost, and of a message that it took. */
export function askContract(subject: ProviderSubject): void {
  describe('as it is asked', () => {
    test('has something to ask exactly where it says so', async () => {
      const provider = await subject.newProvider(await deadAddress());
      expect({ look: provider.look !== undefined, check: provider.check !== undefined }).toEqual({
        look: subject.looks.length > 0,
        check: subject.checks.length > 0,
      });
    });
    for (const draft of subject.drafts) {
      if (subject.looks.includes(draft.channel)) {
        if (subject.wire.ownId) ownIdContract(subject, draft, subject.wire.ownId('attempt-1'));
        else lookContract(subject, draft);
        vainContract(subject, draft);
      }
      if (subject.checks.includes(draft.channel)) checkContract(subject, draft);
    }
  });
}

function lookContract(subject: ProviderSubject, draft: Draft): void {
  const { channel } = draft;
  const held = (number: number, more: Partial<Held> = {}): Held => ({
    providerId: subject.wire.providerId(number),
    draft,
    status: firstStatus(subject, draft),
    createdAt: BEGAN_AT + 1_000,
    ...more,
  });

  test(`finds a ${channel} that was taken though the answer was lost`, async () => {
    const { sighting, received } = await lookIn(subject, draft, [held(1)]);
    expect(ids(sighting)).toEqual([subject.wire.providerId(1)]);
    expect(received.every((request) => !subject.wire.readSend(request))).toBe(true);
  });

  test(`takes for it no ${channel} of another time, and none to another number`, async () => {
    const { sighting } = await lookIn(subject, draft, [
      held(1, { createdAt: BEGAN_AT - HOUR_MS }),
      held(2, { draft: { ...draft, to: anotherNumber(draft.to) } }),
    ]);
    expect(ids(sighting)).toEqual([]);
  });

  // Scripts come back from no provider.
  const texts = draft.content.kind === 'text' ? [draft.content] : [];
  test.each(texts)('takes for it no message with other words than "$text"', async ({ kind, text }) => {
    const other: Draft = { ...draft, content: { kind, text: `${text}.` } };
    const { sighting } = await lookIn(subject, draft, [held(1, { draft: other })]);
    expect(ids(sighting)).toEqual([]);
  });

  test(`gives all that may be the ${channel}, and leaves the choice to the journal`, async () => {
    const { sighting } = await lookIn(subject, draft, [held(1), held(2)]);
    expect(new Set(ids(sighting))).toEqual(new Set([subject.wire.providerId(1), subject.wire.providerId(2)]));
  });
}

/** An attempt that is asked for by its own id is found or not there: there is no choice to be left to the journal. */
function ownIdContract(subject: ProviderSubject, draft: Draft, providerId: string): void {
  const { channel } = draft;
  const [status = ''] = Object.keys(statesOf(subject, channel));
  const held = { providerId, draft, status, createdAt: BEGAN_AT };

  test(`finds a ${channel} by its id that was taken though the answer was lost`, async () => {
    const { sighting, received } = await lookIn(subject, draft, [held]);
    expect(sighting).toEqual({ kind: 'found', candidate: { providerId, answer: expect.any(Object) } });
    expect(received.some((request) => subject.wire.readSend(request))).toBe(false);
  });

  test(`takes no other ${channel} for it, however much alike`, async () => {
    const { sighting } = await lookIn(subject, draft, [{ ...held, providerId: subject.wire.providerId(2) }]);
    expect(sighting).toEqual({ kind: 'candidates', candidates: [] });
  });
}

function vainContract(subject: ProviderSubject, draft: Draft): void {
  const { channel } = draft;
  test.each(Object.entries(BAD_ANSWERS))(
    `says that a look for a ${channel} was in vain after %s`,
    async (_, behave) => {
      await using fake = await startWire(behave);
      const sighting = await lookOnce(await subject.newProvider(fake.url), draft);
      expect(sighting.kind).toBe('unclear');
      expectNoSecret(subject, sighting);
    },
  );
}

function checkContract(subject: ProviderSubject, draft: Draft): void {
  const { channel } = draft;
  const providerId = subject.wire.providerId(1);
  const states = Object.entries(statesOf(subject, channel));

  test.each(states)(`is told that a ${channel} is %s`, async (status, state) => {
    expect(await checkAmong(subject, draft, [{ providerId, draft, status, createdAt: BEGAN_AT }])).toMatchObject({
      state,
      providerId,
    });
  });

  test(`is not told the state of a ${channel} that is of no kind known here`, async () => {
    const held = [{ providerId, draft, status: 'teleported', createdAt: BEGAN_AT }];
    expect(await checkAmong(subject, draft, held)).toEqual({ failed: expect.stringMatching(/\S+ \S+ \S+/) });
  });

  test(`gives a ${channel} up that the provider does not know`, async () => {
    expect(await checkAmong(subject, draft, [])).toMatchObject({ state: 'untracked', providerId });
  });

  test.each(Object.entries(BAD_ANSWERS))(`learns nothing of a ${channel} from %s`, async (_, behave) => {
    await using fake = await startWire(behave);
    const provider = await subject.newProvider(fake.url);
    const report = await provider.check?.({ channel, providerId, signal: new AbortController().signal });
    expect(report).toEqual({ failed: expect.stringMatching(/\S+ \S+ \S+/) });
    expectNoSecret(subject, report);
  });
}

const BAD_ANSWERS: Readonly<Record<string, Behaviour>> = {
  'a 500': (response) => reply(response, { status: 500, body: '' }),
  'a 429': (response) => reply(response, { status: 429, body: '' }),
  'a 401': (response) => reply(response, { status: 401, body: '' }),
  'a page': (response) => reply(response, { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Hi' }),
  nothing: (response) => reply(response, { status: 200, body: '' }),
  'a connection that is closed': (response) => response.destroy(),
};

async function lookIn(
  subject: ProviderSubject,
  draft: Draft,
  held: readonly Held[],
): Promise<{ sighting: Sighting; received: readonly WireRequest[] }> {
  await using fake = await startWire(asking(subject, held));
  const sighting = await lookOnce(await subject.newProvider(fake.url), draft);
  return { sighting, received: fake.received };
}

async function lookOnce(provider: Provider, draft: Draft): Promise<Sighting> {
  const attempt = { id: 'attempt-1', messageId: 'message-1', number: 1, beganAt: BEGAN_AT };
  const sighting = await provider.look?.({ draft, attempt, signal: new AbortController().signal });
  if (!sighting) throw new Error('the provider has no look');
  return sighting;
}

async function checkAmong(subject: ProviderSubject, draft: Draft, held: readonly Held[]): Promise<unknown> {
  await using fake = await startWire(asking(subject, held));
  const provider = await subject.newProvider(fake.url);
  const providerId = subject.wire.providerId(1);
  return await provider.check?.({ channel: draft.channel, providerId, signal: new AbortController().signal });
}

function asking({ wire }: ProviderSubject, held: readonly Held[]): Behaviour {
  return (response, request) => {
    if (!wire.asked) throw new Error('the wire of this subject cannot be asked: give it `asked`');
    reply(response, wire.asked(request, held));
  };
}

function firstStatus({ callbacks }: ProviderSubject, { channel }: Draft): string {
  return callbacks?.lives.find((life) => life.channel === channel)?.statuses[0] ?? '';
}

function statesOf({ callbacks, states }: ProviderSubject, channel: Channel): Readonly<Record<string, State>> {
  return callbacks?.states[channel] ?? states?.[channel] ?? {};
}

function ids(sighting: Sighting): readonly string[] {
  return sighting.kind === 'candidates' ? sighting.candidates.map(({ providerId }) => providerId) : [sighting.kind];
}

/** Its last digit is another. */
function anotherNumber(number: string): string {
  return number.slice(0, -1) + ((Number(number.slice(-1)) + 1) % 10);
}

function expectNoSecret({ secrets }: ProviderSubject, shown: unknown): void {
  for (const secret of secrets) expect(inspect(shown, { depth: 10 })).not.toContain(secret);
}
