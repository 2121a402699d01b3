import { advance, isOpen, type Message, type Outcome, type State } from '../message/message.ts';
import type { Report } from './journal.ts';

/** What ended so may be sent again on a person's word: nobody got it. */
export const ENDED_BADLY: readonly State[] = ['rejected', 'undelivered', 'failed', 'busy', 'no-answer', 'canceled'];
/** An attempt that began longer before than this has had its answer, or has none: whatever it sent is no candidate any more. */
export const RIVAL_MS = 120_000;
/**
 * Leave that was not used for so long is void, and the message lines up anew: a host that was away for an hour must not send
 * at once what it would have sent in an hour. Long enough that a host which is merely busy keeps its places.
 */
export const LEAVE_MS = 5_000;

/**
 * The state of a message after the outcome of its attempt. Every journal uses this one, so that all of them agree on the
 * step that goes back: to `retrying`, after a refusal where the time of the next attempt is known.
 */
export function settledState(current: State, outcome: Outcome, isAgain: boolean): State {
  if (outcome.kind === 'accepted') return advance(current, outcome.state ?? 'accepted');
  // A callback came first: it proves that the provider took the message, whatever became of the answer.
  // And where it waits to be sent again, an attempt that came before says nothing of the next.
  if (current !== 'sending' && current !== 'unknown') return current;
  if (outcome.kind === 'unknown') return 'unknown';
  return isAgain ? 'retrying' : 'rejected';
}

/** Whether an attempt counts against those that are allowed: it reached the provider, or may have. */
export function countsAsAttempt(outcome: Outcome): boolean {
  return outcome.kind !== 'rejected' || outcome.retry?.unreached !== true;
}

/** The provider's answer with what a report adds to it; nothing where it adds nothing. */
export function heard({ answer }: Pick<Message, 'answer'>, report: Report): Pick<Message, 'answer'> {
  return report.answer === undefined ? {} : { answer: { ...answer, ...report.answer } };
}

/** The state after a report. Only a provider's word moves a message: none of the states that are the host's own do. */
export function reportedState(current: State, report: State): State {
  return isOpen(report) ? current : advance(current, report);
}
