import { readFileSync } from 'node:fs';
import { json, newFeed, pageHeaders, type Route, serverSentEvent } from '../http/http.ts';
import type { Journal, Story } from '../journal/journal.ts';
import { isFinal, maskNumber, STATES, type State } from '../message/message.ts';
import type { JsonObject } from '../schema/schema.ts';

/** Events on the page: what a person looks through. */
const SHOWN_EVENTS = 50;
/** Pages open at one time; each holds a connection. */
const OPEN_PAGES = 50;
/** Changes come in bursts; the page is told at most this often. */
const SETTLE_MS = 100;

/** Calls `listener` whenever something on the page may have moved; returns what ends that. */
type Subscribe = (listener: () => void) => () => void;

/** The page of the host: the newest events, live. */
export function consoleRoutes(options: {
  readonly journal: Pick<Journal, 'stories'>;
  readonly changes: Subscribe;
  /** What a person has to know who looks at it, such as that all sends go to one number. */
  readonly notice?: string | undefined;
}): readonly Route[] {
  const snapshot = async (): Promise<JsonObject> => ({
    notice: options.notice ?? null,
    stories: (await options.journal.stories(SHOWN_EVENTS)).map(shownStory),
  });
  return [
    file('/', 'console.html', 'text/html'),
    file('/page.css', '../../http/page/page.css', 'text/css'),
    file('/console.css', 'console.css', 'text/css'),
    file('/console.js', 'console.js', 'text/javascript'),
    {
      method: 'GET',
      path: '/stories.json',
      handle: async () => {
        const response = json(200, await snapshot());
        return { ...response, headers: { ...response.headers, ...pageHeaders } };
      },
    },
    { method: 'GET', path: '/changes', handle: feedOf(snapshot, options.changes) },
  ];
}

function file(path: string, name: string, type: string): Route {
  let body: Buffer | undefined;
  const headers = { 'content-type': `${type}; charset=utf-8`, ...pageHeaders };
  return {
    method: 'GET',
    path,
    handle: () => {
      body ??= readFileSync(new URL(`page/${name}`, import.meta.url));
      return { status: 200, headers, body };
    },
  };
}

/** Every change sends the whole page anew: it is small, and a page that connects again has missed nothing. */
function feedOf(snapshot: () => Promise<JsonObject>, changes: Subscribe): Route['handle'] {
  let open = 0;
  return () => {
    if (open >= OPEN_PAGES) return json(503, { error: 'too many pages are open' });
    open++;
    const body = newFeed((push) => {
      let timer: NodeJS.Timeout | undefined;
      const send = (): void => {
        timer = undefined;
        snapshot().then(
          (stories) => push(serverSentEvent('stories', stories)),
          // The journal is closing, and with it this page.
          () => undefined,
        );
      };
      const unsubscribe = changes(() => {
        timer ??= setTimeout(send, SETTLE_MS);
      });
      send();
      return () => {
        open--;
        clearTimeout(timer);
        unsubscribe();
      };
    });
    return { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8', ...pageHeaders }, body };
  };
}

/** A story as the page shows it: numbers masked, words left out. */
function shownStory({ event, runs }: Story): JsonObject {
  return {
    type: event.type,
    source: event.source,
    id: event.id,
    time: event.time,
    runs: runs.map((run) => ({
      rule: run.rule,
      state: run.state,
      error: run.error ?? null,
      messages: run.messages.map(({ op, resource, to, state, error, states, lastAttempt }) => ({
        op,
        to: maskNumber(to),
        by: lastAttempt?.way && lastAttempt.way.resource !== resource ? lastAttempt.way.resource : null,
        sentTo: lastAttempt?.way && lastAttempt.way.to !== to ? maskNumber(lastAttempt.way.to) : null,
        state,
        outcome: outcomeOf(state),
        error: error ?? null,
        states: states.map((step) => ({ state: step.state, at: step.at, meaning: STATES[step.state].meaning })),
      })),
    })),
  };
}

function outcomeOf(state: State): 'good' | 'bad' | 'open' {
  if (state === 'delivered' || state === 'completed' || state === 'debug') return 'good';
  return isFinal(state) || state === 'unknown' ? 'bad' : 'open';
}
