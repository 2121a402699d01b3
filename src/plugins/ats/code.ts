/**
 * What a code of ATS means, in plain words, and what it says of a send. `final`: refused, and refused again if repeated.
 * `doubt`: it may have been taken all the same, and the delivery query is asked. `taken`: it is there. No code says that the
 * same may work in a moment: only a 429 does.
 */
const CODES: Readonly<Record<string, Meaning>> = {
  0: { kind: 'taken', meaning: 'it was accepted' },
  1: { kind: 'doubt', meaning: 'an error that ATS does not name' },
  20: { kind: 'doubt', meaning: 'ATS knows no message of this id' },
  21: { kind: 'taken', meaning: 'it has not been sent yet' },
  22: { kind: 'taken', meaning: 'it was sent' },
  23: { kind: 'taken', meaning: 'it was delivered' },
  24: { kind: 'taken', meaning: 'it was not delivered' },
  25: { kind: 'taken', meaning: 'ATS cannot tell whether it was delivered' },
  100: { kind: 'final', meaning: 'the user name and the password do not belong together' },
  // Nothing says on which side of the fault the message was written down.
  200: { kind: 'doubt', meaning: 'a fault of the database of ATS' },
  // One of the two is taken; which, the delivery query tells.
  300: { kind: 'doubt', meaning: 'the same id stands twice in one request' },
  // Ids are unguessable and of one attempt each: whoever used it before was this attempt, on a line that repeated it.
  310: { kind: 'taken', meaning: 'a message of this id has arrived before' },
  320: { kind: 'final', meaning: 'the keyword of the project is missing' },
  321: { kind: 'final', meaning: 'the keyword of the project is not valid' },
  330: { kind: 'final', meaning: 'the sender number is missing' },
  331: { kind: 'final', meaning: 'the sender number is not valid' },
  332: { kind: 'final', meaning: 'messages from handsets are barred for this project' },
  333: { kind: 'final', meaning: 'messages to handsets are barred for this project' },
  334: { kind: 'final', meaning: 'the limit of the day is used up' },
  335: { kind: 'final', meaning: 'the limit of the project is used up' },
  336: { kind: 'final', meaning: 'this project may not write to that country' },
  337: { kind: 'final', meaning: 'this project may not write to Slovakia' },
  338: { kind: 'final', meaning: 'this project may not use that short code' },
  339: { kind: 'final', meaning: 'the sender number is not known to ATS' },
  340: { kind: 'final', meaning: 'the message has no type' },
  341: { kind: 'final', meaning: 'the text is too long' },
  342: { kind: 'final', meaning: 'the text has more than 10 parts' },
  343: { kind: 'final', meaning: 'the sender or the recipient is not valid' },
  350: { kind: 'final', meaning: 'the recipient is not a valid phone number' },
  360: { kind: 'final', meaning: 'this project may not set the text that is shown as sender' },
  361: { kind: 'final', meaning: 'the text that is shown as sender is not valid' },
  362: { kind: 'final', meaning: 'a text cannot be shown as sender of a message of several parts' },
  701: { kind: 'final', meaning: 'ATS found no XML in the request' },
  702: { kind: 'final', meaning: 'ATS could not read the XML of the request' },
  703: { kind: 'final', meaning: 'ATS takes requests by POST only' },
  705: { kind: 'final', meaning: 'the XML of the request is not of the form that ATS takes' },
};

export interface Meaning {
  readonly kind: 'taken' | 'final' | 'doubt';
  readonly meaning: string;
}

/** A code of no table is a refusal where its neighbours are (300 to 399, 700 to 799), and says nothing elsewhere. */
export function meaningOf(code: string): Meaning {
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  return known ?? { kind: /^[37]\d\d$/.test(code) ? 'final' : 'doubt', meaning: 'a code that is not known here' };
}
