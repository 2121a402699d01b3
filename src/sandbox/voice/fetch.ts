import type { IncomingResponse } from '../../http/http.ts';
import type { SendOutbound } from '../life/outbound.ts';
import { type Document, type Element, readDocument } from './document.ts';
import type { Failure } from './stage.ts';

/** What an address answered, as a script. */
export type Fetched =
  | { readonly kind: 'page'; readonly root: Element; readonly url: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** https://www.twilio.com/docs/api/errors/11750 */
const SCRIPT_LIMIT_BYTES = 64 * 1024;
/** As many as Twilio follows; what leads further is error 11215. */
const FORWARD_LIMIT = 10;

interface Address {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly params: Readonly<Record<string, string>>;
}

/** The script at an address, past other addresses where it was forwarded. `plain` says what bare text is. */
export async function fetchScript(send: SendOutbound, address: Address, plain: 'Say' | 'Message'): Promise<Fetched> {
  let { url, method } = address;
  for (let forwards = 0; forwards <= FORWARD_LIMIT; forwards++) {
    const at = { url, method };
    const reply = await send({ ...address, url, method });
    if (reply.kind === 'failed') return failed({ errorCode: reply.errorCode, text: reply.reason, ...at });
    const { status, headers } = reply.response;
    if (status >= 200 && status < 300) return read(reply.response, plain, at);
    const forward = status >= 300 && status < 400 ? URL.parse(headers.location ?? '', url) : null;
    if (!forward) return failed({ errorCode: 11200, text: `the script was answered with status ${status}`, ...at });
    url = forward.href;
    if (status !== 307 && status !== 308) method = 'GET';
  }
  return failed({ errorCode: 11215, text: `the script was forwarded more than ${FORWARD_LIMIT} times`, url, method });
}

function failed(failure: Failure): Fetched {
  return { kind: 'failed', failure };
}

function read(
  { headers, body }: IncomingResponse,
  plain: 'Say' | 'Message',
  at: Pick<Address, 'url' | 'method'>,
): Fetched {
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (Buffer.byteLength(body) > SCRIPT_LIMIT_BYTES) {
    return failed({ errorCode: 11750, text: `the script is larger than ${SCRIPT_LIMIT_BYTES / 1024} kB`, ...at });
  }
  const document = interpret(type.trim(), body, plain, at.url);
  if (document === undefined) {
    return failed({
      errorCode: 12300,
      text: `a script cannot be of the content type ${type.trim().slice(0, 60)}`,
      ...at,
    });
  }
  if (document.kind === 'unreadable') return failed({ errorCode: 12100, text: document.reason, ...at });
  return { kind: 'page', root: document.root, url: at.url };
}

/** What is not said to be of any type is taken for TwiML. */
const TWIML_TYPES = ['', 'text/xml', 'application/xml', 'text/html', 'application/octet-stream'];

function interpret(type: string, body: string, plain: 'Say' | 'Message', url: string): Document | undefined {
  if (TWIML_TYPES.includes(type) || type.endsWith('+xml')) {
    // A message may be answered with nothing at all.
    return plain === 'Message' && body.trim() === '' ? wholeOf() : readDocument(body);
  }
  if (type === 'text/plain') return wholeOf(body.trim() === '' ? undefined : elementOf(plain, body.trim()));
  return type.startsWith('audio/') && plain === 'Say' ? wholeOf(elementOf('Play', url)) : undefined;
}

function wholeOf(verb?: Element): Document {
  return { kind: 'read', root: { ...elementOf('Response', ''), children: verb ? [verb] : [] } };
}

/** An element as if it had been read. */
export function elementOf(name: string, words: string): Element {
  return { name, attributes: new Map(), children: [], words };
}
