import { HangUp, type HttpResponse } from '../../http/http.ts';
import type { Network } from '../network.ts';
import type { Fault } from '../sandbox.ts';
import { refusal } from './refusal.ts';

const KINDS = ['refused', 'throttled', 'error', 'dropped', 'slow', 'truncated', 'html'] as const;

type DoorFault = Extract<Fault, { kind: (typeof KINDS)[number] }>;

/** How long Twilio asks to wait where a rule says nothing. */
const RETRY_AFTER_SECONDS = 1;

/** What a proxy answers in the place of a server that it cannot reach. */
const HTML = '<html>\n<head><title>503 Service Unavailable</title></head>\n<body>Service Unavailable</body>\n</html>\n';

/** Answers a request to create something for the number `to`, with what goes wrong on the way. Throws `HangUp`. */
export function answerWithFault(network: Network, to: string, handle: () => HttpResponse): HttpResponse {
  const fault = network.faults.take(KINDS, to);
  if (!fault) return handle();
  return before(fault) ?? after(fault, handle(), network);
}

/** Undefined where the request is taken. */
function before(fault: DoorFault): HttpResponse | undefined {
  switch (fault.kind) {
    case 'refused':
      return refusal(fault.errorCode);
    case 'throttled':
      return withHeaders(refusal(20429), { 'retry-after': String(fault.retryAfterSeconds ?? RETRY_AFTER_SECONDS) });
    case 'error':
      return fault.when === 'before' ? refusal(20500) : undefined;
    case 'dropped':
      if (fault.when === 'before') throw new HangUp();
      return undefined;
    default:
      return undefined;
  }
}

function after(fault: DoorFault, answer: HttpResponse, network: Network): HttpResponse {
  switch (fault.kind) {
    case 'error':
      return refusal(20500);
    case 'dropped':
      throw new HangUp();
    case 'slow':
      return { ...answer, body: dripping(wordsOf(answer), fault.byteMs, network) };
    case 'truncated':
      return { ...answer, body: cut(wordsOf(answer)) };
    case 'html':
      return { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' }, body: HTML };
    case 'refused':
    case 'throttled':
      return answer;
    default:
      return fault satisfies never;
  }
}

/** Every answer of this API is text; what is beyond ASCII is escaped, so that a byte is a character. */
function wordsOf({ body }: HttpResponse): string {
  const text = typeof body === 'string' ? body : '';
  return text.replaceAll(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function* dripping(text: string, byteMs: number, { clock, stopping }: Network): AsyncIterable<string> {
  for (const byte of text) {
    try {
      await clock.sleep(byteMs, stopping);
    } catch (error) {
      throw stopping.aborted ? new HangUp() : error;
    }
    yield byte;
  }
}

async function* cut(text: string): AsyncIterable<string> {
  yield text.slice(0, Math.floor(text.length / 2));
  throw new HangUp();
}

function withHeaders(answer: HttpResponse, headers: Readonly<Record<string, string>>): HttpResponse {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
