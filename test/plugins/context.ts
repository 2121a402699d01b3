import { readFileSync } from 'node:fs';
import type { HttpClient } from '../../src/http/http.ts';
import { type Draft, type Message, NotSent } from '../../src/message/message.ts';
import type { OpContext } from '../../src/plugin/plugin.ts';
import type { Json } from '../../src/schema/schema.ts';
import { newProvider, newResource, send } from './twilio/sending.ts';

/** What an op is given, with one resource `phone` that sends over the wire of the test, and without a journal. */
export function newContext(
  http: HttpClient,
  settings: Readonly<Record<string, Json>>,
): OpContext & { lines: string[] } {
  const resource = newResource(settings);
  const provider = newProvider(http, settings);
  const lines: string[] = [];
  const number = typeof settings['twilioNumber'] === 'string' ? settings['twilioNumber'] : undefined;
  return {
    lines,
    http,
    signal: new AbortController().signal,
    note: { kept: undefined, keep: async () => {} },
    resource: () => resource,
    sender: () => number,
    caller: () => number,
    flow: () => {
      const { responseUrl, flow } = settings;
      const own = flow ?? responseUrl;
      return typeof own === 'string' ? own : undefined;
    },
    template: (name) => {
      const file = `resources/templates/${name}`;
      return { file, text: readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8') };
    },
    async send(draft) {
      const outcome = await send(provider, draft);
      if (outcome.kind !== 'accepted') throw new NotSent(outcome.reason);
      return messageOf(draft, outcome.answer);
    },
    log: (line) => lines.push(line),
  };
}

function messageOf(draft: Draft, answer: NonNullable<Message['answer']>): Message {
  return {
    ...draft,
    id: 'm1',
    runId: 'r1',
    op: 'op',
    state: 'accepted',
    answer,
    createdAt: 0,
    changedAt: 0,
    attempts: 1,
    looks: 0,
    possibleDuplicate: false,
  };
}
