import type { CallCallback, CallEvent, ScriptUrl } from '../ledger.ts';

/** Why Twilio takes no notice of a request: the code of its error, and what it is about where the code alone does not say. */
export type Refused = { readonly code: number; readonly detail?: string };

/** Characters of a callback's address (https://www.twilio.com/docs/api/errors/21609). */
const URL_LIMIT = 4000;

/** What a form says under a name; empty where it says nothing. */
export function textOf(form: URLSearchParams, name: string): string {
  return form.get(name) ?? '';
}

/** The SDKs write `true` and `false`, people `True` too. Undefined where nothing, or something else, is said. */
export function flagOf(form: URLSearchParams, name: string): boolean | undefined {
  const word = textOf(form, name).toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** A whole number between two bounds; undefined where it is none. */
export function wholeOf(form: URLSearchParams, name: string, from: number, to: number): number | undefined {
  const text = textOf(form, name);
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return number >= from && number <= to ? number : undefined;
}

/** A script or a page of the caller's, null where none is named. */
export function scriptUrlOf(form: URLSearchParams, url: string, method: string): ScriptUrl | null {
  const address = textOf(form, url);
  return address ? { kind: 'url', url: address, method: methodOf(form, method) } : null;
}

export function methodOf(form: URLSearchParams, name: string): 'GET' | 'POST' {
  return textOf(form, name).toUpperCase() === 'GET' ? 'GET' : 'POST';
}

/** What the caller wants to be told about a call, null where nothing. */
export function callbackOf(form: URLSearchParams): CallCallback | null {
  const url = textOf(form, 'StatusCallback');
  if (!url) return null;
  const asked = form.getAll('StatusCallbackEvent').flatMap((events) => events.split(' '));
  const events = CALL_EVENTS.filter((event) => asked.includes(event));
  // Twilio tells of the end alone where nothing is asked for.
  return { url, method: methodOf(form, 'StatusCallbackMethod'), events: events.length > 0 ? events : ['completed'] };
}

const CALL_EVENTS: readonly CallEvent[] = ['initiated', 'ringing', 'answered', 'completed'];

/** The first of these names that is there and is no method, or no address of a web server. */
export function wrongMethod(form: URLSearchParams, names: readonly string[]): string | undefined {
  return names.find((name) => form.get(name) && !/^(?:GET|POST)$/i.test(textOf(form, name)));
}

export function wrongUrl(form: URLSearchParams, names: readonly string[]): string | undefined {
  return names.find((name) => form.get(name) && !isHttpUrl(textOf(form, name)));
}

export function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
}

/** Twilio refuses host names with underscores, which URL itself lets through. */
export function isCallbackUrl(text: string): boolean {
  return text.length <= URL_LIMIT && isHttpUrl(text) && !URL.parse(text)?.hostname.includes('_');
}
