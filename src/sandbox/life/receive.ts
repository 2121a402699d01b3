import type { Sms } from '../ledger.ts';
import type { Network } from '../network.ts';
import { keep } from './kept.ts';

/** What is done with a message that a person wrote: words that opt out and in first, as Twilio does. */
export async function receive(network: Network, written: Sms, begin: (sms: Sms) => void): Promise<void> {
  const { clock, paceMs, stopping, books } = network;
  const kept = keep(books.messages, written);
  await clock.sleep(paceMs, stopping);
  const sms = kept.change({ status: 'received' });
  const answer = answerOfNetwork(network, sms);
  if (answer) begin(reply(network, sms, answer));
}

/** Words that Twilio acts on by itself where they are the whole message. */
const STOP = /^(stop|stopall|unsubscribe|cancel|end|quit)$/i;
const START = /^(start|yes|unstop)$/i;
const HELP = /^(help|info)$/i;

/** https://help.twilio.com/articles/223134027 */
const STOPPED =
  'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.';
const STARTED =
  'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.';
const HELPED = 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.';

/** What Twilio itself answers to a message, or undefined where it is none of its words. */
function answerOfNetwork({ optOuts }: Network, { from, to, body }: Sms): string | undefined {
  const word = body.trim();
  const isOut = optOuts.has(from, to);
  if (STOP.test(word)) {
    optOuts.add(from, to);
    return isOut ? undefined : STOPPED;
  }
  // Somebody who has not opted out and writes "yes" means something else.
  if (START.test(word) && isOut) {
    optOuts.remove(from, to);
    return STARTED;
  }
  return HELP.test(word) && !isOut ? HELPED : undefined;
}

/** A message back to the person. */
function reply({ books, clock, newSid }: Network, sms: Sms, body: string): Sms {
  const now = clock.now();
  return books.messages.add({
    ...sms,
    sid: newSid('SM'),
    direction: 'outbound-reply',
    to: sms.from,
    from: sms.to,
    body,
    status: 'queued',
    sentAt: null,
    notes: [],
    createdAt: now,
    updatedAt: now,
  });
}
