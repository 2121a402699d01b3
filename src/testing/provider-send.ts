import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import type { Draft, Outcome } from '../message/message.ts';
import type { ErrorCase, ProviderSubject } from './provider-subject.ts';
import {
  type Behaviour,
  deadAddress,
  reply,
  replyHalf,
  replySlowly,
  startWire,
  type WireAnswer,
} from './provider-wire.ts';

/** What becomes of a send, whatever the wire does. */
export function sendContract(subject: ProviderSubject, draft: Draft): void {
  describe(`as it sends (${draft.channel})`, () => {
    acceptance(subject, draft);
    refusals(subject, draft);
    doubts(subject, draft);
    discretion(subject, draft);
  });
}

/** The id of what the fake takes on. */
const NUMBER = 1;

function acceptance(subject: ProviderSubject, draft: Draft): void {
  const { wire } = subject;
  test('sends recipient and words once, and gives back the id and the answer', async () => {
    const { outcome, sends } = await sendTo(subject, draft, accepting(subject));
    expect(sends).toHaveLength(1);
    expect(digits(sends[0]?.to)).toBe(digits(draft.to));
    const { content } = draft;
    if (content.kind === 'text') expect(sends[0]?.words).toBe(content.text);
    expect(outcome).toEqual({
      kind: 'accepted',
      providerId: wire.ownId?.('attempt-1') ?? wire.providerId(NUMBER),
      answer: expect.any(Object),
      ...(subject.takenAs && { state: subject.takenAs }),
    });
  });

  test('gives each message the id that was answered for it', async () => {
    let number = 0;
    await using fake = await startWire((response, request) => {
      reply(response, wire.accepted(request, wire.providerId(++number)));
    });
    const provider = await subject.newProvider(fake.url);
    const ids = [];
    for (const attempt of ['a', 'b', 'c']) {
      const outcome = await provider.send(requestOf(draft, attempt));
      ids.push(outcome.kind === 'accepted' ? outcome.providerId : outcome);
    }
    expect(ids).toEqual(['a', 'b', 'c'].map((attempt, index) => wire.ownId?.(attempt) ?? wire.providerId(index + 1)));
  });
}

function refusals(subject: ProviderSubject, draft: Draft): void {
  test.each(subject.errors)('makes of the code $code what it means: $expected', async (error) => {
    const { outcome, sends } = await sendTo(subject, draft, always(error.answer));
    expect(sends).toHaveLength(1);
    expectOutcome(outcome, error);
  });

  test('takes a 429 as a refusal for now, and waits as long as Retry-After says', async () => {
    const answer: WireAnswer = { status: 429, headers: { 'retry-after': '7' }, body: '' };
    const { outcome, sends } = await sendTo(subject, draft, always(answer));
    expect(sends).toHaveLength(1);
    expect(outcome).toMatchObject({ kind: 'rejected', retry: { afterMs: 7_000 } });
  });

  test('takes a refused connection as a try that reached nobody', async () => {
    const provider = await subject.newProvider(await deadAddress());
    const outcome = await provider.send(requestOf(draft));
    expect(outcome).toMatchObject({ kind: 'rejected', retry: { unreached: true } });
    expectPlain(outcome);
  });

  test('sends nothing once it was called off', async () => {
    await using fake = await startWire(accepting(subject));
    const provider = await subject.newProvider(fake.url);
    const outcome = await provider.send({ ...requestOf(draft), signal: AbortSignal.abort() });
    expect(fake.received).toEqual([]);
    expect(outcome.kind).not.toBe('accepted');
  });
}

function doubts(subject: ProviderSubject, draft: Draft): void {
  const html = '<!doctype html><html><body><h1>Gateway</h1></body></html>';
  const page = { 'content-type': 'text/html' };
  const cases: Readonly<Record<string, Behaviour>> = {
    'a 500': always({ status: 500, body: '' }),
    'a 502 with a page': always({ status: 502, headers: page, body: html }),
    'a 503': always({ status: 503, body: '' }),
    "a 500 in the provider's own form": always({ ...subject.wire.refused('Internal error'), status: 500 }),
    'a 200 with a page': always({ status: 200, headers: page, body: html }),
    'a 200 with nothing': always({ status: 200, body: '' }),
    'a 200 with other data': always({ status: 200, headers: { 'content-type': 'application/json' }, body: '[null]' }),
    'a 403 with a page, such as a proxy sends': always({ status: 403, headers: page, body: html }),
    'a redirection': always({ status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' }, body: '' }),
    'a connection that is closed after the request': (response) => response.destroy(),
    'an answer that breaks off': (response, request) =>
      replyHalf(response, subject.wire.accepted(request, subject.wire.providerId(NUMBER))),
  };
  test.each(Object.entries(cases))(
    'does not know what became of a send after %s, and sends no second',
    async (_, behave) => {
      const { outcome, sends } = await sendTo(subject, draft, behave);
      expect(sends).toHaveLength(1);
      expect(outcome.kind).toBe('unknown');
      expectPlain(outcome);
    },
  );

  test('does not know what became of a send whose answer creeps in byte by byte until it is called off', async () => {
    const deadline = new AbortController();
    const { outcome, sends } = await sendTo(
      subject,
      draft,
      (response, request) =>
        replySlowly(response, subject.wire.accepted(request, subject.wire.providerId(NUMBER)), () => deadline.abort()),
      deadline.signal,
    );
    expect(sends).toHaveLength(1);
    expect(outcome.kind).toBe('unknown');
    expectPlain(outcome);
  });

  test('repeats nothing on a kept connection that is closed under it', async () => {
    const accept = accepting(subject);
    await using fake = await startWire((response, request) => {
      if (fake.received.length > 1) response.destroy();
      else accept(response, request);
    });
    const provider = await subject.newProvider(fake.url);
    expect((await provider.send(requestOf(draft, 'first'))).kind).toBe('accepted');
    expect((await provider.send(requestOf(draft, 'second'))).kind).toBe('unknown');
    expect(fake.received.filter((request) => subject.wire.readSend(request))).toHaveLength(2);
  });
}

/** A provider that repeats the sender's secrets, and the number, in all it says. */
function discretion(subject: ProviderSubject, draft: Draft): void {
  const words = `No: ${draft.to}, 00${digits(draft.to)} ${subject.secrets.join(' ')}`;
  const hostile: Readonly<Record<string, Behaviour>> = {
    'a refusal': always(subject.wire.refused(words)),
    'a 500': always({ status: 500, body: words }),
    'a 429': always({ status: 429, body: words }),
    'a page': always({ status: 200, headers: { 'content-type': 'text/html' }, body: `<p>${words}</p>` }),
    'a dropped connection': (response) => response.destroy(),
    'a header': always({ status: 400, headers: { 'x-error': words }, body: '' }),
  };
  test.each(Object.entries(hostile))('shows no secret and no full number after %s', async (_, behave) => {
    using said = listening();
    const { outcome } = await sendTo(subject, draft, behave);
    for (const one of [...subject.secrets, digits(draft.to)]) {
      expect(inspect(outcome, { depth: 10 })).not.toContain(one);
      expect(said.text()).not.toContain(one);
    }
  });

  test('shows no secret when it is printed itself', async () => {
    const provider = await subject.newProvider(await deadAddress());
    const printed = `${inspect(provider, { depth: 10, showHidden: true })}${JSON.stringify(provider)}`;
    for (const secret of subject.secrets) expect(printed).not.toContain(secret);
  });
}

/** What is written to the terminal until the end of the block. */
function listening(): Disposable & { text(): string } {
  const spies = [
    vi.spyOn(process.stdout, 'write').mockReturnValue(true),
    vi.spyOn(process.stderr, 'write').mockReturnValue(true),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    ),
  ];
  return {
    text: () =>
      inspect(
        spies.flatMap((spy) => spy.mock.calls.flat()),
        { depth: 10 },
      ),
    [Symbol.dispose]: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}

async function sendTo(
  subject: ProviderSubject,
  draft: Draft,
  behave: Behaviour,
  signal?: AbortSignal,
): Promise<{ outcome: Outcome; sends: readonly NonNullable<ReturnType<ProviderSubject['wire']['readSend']>>[] }> {
  await using fake = await startWire(behave);
  const provider = await subject.newProvider(fake.url);
  const outcome = await provider.send({ ...requestOf(draft), ...(signal && { signal }) });
  const sends = fake.received.flatMap((request) => subject.wire.readSend(request) ?? []);
  return { outcome, sends };
}

function accepting({ wire }: ProviderSubject): Behaviour {
  return (response, request) => reply(response, wire.accepted(request, wire.providerId(NUMBER)));
}

function always(answer: WireAnswer): Behaviour {
  return (response) => reply(response, answer);
}

function requestOf(draft: Draft, id = 'attempt-1') {
  return {
    attempt: { id, messageId: `message of ${id}`, number: 1, beganAt: Date.now() },
    draft,
    callbackUrl: `https://ringbook.example.com/hooks/${id}`,
    signal: new AbortController().signal,
  };
}

function expectOutcome(outcome: Outcome, { code, expected, meaning }: ErrorCase): void {
  expectPlain(outcome);
  if (expected === 'unknown') expect(outcome.kind).toBe('unknown');
  else {
    expect(outcome).toMatchObject({ kind: 'rejected', code });
    expect(outcome.kind === 'rejected' && outcome.retry !== undefined).toBe(expected === 'retry');
  }
  if (meaning !== undefined) expect(outcome.kind === 'accepted' ? '' : outcome.reason).toContain(meaning);
}

/** A reason is a sentence for a person: several words, no markup, nothing unfinished. */
function expectPlain(outcome: Outcome): void {
  if (outcome.kind === 'accepted') return;
  expect(outcome.reason).toMatch(/^\S+( \S+){2,}$/);
  expect(outcome.reason).not.toMatch(/[<>{}]|undefined|\[object|null\b/);
  expect(outcome.reason.length).toBeLessThanOrEqual(500);
}

function digits(text = ''): string {
  return text.replaceAll(/\D/g, '');
}
