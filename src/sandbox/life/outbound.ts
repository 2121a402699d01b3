import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { type HttpClient, type IncomingResponse, RequestFailed } from '../../http/http.ts';

/** Twilio waits this long for an answer to a callback or for a script. */
const TIMEOUT_MS = 15_000;

/** A request that the network makes of a user's server. */
export interface Outbound {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What came of it: an answer of any status, or why there is none. */
export type Reply =
  | { readonly kind: 'answered'; readonly response: IncomingResponse }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** Twilio's: no connection, or no whole answer over it. */
      readonly errorCode: 11200 | 11205;
    };

/** Makes signed requests, of this machine only. */
export type SendOutbound = (outbound: Outbound) => Promise<Reply>;

/** `SendOutbound` over `http`, for the life of `signal`. `tokenOf` has the token of an account, which signs what is asked for it. */
export function newOutbound(
  http: HttpClient,
  tokenOf: (accountSid: string) => string,
  signal: AbortSignal,
): SendOutbound {
  /** Of requests that are going on; `signal` itself would have to find each among all others when it ends. */
  const open = new Set<AbortController>();
  signal.addEventListener('abort', () => {
    for (const one of open) one.abort(signal.reason);
  });
  return async (outbound) => {
    const address = URL.parse(outbound.url);
    if (address === null || !isThisMachine(address.hostname)) {
      // The origin alone: path and query may hold numbers.
      return {
        kind: 'failed',
        reason: `${address?.origin} is not on this machine, so it was not asked`,
        errorCode: 11205,
      };
    }
    const cut = new AbortController();
    open.add(cut);
    if (signal.aborted) cut.abort(signal.reason);
    try {
      const request = {
        ...sign(outbound, tokenOf(outbound.params['AccountSid'] ?? '')),
        timeoutMs: TIMEOUT_MS,
        signal: cut.signal,
      };
      return { kind: 'answered', response: await http.request(request) };
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      return { kind: 'failed', reason: error.message, errorCode: error.sent ? 11200 : 11205 };
    } finally {
      open.delete(cut);
    }
  };
}

function sign({ method, url, params }: Outbound, authToken: string) {
  // A fragment never goes over the wire, so it is not signed either.
  const [address = ''] = url.split('#');
  const form = new URLSearchParams(params).toString();
  const target = method === 'GET' ? `${address}${address.includes('?') ? '&' : '?'}${form}` : address;
  const signature = getExpectedTwilioSignature(authToken, target, method === 'GET' ? {} : params);
  const headers = { 'x-twilio-signature': signature, 'user-agent': 'TwilioProxy/1.1', accept: '*/*' };
  if (method === 'GET') return { method, url: target, headers };
  const type = 'application/x-www-form-urlencoded; charset=UTF-8';
  return { method, url: target, headers: { ...headers, 'content-type': type }, body: form };
}

/** `URL` brings every spelling of an IPv4 address (`127.1`, `0x7f000001`) into four numbers. */
function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
