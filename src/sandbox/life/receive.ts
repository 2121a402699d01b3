import type { IncomingNumber, Sms } from '../ledger.ts';
import type { Network } from '../network.ts';
import { methodOf } from '../voice/attribute.ts';
import type { Element } from '../voice/document.ts';
import { fetchScript } from '../voice/fetch.ts';
import { faultOf } from '../voice/sms.ts';
import { type Failure, keepNotification, maskAll, type Page, type Source, sourceAt } from '../voice/stage.ts';
import { keep } from './kept.ts';
import { newSms } from './new-sms.ts';
import { answerByKeyword } from './opt-out.ts';
import { inboundSmsParameters } from './parameters.ts';

/** Scripts of one message: `<Redirect>` may go round in circles. */
const DOCUMENT_LIMIT = 20;

/** A message that a person wrote, and the ways to act on it. */
interface Received {
  readonly network: Network;
  readonly sms: Sms;
  /** Sends a message that is in no book yet. */
  readonly send: (sms: Sms) => void;
  readonly fail: (failure: Failure, level?: 'error' | 'warning') => void;
}

/** What is done with a message that a person wrote: words that opt out and in first, then the script of the number. */
export async function receive(network: Network, written: Sms, cut: AbortSignal, send: Received['send']): Promise<void> {
  const { clock, paceMs, books } = network;
  const kept = keep(books.messages, written, (notes) => ({ notes }));
  await clock.sleep(paceMs, cut);
  const sms = kept.change({ status: 'received' });
  const received: Received = {
    network,
    sms,
    send,
    fail(failure, level = 'error') {
      kept.note(`${level === 'error' ? 'Error' : 'Warning'} ${failure.errorCode}: ${maskAll(failure.text)}.`);
      keepNotification(network, null, level, failure);
    },
  };
  const answer = answerByKeyword(network.optOuts, sms);
  if (answer !== undefined) received.send(reply(received, { body: answer }));
  const number = books.numbers.all().find(({ phoneNumber }) => phoneNumber === sms.to);
  if (number?.sms) await answerByScript(received, number);
}

function reply({ network, sms }: Received, given: Partial<Sms>): Sms {
  return newSms(network, {
    direction: 'outbound-reply',
    to: sms.from,
    from: sms.to,
    body: '',
    status: 'queued',
    ...given,
  });
}

async function answerByScript(received: Received, number: IncomingNumber): Promise<void> {
  const { network, fail } = received;
  let source: Source | undefined = number.sms ? { ...number.sms, params: {} } : undefined;
  for (let count = 0; source; count++) {
    if (count >= DOCUMENT_LIMIT) {
      return fail({ errorCode: 14106, text: `the message asked for more than ${DOCUMENT_LIMIT} scripts` });
    }
    const page: Page | Failure = await open(received, source);
    if ('root' in page) {
      source = await act(received, page);
      continue;
    }
    fail(page);
    if (network.stopping.aborted || number.smsFallback === null) return undefined;
    const params = { ErrorCode: String(page.errorCode), ErrorUrl: page.url ?? '' };
    const instead = await open(received, { ...number.smsFallback, params });
    if (!('root' in instead)) return fail(instead);
    source = await act(received, instead);
  }
  return undefined;
}

async function open({ network, sms }: Received, source: Source): Promise<Page | Failure> {
  if (source.kind === 'none') return source.failure;
  if (source.kind === 'text') return { errorCode: 12100, text: 'a message is answered by an address' };
  const params = { ...inboundSmsParameters(sms), ...source.params };
  const fetched = await fetchScript(network.send, { ...source, params }, 'Message');
  network.stopping.throwIfAborted();
  return fetched.kind === 'page' ? fetched : fetched.failure;
}

/** Acts a script out, and says where it leads. */
async function act(received: Received, page: Page): Promise<Source | undefined> {
  for (const verb of page.root.children) {
    switch (verb.name) {
      case 'Message':
      case 'Sms': {
        const next = await sendReply(received, page, verb);
        if (next) return next;
        break;
      }
      case 'Redirect':
        return sourceAt(page, verb.words, methodOf(verb));
      default:
        received.fail({ errorCode: 14110, text: `<${verb.name}> is no verb for messages` }, 'warning');
    }
  }
  return undefined;
}

async function sendReply(received: Received, page: Page, verb: Element): Promise<Source | undefined> {
  const { network, sms, send, fail } = received;
  const { attributes, children } = verb;
  const bodies = children.filter(({ name }) => name === 'Body').map(({ words }) => words);
  const mediaUrls = children.filter(({ name }) => name === 'Media').map(({ words }) => words);
  const body = bodies.length > 0 || mediaUrls.length > 0 ? bodies.join('') : verb.words;
  const to = attributes.get('to') ?? sms.from;
  const from = attributes.get('from') ?? sms.to;
  const fault = faultOf(to, from, body || mediaUrls.join(''), network.optOuts.has(to, from));
  if (fault) {
    fail(fault);
    return undefined;
  }
  const address = attributes.get('statusCallback');
  const callback = address ? sourceAt(page, address, 'POST') : undefined;
  const statusCallback = callback?.kind === 'url' ? callback.url : null;
  const answer = reply(received, { to, from, body, mediaUrls, statusCallback });
  send(answer);
  const action = attributes.get('action');
  if (!action) return undefined;
  return sourceAt(page, action, methodOf(verb), {
    MessageSid: answer.sid,
    MessageStatus: 'queued',
    SmsSid: answer.sid,
  });
}
