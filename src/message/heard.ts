/** What people do at the other end: keys that they press in a call, messages that they write. Both are events. */
import type { Event } from '../event/event.ts';
import { type HttpRequest, type HttpResponse, json, type Route } from '../http/http.ts';
import type { Journal } from '../journal/journal.ts';
import { callbackPath } from './callback.ts';
import { asSent, type Provider } from './message.ts';
import { digitsEvent, receivedEvent } from './told.ts';

/** What is needed from the rest of the house. */
export interface Hearing {
  readonly journal: Pick<Journal, 'messageOfAttempt' | 'messages' | 'run'>;
  readonly providers: (mid: string) => Promise<Provider>;
  /** Whether there is a resource that people can write to. */
  readonly receives: (mid: string) => boolean;
  /** The address that providers were given. */
  readonly publicUrl: () => string;
  /** Takes an event, once it is durable. The same event again changes nothing. */
  readonly accept: (event: Event) => Promise<void>;
  readonly now: () => number;
}

/** Where a provider tells of messages that people write to the numbers of a resource. */
export function inboundPath(mid: string): string {
  return `/inbound/${encodeURIComponent(mid)}`;
}

/** `/hooks/<attempt>/digits/<question>` takes what was pressed, `/inbound/<mid>` what was written. */
export function heardRoutes(hearing: Hearing): readonly Route[] {
  const digits = (request: HttpRequest): Promise<HttpResponse> => takeDigits(request, hearing);
  const path = '/hooks/:attempt/digits/:question';
  return [
    { method: 'POST', path, isPublic: true, handle: digits },
    { method: 'GET', path, isPublic: true, handle: digits },
    { method: 'POST', path: '/inbound/:mid', isPublic: true, handle: (request) => takeMessage(request, hearing) },
  ];
}

/** After so many questions a call that goes round in circles is ended. */
const QUESTION_LIMIT = 100;

async function takeDigits(request: HttpRequest, hearing: Hearing): Promise<HttpResponse> {
  const { attempt = '', question = '' } = request.params;
  const found = await hearing.journal.messageOfAttempt(attempt);
  const message = found && asSent(found.message, found.attempt);
  const provider = message && (await hearing.providers(message.resource));
  const number = Number(question);
  if (!found || !message || !provider?.readDigits || !/^[1-9]\d{0,2}$/.test(question)) {
    return json(404, { error: 'no such question' });
  }
  const pressed = provider.readDigits(request, `${hearing.publicUrl()}${request.target}`);
  if (pressed && 'refused' in pressed) return json(403, { error: pressed.refused });
  const run = pressed ? await hearing.journal.run(message.runId) : undefined;
  const event =
    pressed && run && digitsEvent(found.message, { ...pressed, question: number }, run.event, hearing.now());
  if (event) await hearing.accept(event);
  const { content } = message;
  const reply = content.kind === 'script' && number < QUESTION_LIMIT ? content.reply : undefined;
  return scriptAnswer(provider, reply, `${hearing.publicUrl()}${callbackPath(attempt)}`, number + 1);
}

async function takeMessage(request: HttpRequest, hearing: Hearing): Promise<HttpResponse> {
  const { mid = '' } = request.params;
  const provider = hearing.receives(mid) ? await hearing.providers(mid) : undefined;
  if (!provider?.readReceived) return json(404, { error: 'nobody can write to this resource' });
  const received = provider.readReceived(request, `${hearing.publicUrl()}${request.target}`);
  if (received && 'refused' in received) return json(403, { error: received.refused });
  if (received) {
    const [last] = await hearing.journal.messages(1, { to: received.from, resource: mid });
    await hearing.accept(receivedEvent(mid, received, last, hearing.now()));
  }
  return scriptAnswer(provider, undefined, '', 0);
}

function scriptAnswer(provider: Provider, script: string | undefined, hookUrl: string, first: number): HttpResponse {
  const led = script === undefined ? undefined : (provider.scriptFor?.(script, hookUrl, first) ?? script);
  const headers = { 'content-type': provider.scriptType };
  return { status: 200, headers, body: led ?? provider.emptyScript ?? '' };
}
