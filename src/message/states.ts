/**
 * Every state of a message or call: the one table. A state only moves to one of a higher rank, so that callbacks which
 * come twice, late or out of order change nothing; the states of rank 9 are final.
 *
 *     waiting -> sending -> accepted -> sent    -> delivered | undelivered | failed          (sms)
 *                   |          |----> ringing -> in-progress -> completed | busy | no-answer | failed | canceled  (call)
 *                   |-> rejected
 *                   '-> unknown -> (whatever a callback proves)
 */
export const STATES = {
  waiting: { rank: 0, meaning: 'Journaled, and not tried yet; or to be tried again after a refusal that may pass.' },
  sending: { rank: 1, meaning: 'A try is under way: its id is journaled, its first byte may have left.' },
  unknown: {
    rank: 2,
    meaning: 'It may have been sent: the answer was lost, or could not be read. It is not repeated.',
  },
  accepted: { rank: 3, meaning: 'The provider took it and gave it an id; nobody has seen it yet.' },
  sent: { rank: 4, meaning: 'The provider handed the message to the carrier.' },
  ringing: { rank: 4, meaning: 'The phone rings.' },
  'in-progress': { rank: 5, meaning: 'The call was answered, and is going on.' },
  rejected: { rank: 9, meaning: 'The provider refused it, with a reason: bad number, no credit, opted out.' },
  delivered: { rank: 9, meaning: 'The carrier says that the handset has it.' },
  undelivered: { rank: 9, meaning: 'The carrier says that the handset does not have it: off, full, or blocked.' },
  completed: { rank: 9, meaning: 'The call was answered and has ended.' },
  busy: { rank: 9, meaning: 'The line was engaged.' },
  'no-answer': { rank: 9, meaning: 'It rang, and nobody answered.' },
  canceled: { rank: 9, meaning: 'It was called off before it was answered.' },
  failed: { rank: 9, meaning: 'It could not be put through: no such number, or a fault at the provider.' },
} as const;

/** A state of the table. */
export type State = keyof typeof STATES;

/** Whether nothing can follow. */
export function isFinal(state: State): boolean {
  return STATES[state].rank === 9;
}

/** The state after a report of `next`: `next` where that is a step forward, else `current`. */
export function advance(current: State, next: State): State {
  return STATES[next].rank > STATES[current].rank ? next : current;
}
