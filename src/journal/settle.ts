import { advance, isOpen, type Message, type Outcome, type State } from '../message/message.ts';
import type { Report } from './journal.ts';

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
