import { createHash } from 'node:crypto';
import type { IncomingResponse } from '../../src/http/http.ts';
import { newFaultBook } from '../../src/sandbox/faults.ts';
import { type Books, type Call, type IncomingNumber, newBooks, type Sms } from '../../src/sandbox/ledger.ts';
import { newLives } from '../../src/sandbox/life/lives.ts';
import { newCall } from '../../src/sandbox/life/new-call.ts';
import { newSms } from '../../src/sandbox/life/new-sms.ts';
import { newOptOuts } from '../../src/sandbox/life/opt-out.ts';
import type { Outbound, Reply } from '../../src/sandbox/life/outbound.ts';
import type { Lives, Network } from '../../src/sandbox/network.ts';
import { newPhoneBook } from '../../src/sandbox/phones.ts';
import type { Phones } from '../../src/sandbox/sandbox.ts';
import { newVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** Numbers that are nobody's (555-01xx), and the sender of the examples. */
export const TO = '+12025550123';
export const OTHER = '+12025550124';
export const FROM = '+34666555777';

/** A network without a server: time stands still, and `pages` are what the user's server answers. */
export interface Exchange {
  readonly network: Network;
  readonly clock: VirtualClock;
  readonly books: Books;
  readonly lives: Lives;
  readonly phones: Phones;
  /** By path: TwiML, or a whole answer. What is not there is answered with 404; callbacks go to `/cb`, with 204. */
  readonly pages: Map<string, string | Partial<IncomingResponse> | (() => string)>;
  /** What the user's server was asked, in order. */
  readonly asked: Outbound[];
  stop(): Promise<void>;
  /** Places a call, without moving the clock. */
  call(given?: Partial<Call>): Call;
  sms(given?: Partial<Sms>): Sms;
  buy(given?: Partial<IncomingNumber>): IncomingNumber;
  /** The call as it is now. */
  now(call: Call): Call;
}

export const SERVER = 'http://127.0.0.1:9999';

/** `isOpen` is what the user's server waits for before it answers. */
export function openExchange(paceMs = 100, isOpen: Promise<void> = Promise.resolve()): Exchange {
  const clock = newVirtualClock();
  const stop = new AbortController();
  const pages: Exchange['pages'] = new Map();
  const asked: Outbound[] = [];
  let count = 0;
  const book = newPhoneBook(
    () => books,
    () => lives,
  );
  const books = newBooks(clock, book.tell);
  const network: Network = {
    accountSid: 'AC00000000000000000000000000000000',
    clock,
    paceMs,
    stopping: stop.signal,
    books,
    faults: newFaultBook(),
    send: async (outbound) => {
      await isOpen;
      asked.push(outbound);
      return answerOf(pages, outbound);
    },
    newSid: (prefix) => `${prefix}${createHash('md5').update(String(count++)).digest('hex')}`,
    baseUrl: () => 'http://127.0.0.1:8888',
    habitOf: book.habitOf,
    optOuts: newOptOuts(),
  };
  const lives = newLives(network);
  const kept = { accountSid: network.accountSid, createdAt: clock.now(), updatedAt: clock.now() };
  return {
    network,
    clock,
    books,
    lives,
    phones: book.phones,
    pages,
    asked,
    async stop() {
      stop.abort(new Error('the test is over'));
      await lives.ended();
    },
    call(given) {
      const script = { kind: 'text', text: '<Response/>' } as const;
      const usual = {
        sid: network.newSid('CA'),
        ...kept,
        direction: 'outbound-api',
        to: TO,
        from: FROM,
        script,
      } as const;
      const call = books.calls.add(newCall({ ...usual, now: clock.now(), ...given }));
      lives.begin(call);
      return call;
    },
    sms(given) {
      const usual = { direction: 'outbound-api', to: TO, from: FROM, body: 'Hello', status: 'queued' } as const;
      const sms = books.messages.add(newSms(network, { ...usual, ...given }));
      lives.begin(sms);
      return sms;
    },
    buy(given) {
      return books.numbers.add({
        kind: 'number',
        sid: network.newSid('PN'),
        ...kept,
        phoneNumber: FROM,
        friendlyName: 'desk',
        type: 'local',
        voice: null,
        voiceFallback: null,
        sms: null,
        smsFallback: null,
        statusCallback: null,
        ...given,
      });
    },
    now: (call) => books.calls.find(call.sid) ?? call,
  };
}

function answerOf(pages: Exchange['pages'], outbound: Outbound): Reply {
  const { pathname } = new URL(outbound.url);
  const page = pages.get(pathname);
  const given = typeof page === 'function' ? page() : page;
  const usual = { status: 200, headers: { 'content-type': 'text/xml' }, body: '' };
  if (typeof given === 'string') return { kind: 'answered', response: { ...usual, body: given } };
  if (given) return { kind: 'answered', response: { ...usual, ...given } };
  return { kind: 'answered', response: { ...usual, status: pathname === '/cb' ? 204 : 404 } };
}

/** What was heard, in short. */
export function heardOf(call: Call): readonly string[] {
  return call.heard.map((heard) => {
    if (heard.kind === 'say') return heard.words;
    return heard.kind === 'play' ? `(${heard.url})` : `[${heard.digits}]`;
  });
}

/** A script that came with a call. */
export function text(verbs: string): Call['script'] {
  return { kind: 'text', text: `<Response>${verbs}</Response>` };
}

/** A script that is asked for. */
export function url(path: string): Extract<Call['script'], { kind: 'url' }> {
  return { kind: 'url', url: `${SERVER}${path}`, method: 'POST' };
}
