import { readFile } from 'node:fs/promises';
import { type HttpResponse, json, newFeed, pageHeaders, type Route, serverSentEvent } from '../http/http.ts';
import type { JsonObject } from '../schema/schema.ts';
import { handleDeed } from './page/deeds.ts';
import { newNames } from './page/names.ts';
import { newView, type View } from './page/view.ts';
import type { Faults, Habit, Phones } from './sandbox.ts';

/** Pages that are open at one time, on a machine with one person at it. */
const FEED_LIMIT = 50;

const SCRIPTS = [
  'phones.js',
  'act.js',
  'call.js',
  'card.js',
  'history.js',
  'keypad.js',
  'lines.js',
  'messages.js',
  'ring.js',
  'speech.js',
  'template.js',
  'words.js',
];

/** What the page shows, and what it reaches into. */
export interface PageParts {
  readonly phones: Phones;
  readonly faults: Faults;
  readonly habitOf: (number: string) => Habit;
  /** The numbers of the account, which a person can write to. */
  readonly lines: () => readonly string[];
  /** Keeps the names of the phones from telling their numbers. */
  readonly key: string;
  readonly notice?: string;
}

/** The page of the phones, its data, its live feed, and the door for what a person does on it. */
export async function pageRoutes(parts: PageParts): Promise<Route[]> {
  const names = newNames(parts.key);
  const view = newView(parts, names);
  const feeds = newFeeds(parts.phones, view);
  const files = await Promise.all([
    file('/', 'phones.html', 'text/html'),
    file('/page.css', '../../http/page/page.css', 'text/css'),
    file('/phones.css', 'phones.css', 'text/css'),
    ...SCRIPTS.map((name) => file(`/${name}`, name, 'text/javascript')),
  ]);
  const deed = handleDeed({
    ...parts,
    names,
    changed: (number) => feeds.tell(serverSentEvent('phone', view.phone(number))),
  });
  return [
    ...files,
    { method: 'GET', path: '/phones.json', handle: () => guarded(json(200, view.whole())) },
    { method: 'GET', path: '/events', handle: () => guarded(feeds.open()) },
    { method: 'POST', path: '/phones/act', handle: (request) => guarded(deed(request)) },
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

interface Feeds {
  /** A feed that begins with all that is there, so that a page which connects again has missed nothing. */
  open(): HttpResponse;
  /** Pushes to every page that is open. */
  tell(event: string): void;
}

function newFeeds(phones: Phones, view: View): Feeds {
  const pages = new Set<(event: string) => void>();
  let open = 0;
  const follow = (push: (event: string) => void): (() => void) => {
    push(serverSentEvent('phones', view.whole()));
    const unsubscribe = phones.subscribe((entry) => push(serverSentEvent('entry', changeOf(entry, view))));
    pages.add(push);
    return () => {
      open--;
      pages.delete(push);
      unsubscribe();
    };
  };
  return {
    open() {
      if (open >= FEED_LIMIT) return json(503, { error: 'Too many pages are open.' });
      open++;
      const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
      return { status: 200, headers, body: newFeed(follow) };
    },
    tell(event) {
      for (const push of pages) push(event);
    },
  };
}

/** With its phone, as a fault that was set for it may have been used up, and a habit may have been set by a script. */
function changeOf(entry: Parameters<View['entry']>[0], view: View): JsonObject {
  return { phone: view.phoneOf(entry), entry: view.entry(entry) };
}
