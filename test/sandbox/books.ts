import { randomUUID } from 'node:crypto';
import twilio from 'twilio';
import { afterEach } from 'vitest';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import { apiRoutes } from '../../src/sandbox/api/api.ts';
import { newFaultBook } from '../../src/sandbox/faults.ts';
import { type Books, newBooks } from '../../src/sandbox/ledger.ts';
import { newLives } from '../../src/sandbox/life/lives.ts';
import { newOptOuts } from '../../src/sandbox/life/opt-out.ts';
import { newOutbound } from '../../src/sandbox/life/outbound.ts';
import type { Network } from '../../src/sandbox/network.ts';
import { realClock } from '../../src/time/real.ts';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** The API alone, over books that a test can write in, and the official SDK pointed at it. */
export async function openApi(): Promise<{ url: string; books: Books; network: Network; client: twilio.Twilio }> {
  const http = newHttpClient();
  const stop = new AbortController();
  const newSid = (prefix: string) => `${prefix}${randomUUID().replaceAll('-', '')}`;
  const account = { sid: newSid('AC'), authToken: newSid('') };
  const network: Network = {
    accountSid: account.sid,
    clock: realClock,
    paceMs: 60_000,
    stopping: stop.signal,
    send: newOutbound(http, () => account.authToken, stop.signal),
    books: newBooks(realClock, () => undefined),
    faults: newFaultBook(),
    newSid,
    baseUrl: () => server.url,
    habitOf: () => ({ answers: 'by-hand' }),
    optOuts: newOptOuts(),
  };
  const lives = newLives(network);
  const at = { createdAt: Date.now(), updatedAt: Date.now() };
  const names = { kind: 'account', friendlyName: 'Main', status: 'active' } as const;
  network.books.accounts.add({ ...names, ...at, ...account, accountSid: account.sid, ownerSid: account.sid });
  const server = await listen({ host: '127.0.0.1', port: 0, routes: apiRoutes(network, lives) });
  closers.push(async () => {
    stop.abort(new Error('the test is over'));
    await server.close();
    await lives.ended();
    await http.close();
  });
  return { url: server.url, books: network.books, network, client: clientFor(account, server.url) };
}

/** The official SDK, pointed at `url`. */
export function clientFor(account: { readonly sid: string; readonly authToken: string }, url: string): twilio.Twilio {
  const client = twilio(account.sid, account.authToken);
  client.api.baseUrl = url;
  return client;
}

/** Asks without the SDK, as the account of `client`. */
export function ask(client: twilio.Twilio, address: string, method = 'GET', form?: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${client.username}:${client.password}`).toString('base64')}`;
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return fetch(address, { method, headers: { authorization, ...(form && type) }, ...(form && { body: form }) });
}

/** A page of messages as it stands on the wire. */
interface MessagesPage {
  readonly messages: readonly { readonly body: string }[];
  readonly first_page_uri: string;
  readonly next_page_uri: string | null;
  readonly previous_page_uri: string | null;
}

export async function messagesPage(client: twilio.Twilio, address: string): Promise<MessagesPage> {
  return JSON.parse(await (await ask(client, address)).text());
}

/** One entry of each book, that belong together. */
export function fill({ books, accountSid, newSid, clock }: Network) {
  const now = clock.now();
  const kept = (prefix: string) => ({ sid: newSid(prefix), accountSid, createdAt: now, updatedAt: now });
  const call = books.calls.add({
    ...kept('CA'),
    kind: 'call',
    direction: 'outbound-api',
    parentCallSid: null,
    to: '+12025550123',
    from: '+34666555777',
    script: { kind: 'text', text: '<Response/>' },
    fallback: null,
    statusCallback: null,
    timeoutSeconds: 60,
    timeLimitSeconds: 14_400,
    sendDigits: '',
    machineDetection: null,
    answeredBy: null,
    record: false,
    status: 'completed',
    startedAt: now - 5_000,
    endedAt: now,
    heard: [],
    keys: '',
    callbackCount: 0,
    notes: [],
  });
  const conference = books.conferences.add({
    ...kept('CF'),
    kind: 'conference',
    friendlyName: 'Crisis',
    status: 'in-progress',
    endReason: null,
  });
  const recording = books.recordings.add({
    ...kept('RE'),
    kind: 'recording',
    callSid: call.sid,
    conferenceSid: conference.sid,
    status: 'completed',
    source: 'RecordVerb',
    durationSeconds: 4,
    startedAt: now - 4_000,
  });
  const transcription = books.transcriptions.add({
    ...kept('TR'),
    kind: 'transcription',
    recordingSid: recording.sid,
    status: 'completed',
    text: 'I am on my way',
    durationSeconds: 4,
  });
  const participant = books.participants.add({
    ...kept('CA'),
    kind: 'participant',
    conferenceSid: conference.sid,
    label: 'chief',
    muted: false,
    hold: false,
    startConferenceOnEnter: true,
    endConferenceOnExit: false,
    status: 'connected',
  });
  const notification = books.notifications.add({
    ...kept('NO'),
    kind: 'notification',
    callSid: call.sid,
    level: 'error',
    errorCode: 11200,
    text: 'The script was answered with status 500.',
    requestUrl: 'http://127.0.0.1/script',
    requestMethod: 'POST',
  });
  return { call, conference, recording, transcription, participant, notification };
}
