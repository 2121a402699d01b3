/**
 * Every state of a message or call: the one table. A state only moves to one of a higher rank, so that callbacks which
 * come twice, late or out of order change nothing; the states of rank 9 are final. Two steps go back, and no callback makes
 * them: `sending` to `retrying` after a refusal that may pass, and `unknown` to `waiting` where the policy is to send again.
 *
 *     waiting -> sending -> accepted -> sent    -> delivered | undelivered | failed          (sms)
 *        ^        ^  |        |  |----> ringing -> in-progress -> completed | busy | no-answer | failed | canceled  (call)
 *        |        |  |        '-> untracked -> (whatever is heard of it later)
 *        |        |  |-> rejected | debug
 *        |  retrying <-'-> unknown -> (whatever a callback or a look at the provider proves)
 *        '-------------------'
 */
export const STATES = {
  waiting: {
    rank: 0,
    meaning: 'Journaled, and not tried yet. Example: its sender may send one a second, and it is the third.',
  },
  retrying: {
    rank: 0,
    meaning: 'Refused for now, and to be tried again. Example: the provider answered 429 with Retry-After: 2.',
  },
  sending: { rank: 1, meaning: 'A try is under way: its id is journaled, its first byte may have left.' },
  unknown: {
    rank: 2,
    meaning:
      'It may have been sent: the answer was lost, or could not be read. The provider is asked; it is not repeated blindly.',
  },
  accepted: { rank: 3, meaning: 'The provider took it and gave it an id; nobody has seen it yet.' },
  sent: { rank: 4, meaning: 'The provider handed the message to the carrier.' },
  ringing: { rank: 4, meaning: 'The phone rings.' },
  'in-progress': { rank: 5, meaning: 'The call was answered, and is going on.' },
  untracked: { rank: 6, meaning: 'The provider took it, and cannot say any more what became of it.' },
  debug: { rank: 9, meaning: 'It was never sent, only kept or shown: its resource is one for trying things out.' },
  rejected: {
    rank: 9,
    meaning: 'The provider refused it, with a reason: bad number, no credit, opted out. Or it grew too old.',
  },
  delivered: { rank: 9, meaning: 'The carrier says that the handset has it.' },
  undelivered: { rank: 9, meaning: 'The carrier says that the handset does not have it: off, full, or blocked.' },
  completed: { rank: 9, meaning: 'The call was answered and has ended.' },
  busy: { rank: 9, meaning: 'The line was engaged.' },
  'no-answer': { rank: 9, meaning: 'It rang, and nobody answered.' },
  canceled: { rank: 9, meaning: 'It was called off before it was answered, or before it was sent.' },
  failed: { rank: 9, meaning: 'It could not be put through: no such number, or a fault at the provider.' },
} as const;

/** A state of the table. */
export type State = keyof typeof STATES;

/** Whether nothing can follow. */
export function isFinal(state: State): boolean {
  return STATES[state].rank === 9;
}

/** Whether a send has no fate yet: nothing went out for certain, and the host will go on with it. */
export function isOpen(state: State): boolean {
  return STATES[state].rank <= 2;
}

/** The state after a report of `next`: `next` where that is a step forward, else `current`. */
export function advance(current: State, next: State): State {
  return STATES[next].rank > STATES[current].rank ? next : current;
}
