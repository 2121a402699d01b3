import { isE164 } from '../../message/message.ts';
import type { Call, IncomingNumber, Sms } from '../ledger.ts';
import type { Network } from '../network.ts';
import type { Action } from '../sandbox.ts';
import type { Line } from './line.ts';
import { newCall } from './new-call.ts';
import { newSms } from './new-sms.ts';

/** What a person can do with a phone; what is returned says why it cannot be done now. */
export function actFor(
  network: Network,
  lineOf: (sid: string) => Line | undefined,
  begin: (entry: Sms | Call) => void,
): (action: Action) => string | undefined {
  return (action) => {
    switch (action.kind) {
      case 'answer':
      case 'reject':
        return decide(lineOf(action.call), action.kind === 'answer' ? 'answered' : 'busy');
      case 'hang-up':
        return hangUp(lineOf(action.call));
      case 'press':
        return press(lineOf(action.call), action.keys);
      case 'call':
        return call(network, action.from, action.to, begin);
      case 'write':
        return write(network, action, begin);
      default:
        return action satisfies never;
    }
  };
}

const OVER = 'There is no such call, or it has ended.';

function decide(line: Line | undefined, decision: 'answered' | 'busy'): string | undefined {
  if (!line) return OVER;
  if (line.call.direction === 'inbound' || line.call.status !== 'ringing') return 'The phone does not ring.';
  line.decide(decision);
  return undefined;
}

function hangUp(line: Line | undefined): string | undefined {
  if (!line) return OVER;
  const { status, direction } = line.call;
  if (status === 'in-progress') line.cut('completed');
  else if (status === 'ringing' && direction === 'inbound') line.cut('canceled');
  else return status === 'ringing' ? 'The call was not answered: it can be rejected.' : 'The call does not go on.';
  return undefined;
}

function press(line: Line | undefined, keys: string): string | undefined {
  if (!line) return OVER;
  if (!/^[0-9*#]{1,100}$/.test(keys)) return 'Keys are digits, * and #, at most 100 at a time.';
  if (line.call.status !== 'in-progress') return 'Keys can be pressed once the call is answered.';
  line.press(keys);
  return undefined;
}

function write(
  network: Network,
  { from, to, text }: Extract<Action, { kind: 'write' }>,
  begin: (sms: Sms) => void,
): string | undefined {
  if (!isE164(from) || !isE164(to)) return NO_NUMBER;
  if (text.trim() === '' || text.length > TEXT_LIMIT) return `A message has 1 to ${TEXT_LIMIT} characters.`;
  const given = {
    accountSid: numberOf(network, to)?.accountSid ?? network.accountSid,
    direction: 'inbound',
    to,
    from,
    body: text,
    status: 'receiving',
    sentAt: network.clock.now(),
  } as const;
  begin(network.books.messages.add(newSms(network, given)));
  return undefined;
}

function call(network: Network, from: string, to: string, begin: (call: Call) => void): string | undefined {
  if (!isE164(from) || !isE164(to)) return NO_NUMBER;
  const number = numberOf(network, to);
  if (!number?.voice) return 'That number was not bought by the account, or has no address for calls.';
  const { books, clock, newSid } = network;
  const now = clock.now();
  const entry = newCall({
    sid: newSid('CA'),
    accountSid: number.accountSid,
    direction: 'inbound',
    to,
    from,
    script: number.voice,
    fallback: number.voiceFallback,
    statusCallback: number.statusCallback,
    now,
  });
  begin(books.calls.add(entry));
  return undefined;
}

function numberOf({ books }: Network, number: string): IncomingNumber | undefined {
  return books.numbers.all().find(({ phoneNumber }) => phoneNumber === number);
}

/** As long as one that the API takes. */
const TEXT_LIMIT = 1600;
const NO_NUMBER = 'A phone number is written with a plus sign, a country code and 6 to 14 digits, as +12025550123.';
