/**
 * What Twilio's error codes (https://www.twilio.com/docs/api/errors) mean for a send, in plain words. `retry`: refused for now,
 * the same may work later. `doubt`: it may have been done all the same. `final`: refused, and refused again if repeated.
 */
const CODES: Readonly<Record<string, { readonly kind: ErrorKind; readonly meaning: string }>> = {
  10004: { kind: 'retry', meaning: 'too many calls at once for this account' },
  20003: { kind: 'final', meaning: 'the account SID and the auth token do not belong together' },
  20404: { kind: 'final', meaning: 'there is no such account or address' },
  20429: { kind: 'retry', meaning: 'too many requests at once' },
  20500: { kind: 'doubt', meaning: 'a fault inside of Twilio' },
  21201: { kind: 'final', meaning: 'no number to call was given' },
  21210: { kind: 'final', meaning: 'the calling number is not a verified number of this account' },
  21211: { kind: 'final', meaning: 'the number to reach is not a valid phone number' },
  21212: { kind: 'final', meaning: 'the sending number is not a valid phone number' },
  21214: { kind: 'final', meaning: 'the number to call cannot be reached' },
  21215: { kind: 'final', meaning: 'this account may not call that country: allow it in the geographic permissions' },
  21216: { kind: 'final', meaning: 'this account may not call that number' },
  21217: { kind: 'final', meaning: 'the number to call does not seem to be valid' },
  21408: { kind: 'final', meaning: 'this account may not text that country: allow it in the geographic permissions' },
  21606: { kind: 'final', meaning: 'the sending number cannot send text messages, or is not of this account' },
  21608: { kind: 'final', meaning: 'a trial account reaches verified numbers only' },
  21610: { kind: 'final', meaning: 'the recipient has opted out of messages from this number' },
  21611: { kind: 'retry', meaning: 'too many messages wait to be sent from this number' },
  21612: { kind: 'final', meaning: 'that number cannot be reached from the sending number' },
  21614: { kind: 'final', meaning: 'the number to reach is not a mobile number' },
  21617: { kind: 'final', meaning: 'the text is longer than 1,600 characters' },
  21635: { kind: 'final', meaning: 'the number to reach is a landline' },
  22005: { kind: 'retry', meaning: 'Twilio cannot take it at the moment' },
  30001: { kind: 'retry', meaning: 'too many messages were waiting' },
  30002: { kind: 'retry', meaning: 'the account was suspended in the meantime' },
  30003: { kind: 'retry', meaning: 'the handset is switched off or cannot be reached' },
  30004: { kind: 'final', meaning: 'the recipient or the carrier has blocked the message' },
  30005: { kind: 'final', meaning: 'the handset is unknown or no longer in service' },
  30006: { kind: 'final', meaning: 'the number is a landline, or its carrier cannot be reached' },
  30007: { kind: 'final', meaning: 'the carrier filtered the message' },
  30008: { kind: 'retry', meaning: 'the carrier gives no reason' },
  30500: { kind: 'retry', meaning: 'a fault between Twilio and the carrier' },
};

export type ErrorKind = 'retry' | 'doubt' | 'final';

/** What kind of refusal a code is; a code that is not in the table is final, as a well-formed 4xx is. */
export function kindOfCode(code: string): ErrorKind {
  return entry(code)?.kind ?? 'final';
}

/** A code in plain words, or undefined where the table does not have it. */
export function meaningOfCode(code: string): string | undefined {
  return entry(code)?.meaning;
}

function entry(code: string): (typeof CODES)[string] | undefined {
  return Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}
