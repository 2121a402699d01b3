import type { Sms } from '../ledger.ts';
import type { OptOuts } from '../network.ts';

/** Nobody has opted out at first. */
export function newOptOuts(): OptOuts {
  const pairs = new Set<string>();
  return {
    has: (person, sender) => pairs.has(`${person} ${sender}`),
    add: (person, sender) => void pairs.add(`${person} ${sender}`),
    remove: (person, sender) => void pairs.delete(`${person} ${sender}`),
  };
}

/** Words that Twilio acts on by itself where they are the whole message: https://help.twilio.com/articles/223134027 */
const STOP = /^(stop|stopall|unsubscribe|cancel|end|quit)$/i;
const START = /^(start|yes|unstop)$/i;
const HELP = /^(help|info)$/i;

/** What Twilio answers to them. */
const STOPPED =
  'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.';
const STARTED =
  'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.';
const HELPED = 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.';

/** Opts a person out or in where their message is such a word. Returns what Twilio itself answers, if anything. */
export function answerByKeyword(optOuts: OptOuts, { from, to, body }: Sms): string | undefined {
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
