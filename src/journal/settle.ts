import { advance, type Outcome, type State } from '../message/message.ts';

/**
 * The state of a message after the outcome of its attempt. Every journal uses this one, so that all of them agree on the
 * one step that goes back: from `sending` to `waiting`, after a refusal that may pass.
 */
export function settledState(current: State, outcome: Outcome, retry: boolean): State {
  if (outcome.kind === 'accepted') return advance(current, 'accepted');
  // A callback came first: it proves that the provider took the message, whatever became of the answer.
  if (current !== 'sending' && current !== 'unknown') return current;
  if (outcome.kind === 'unknown') return 'unknown';
  return retry && outcome.retry !== undefined && current === 'sending' ? 'waiting' : 'rejected';
}
