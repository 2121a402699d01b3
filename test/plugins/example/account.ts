import { asText, type HttpClient, type IncomingResponse, type Resource } from 'ringbook/plugin';

/** What a PigeonConfig says, ready for the wire. */
export interface Account {
  readonly url: string;
  readonly token: string;
}

/** The gateway answers within a second; after this nobody is there. */
const TIMEOUT_MS = 10_000;

export function accountOf({ settings, secrets }: Resource): Account {
  return { url: (asText(settings['url']) ?? '').replace(/\/+$/, ''), token: secrets['token']?.reveal() ?? '' };
}

/** Asks the gateway for something. Rejects with `RequestFailed`. */
export function get(account: Account, http: HttpClient, path: string, signal: AbortSignal): Promise<IncomingResponse> {
  return http.request({
    method: 'GET',
    url: `${account.url}${path}`,
    headers: { authorization: `Bearer ${account.token}` },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}

/** Gives the gateway something. Rejects with `RequestFailed`. */
export function post(
  account: Account,
  http: HttpClient,
  request: { readonly path: string; readonly body: object; readonly signal: AbortSignal },
): Promise<IncomingResponse> {
  return http.request({
    method: 'POST',
    url: `${account.url}${request.path}`,
    headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(request.body),
    timeoutMs: TIMEOUT_MS,
    signal: request.signal,
  });
}
