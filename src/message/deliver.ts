import type { Run } from '../run/run.ts';
import type { Follow, Sender } from './carry.ts';
import { policyOf } from './course.ts';
import { type Draft, isOpen, type Message, maskNumber, NotSent, Postponed } from './message.ts';

/** A run is woken when its message moves. Should that have been lost with a host that died, it looks this long after. */
const LOOK_AGAIN_MS = 60_000;
/** The last date that there is (ECMA-262, 21.4.1.1): until a person has decided. */
export const UNTIL_RESOLVED = 8_640_000_000_000_000;

/**
 * Takes a message on for a run. Resolves with the message as its provider took it. Rejects with `NotSent` when it was rejected
 * or called off, or when nobody can say whether it was sent and the rule wants to go on; with `Postponed` while its fate is
 * open: the run is to come again with the same `id` then, and holds nothing meanwhile. `follow` is given
 * what is still being written of it.
 */
export async function deliver(
  id: string,
  run: Run,
  op: string,
  draft: Draft,
  sender: Sender,
  signal: AbortSignal,
  follow: Follow,
): Promise<Message> {
  const message = await sender.take({ ...draft, id, runId: run.id, op }, signal, follow);
  if (message.state === 'rejected' || isCalledOff(message) || isGivenUp(message)) throw notSent(message);
  if (!isOpen(message.state)) return message;
  throw new Postponed(message.dueAt === undefined ? UNTIL_RESOLVED : message.dueAt + LOOK_AGAIN_MS);
}

/** A person called it off before a provider took it. */
function isCalledOff({ state, providerId }: Message): boolean {
  return state === 'canceled' && providerId === undefined;
}

/** Nobody can say any more whether it was sent, and its rule goes on all the same. */
export function isGivenUp({ state, dueAt, options }: Message): boolean {
  return state === 'unknown' && dueAt === undefined && policyOf(options) === 'next';
}

function notSent(message: Message): NotSent {
  const what = message.channel === 'sms' ? 'the message' : 'the call';
  const fates: Partial<Record<Message['state'], string>> = { rejected: 'was rejected', canceled: 'was called off' };
  const fate = fates[message.state] ?? 'may or may not have gone out, and is not repeated';
  return new NotSent(`${what} to ${maskNumber(message.to)} ${fate}: ${message.error ?? 'no reason given'}`);
}
