import type { HttpClient, IncomingResponse } from '../../http/http.ts';
import { type Account, basic } from './account.ts';

/** What one exchange with Exotel came to: the answer as it came, or why there is none. */
export type Exchange = { readonly answer: IncomingResponse } | { readonly failure: unknown };

/** Names and values of a form or query; a name may come several times. */
export type Form = readonly (readonly [string, string])[];

/** For the whole exchange; Exotel says nothing of how long it may take. */
const TIMEOUT_MS = 30_000;

/** Asks for what lies under the account at `path`, such as `Calls/<sid>`; `.json` is what makes Exotel answer in JSON. */
export function get(
  account: Account,
  http: HttpClient,
  path: string,
  query: Form,
  signal: AbortSignal,
): Promise<Exchange> {
  const words = encode(query);
  const url = `${urlOf(account, path)}${words === '' ? '' : `?${words}`}`;
  return exchange(http, { method: 'GET', url, headers: headersOf(account), timeoutMs: TIMEOUT_MS, signal });
}

/** Sends a form to `path`, once. */
export function post(
  account: Account,
  http: HttpClient,
  path: string,
  form: Form,
  signal: AbortSignal,
): Promise<Exchange> {
  const headers = { ...headersOf(account), 'Content-Type': 'application/x-www-form-urlencoded' };
  const request = { method: 'POST', url: urlOf(account, path), headers, body: encode(form) } as const;
  return exchange(http, { ...request, timeoutMs: TIMEOUT_MS, signal });
}

async function exchange(http: HttpClient, request: Parameters<HttpClient['request']>[0]): Promise<Exchange> {
  try {
    return { answer: await http.request(request) };
  } catch (failure) {
    return { failure };
  }
}

function urlOf({ url, sid }: Account, path: string): string {
  return `${url}/v1/Accounts/${encodeURIComponent(sid)}/${path}.json`;
}

function headersOf(account: Account): Record<string, string> {
  return { Authorization: `Basic ${basic(account)}`, Accept: 'application/json' };
}

function encode(form: Form): string {
  const words = new URLSearchParams();
  for (const [name, value] of form) words.append(name, value.toWellFormed());
  return words.toString();
}
