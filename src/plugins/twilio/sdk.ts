import type RequestClient from 'twilio/lib/base/RequestClient.js';
import type { HttpClient, IncomingResponse } from '../../http/http.ts';

/** The account that a client speaks for, and where. */
export interface Account {
  readonly sid: string;
  readonly token: string;
  /** Twilio itself where absent. */
  readonly baseUrl?: string;
}

/** A client of the SDK for one exchange, and what came of it on the wire. */
export interface SdkClient {
  readonly messages: Sdk['messages'];
  readonly calls: Sdk['calls'];
  /** The whole of it. */
  readonly sdk: Sdk;
  exchange(): Exchange | undefined;
}

/** The answer as it came, or why there is none. */
type Exchange = { readonly answer: IncomingResponse } | { readonly failure: unknown };

type Sdk = ReturnType<typeof import('twilio')>;

/** Kept, since even an import that was done before costs more than the request that is built with it. */
let newClient: typeof import('twilio') | undefined;

/** What the SDK's own client waits for an answer at most. */
const TIMEOUT_MS = 30_000;

/**
 * The SDK builds the request, our own client sends it: once, with what was answered kept as it came, since the SDK's errors
 * lose headers and its results lose Twilio's own names. The SDK is loaded with the first send: it takes 100 ms.
 */
export async function newSdkClient(account: Account, http: HttpClient, signal: AbortSignal): Promise<SdkClient> {
  newClient ??= (await import('twilio')).default;
  let exchange: Exchange | undefined;
  const wire = {
    async request(asked: Asked): Promise<{ statusCode: number; body: string; headers: object }> {
      try {
        const answer = await http.request(toRequest(asked, signal));
        exchange = { answer };
        return { statusCode: answer.status, body: answer.body, headers: answer.headers };
      } catch (failure) {
        exchange = { failure };
        throw failure;
      }
    },
  };
  const client = newClient(account.sid, account.token, {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK calls `request` only, of all its class has
    httpClient: wire as unknown as RequestClient,
    autoRetry: false,
    // An edge or region of the environment would be written into the host name of our own address.
    ...(account.baseUrl !== undefined && { edge: '', region: '' }),
  });
  if (account.baseUrl !== undefined) client.api.baseUrl = account.baseUrl;
  return { messages: client.messages, calls: client.calls, sdk: client, exchange: () => exchange };
}

/** What the SDK hands to its `httpClient`, as far as a POST, a GET or a DELETE has it. */
interface Asked {
  readonly method: string;
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: FormValues;
  readonly data?: FormValues;
}

type FormValues = Readonly<Record<string, FormValue | readonly FormValue[]>>;

type FormValue = string | number | boolean;

function toRequest(asked: Asked, signal: AbortSignal): Parameters<HttpClient['request']>[0] {
  const credentials = Buffer.from(`${asked.username}:${asked.password}`).toString('base64');
  const headers = { ...asked.headers, Authorization: `Basic ${credentials}` };
  const query = formEncode(asked.params ?? {});
  const url = query === '' ? asked.uri : `${asked.uri}${asked.uri.includes('?') ? '&' : '?'}${query}`;
  const common = { url, headers, timeoutMs: TIMEOUT_MS, signal };
  const method = asked.method.toUpperCase();
  return method === 'GET' || method === 'DELETE'
    ? { ...common, method }
    : { ...common, method: 'POST', body: formEncode(asked.data ?? {}) };
}

/** As the SDK's own client does it: a list is its name again and again, and only RFC 3986's unreserved characters stay. */
export function formEncode(data: FormValues): string {
  return Object.entries(data)
    .flatMap(([name, value]) => [value].flat().map((one) => `${encode(name)}=${encode(String(one))}`))
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
