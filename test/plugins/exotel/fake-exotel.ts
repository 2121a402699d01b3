/** Exotel itself: takes messages and calls, gives out their details, lets them live, and reports to whoever asked for it. */
import type { Draft } from '../../../src/message/message.ts';
import type { Held } from '../../../src/testing/provider-subject.ts';
import type { WireRequest } from '../../../src/testing/provider-wire.ts';
import { type Behaviour, reply, startWire, type Wire } from '../../../src/testing/provider-wire.ts';
import { callbackOf } from './callbacks.ts';
import { formOf, wire } from './wire.ts';

export interface FakeExotel extends Wire {
  /** The sends that it was asked for, as forms. */
  forms(): readonly Readonly<Record<string, string>>[];
  /** The ids of what it took. */
  sids(): readonly string[];
  /** Moves one on to a state, and reports it; resolves with the status that the report was answered with. */
  move(sid: string, status: string, more?: Readonly<Record<string, string>>): Promise<number>;
  /** Reports to the address of one what is not so, as a stranger who knows it would; `claimed` is the id that is told. */
  lie(sid: string, status: string, claimed?: string): Promise<number>;
  /** Takes the next send, and breaks off before it answers. */
  loseNextAnswer(): void;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startFakeExotel(): Promise<FakeExotel> {
  const held = new Map<string, Held>();
  const addresses = new Map<string, string>();
  let isAnswerLost = false;
  const behave: Behaviour = (response, request) => {
    if (!wire.readSend(request)) return reply(response, wire.asked?.(request, [...held.values()]) ?? wire.refused(''));
    const sid = wire.providerId(held.size + 1);
    held.set(sid, { providerId: sid, draft: draftOf(request), status: 'queued', createdAt: Date.now() });
    addresses.set(sid, formOf(request).get('StatusCallback') ?? '');
    if (isAnswerLost) response.destroy();
    else reply(response, wire.accepted(request, sid));
    isAnswerLost = false;
  };
  const server = await startWire(behave);
  const report = async (
    sid: string,
    status: string,
    more?: Readonly<Record<string, string>>,
    claimed = sid,
  ): Promise<number> => {
    const channel = held.get(sid)?.draft.channel ?? 'sms';
    const url = addresses.get(sid) ?? '';
    const { headers, body } = callbackOf({ channel, status, providerId: claimed, url }, more);
    const type = headers['content-type'] ?? '';
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) });
    return answer.status;
  };
  return {
    ...server,
    forms: () =>
      server.received.filter((request) => wire.readSend(request)).map((one) => Object.fromEntries(formOf(one))),
    sids: () => [...held.keys()],
    move: (sid, status, more) => {
      const one = held.get(sid);
      if (one) held.set(sid, { ...one, status });
      return report(sid, status, more);
    },
    lie: (sid, status, claimed) => report(sid, status, {}, claimed),
    loseNextAnswer: () => {
      isAnswerLost = true;
    },
  };
}

function draftOf(request: WireRequest): Draft {
  const form = formOf(request);
  const text = form.get('Body');
  const resource = 'india';
  const [from, to] = [form.get('From') ?? '', form.get('To') ?? ''];
  if (text !== null) return { channel: 'sms', resource, to, from, content: { kind: 'text', text } };
  const content = form.has('To')
    ? ({ kind: 'connect', second: to } as const)
    : ({ kind: 'flow', flow: form.get('Url') ?? '' } as const);
  return { channel: 'call', resource, to: from, from: form.get('CallerId') ?? '', content };
}
