import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type HttpResponse, json, newFeed, pageHeaders, type Route, serverSentEvent } from '../http/http.ts';
import { isE164, maskNumber } from '../message/message.ts';
import type { JsonObject } from '../schema/schema.ts';
import type { PhoneEntry, Phones } from './sandbox.ts';

/** Entries that the page begins with; a person looks at the last few. */
const SHOWN_LIMIT = 200;
/** Pages that are open at one time, on a machine with one person at it. */
const FEED_LIMIT = 50;

/** The page of the phones, its data, and its live feed. `key` keeps the names of the phones from telling their numbers. */
export async function pageRoutes(phones: Phones, key: string): Promise<Route[]> {
  const files = await Promise.all([
    file('/', 'phones.html', 'text/html'),
    file('/page.css', '../../http/page/page.css', 'text/css'),
    file('/phones.css', 'phones.css', 'text/css'),
    file('/phones.js', 'phones.js', 'text/javascript'),
  ]);
  const snapshot = () => ({
    entries: phones
      .entries()
      .slice(0, SHOWN_LIMIT)
      .map((entry) => shown(entry, key)),
  });
  return [
    ...files,
    { method: 'GET', path: '/phones.json', handle: () => guarded(json(200, snapshot())) },
    { method: 'GET', path: '/events', handle: feedHandler(phones, snapshot, key) },
  ];
}

/** Files of the page by name: scenarios open hundreds of networks in one process. */
const read = new Map<string, Promise<Buffer>>();

async function file(path: string, name: string, type: string): Promise<Route> {
  const reading = read.get(name) ?? readFile(new URL(`page/${name}`, import.meta.url));
  read.set(name, reading);
  const body = await reading;
  const response = guarded({ status: 200, headers: { 'content-type': `${type}; charset=utf-8` }, body });
  return { method: 'GET', path, handle: () => response };
}

function guarded(response: HttpResponse): HttpResponse {
  return { ...response, headers: { ...response.headers, ...pageHeaders } };
}

/** The feed begins with all that is there, so that a page which connects again has missed nothing. */
function feedHandler(phones: Phones, snapshot: () => JsonObject, key: string): Route['handle'] {
  let open = 0;
  return () => {
    if (open >= FEED_LIMIT) return json(503, { error: 'Too many pages are open.' });
    open++;
    const feed = newFeed((push) => {
      push(serverSentEvent('phones', snapshot()));
      const unsubscribe = phones.subscribe((entry) => push(serverSentEvent('entry', shown(entry, key))));
      return () => {
        open--;
        unsubscribe();
      };
    });
    return guarded({ status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' }, body: feed });
  };
}

/** An entry without a number in it. Two numbers can look the same masked, so the phone has a name of its own too. */
function shown({ id, kind, to, from, words, state, at, note }: PhoneEntry, key: string): JsonObject {
  const phone = createHmac('sha256', key).update(to).digest('hex').slice(0, 16);
  return { id, phone, number: mask(to), kind, from: mask(from), words, state, at, note: note ?? null };
}

/** A sender may be a name, which is there to be seen. */
function mask(sender: string): string {
  return isE164(sender) ? maskNumber(sender) : sender;
}
