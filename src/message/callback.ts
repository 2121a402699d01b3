import { type HttpRequest, type HttpResponse, json, type Route } from '../http/http.ts';
import type { Journal, MoveResult, Report, Sequel } from '../journal/journal.ts';
import { asSent, type Message, type Provider, type StatusReport } from './message.ts';

/** What the callbacks of providers need from the rest of the house. */
export interface Callbacks {
  readonly journal: Pick<Journal, 'messageOfAttempt' | 'reportState'>;
  readonly providers: (mid: string) => Promise<Provider>;
  /** The address that providers were given; never made from the request's own headers, which anyone can write. */
  readonly publicUrl: () => string;
  /** The event that a report is, and what it starts. */
  readonly sequelOf: (message: Message, report: Report) => Promise<Sequel | undefined>;
  /** Told of every message that a report moved. */
  readonly reported: (result: MoveResult, sequel?: Sequel) => void;
}

/** Path of everything that a provider says or asks about one attempt. */
export function callbackPath(attemptId: string): string {
  return `/hooks/${attemptId}`;
}

/** `POST /hooks/<attempt>` takes a status; `POST` or `GET /hooks/<attempt>/script` gives out what is to be said. */
export function callbackRoutes(callbacks: Callbacks): readonly Route[] {
  const script = (request: HttpRequest): Promise<HttpResponse> => giveScript(request, callbacks);
  return [
    { method: 'POST', path: '/hooks/:attempt', isPublic: true, handle: (request) => takeStatus(request, callbacks) },
    { method: 'POST', path: '/hooks/:attempt/script', isPublic: true, handle: script },
    { method: 'GET', path: '/hooks/:attempt/script', isPublic: true, handle: script },
  ];
}

async function takeStatus(request: HttpRequest, callbacks: Callbacks): Promise<HttpResponse> {
  const known = await attemptOf(request, callbacks);
  if (!known) return json(404, { error: 'no such attempt' });
  const report = await known.provider.readCallback(request, known.url);
  if (report === null) return { status: 204 };
  if ('refused' in report) return json(403, { error: report.refused });
  if ('failed' in report) return json(503, { error: report.failed });
  if (isOfAnother(known.message, report)) return json(403, { error: 'it is about something else' });
  const sequel = await callbacks.sequelOf(known.message, report);
  const told = { ...report, ...viaOf(known) };
  const result = await callbacks.journal.reportState(known.message.id, told, sequel);
  if (result.moved) callbacks.reported(result, sequel);
  return { status: 204 };
}

/** Only a message that was sent twice has two ids at its provider. */
function isOfAnother({ providerId, possibleDuplicate }: Message, report: StatusReport): boolean {
  return providerId !== undefined && report.providerId !== providerId && !possibleDuplicate;
}

async function giveScript(request: HttpRequest, callbacks: Callbacks): Promise<HttpResponse> {
  const known = await attemptOf(request, callbacks);
  if (!known || known.message.content.kind !== 'script') return json(404, { error: 'no such script' });
  if (!known.provider.isGenuine(request, known.url)) return json(403, { error: 'the signature does not fit' });
  const headers = { 'content-type': known.provider.scriptType };
  const { script } = known.message.content;
  const hookUrl = `${callbacks.publicUrl()}${callbackPath(request.params['attempt'] ?? '')}`;
  return { status: 200, headers, body: known.provider.scriptFor?.(script, hookUrl, 1) ?? script };
}

interface Known {
  readonly message: Message;
  /** The resource that the attempt went out through. */
  readonly resource: string;
  readonly provider: Provider;
  readonly url: string;
}

async function attemptOf(request: HttpRequest, callbacks: Callbacks): Promise<Known | undefined> {
  const found = await callbacks.journal.messageOfAttempt(request.params['attempt'] ?? '');
  if (!found) return undefined;
  const { message, attempt } = found;
  const { resource } = asSent(message, attempt);
  const provider = await callbacks.providers(resource);
  return { message, resource, provider, url: `${callbacks.publicUrl()}${request.target}` };
}

/** The resource whose id of the message a report names, where that is another than the message's. */
function viaOf({ message, resource }: Known): Pick<Report, 'via'> {
  return resource === message.resource ? {} : { via: resource };
}
