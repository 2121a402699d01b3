import type { State } from '../../message/message.ts';

/**
 * What a status of SMS Operator means: in plain words; as an answer to a send (`taken`: it has the message; `final`: it
 * refused it; `doubt`: it may have it, and is asked by the message's id); and as a state of a message that it took.
 */
const STATUSES: Readonly<Record<string, Meaning>> = {
  0: { sent: 'taken', state: 'delivered', meaning: 'it was delivered' },
  1: { sent: 'final', state: 'undelivered', meaning: 'it was not delivered' },
  2: { sent: 'final', state: 'failed', meaning: 'there is no such number' },
  3: { sent: 'doubt', state: 'undelivered', meaning: 'the time for its delivery ran out' },
  4: { sent: 'final', state: 'failed', meaning: 'the recipient is not a valid phone number' },
  5: { sent: 'doubt', state: 'failed', meaning: 'an error that SMS Operator does not name' },
  6: { sent: 'doubt', state: 'failed', meaning: 'a fault at the operator of the recipient' },
  7: { sent: 'final', state: 'failed', meaning: 'the text is too long' },
  10: { sent: 'taken', state: 'undelivered', meaning: 'only a part of it was delivered' },
  11: { sent: 'taken', state: 'accepted', meaning: 'nothing has been heard of it yet' },
  12: { sent: 'taken', state: 'accepted', meaning: 'a part was delivered, of the rest nothing has been heard yet' },
  13: { sent: 'taken', state: 'accepted', meaning: 'a part was not delivered, of the rest nothing has been heard yet' },
  14: {
    sent: 'taken',
    state: 'accepted',
    meaning: 'parts were delivered and parts not, of the rest nothing has been heard yet',
  },
  15: { sent: 'doubt', state: 'untracked', meaning: 'SMS Operator knows no message of this id' },
};

interface Meaning {
  readonly sent: 'taken' | 'final' | 'doubt';
  readonly state: State;
  readonly meaning: string;
}

/** A status of no table is a failure: all are, but for those that say otherwise. */
const OTHER: Meaning = { sent: 'final', state: 'failed', meaning: 'a status that is not known here' };

/** The status that a message of this id is not there. */
export const NOT_FOUND = '15';

export function meaningOf(status: string): Meaning {
  return (Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined) ?? OTHER;
}

export function isKnown(status: string): boolean {
  return Object.hasOwn(STATUSES, status);
}
