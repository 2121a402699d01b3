import type { Channel, State, StatusReport } from '../../message/message.ts';

/**
 * Exotel's states of a message (https://developer.exotel.com/docs/sms-support/sms-status-codes), as the house has them. `sent` is
 * what the carrier said; whether the handset has it is in the detailed status.
 */
const MESSAGE_STATES: Readonly<Record<string, State>> = {
  queued: 'accepted',
  sending: 'accepted',
  submitted: 'accepted',
  sent: 'sent',
  delivered: 'delivered',
  undelivered: 'undelivered',
  expired: 'undelivered',
  failed: 'failed',
  'failed-dnd': 'undelivered',
  failed_dnd: 'undelivered',
};

/** Exotel's states of a call. It is `in-progress` from the first moment on, which does not mean that anybody has answered. */
const CALL_STATES: Readonly<Record<string, State>> = {
  queued: 'accepted',
  'in-progress': 'accepted',
  ringing: 'ringing',
  completed: 'completed',
  failed: 'failed',
  busy: 'busy',
  'no-answer': 'no-answer',
  canceled: 'canceled',
};

/** What the detailed states of a message that did not arrive mean. */
const MEANINGS: Readonly<Record<string, string>> = {
  FAILED_DND: 'the recipient is on the do-not-disturb register',
  FAILED_INVALID_NUMBER: 'there is no such number',
  FAILED_SPAM: 'the operator took it for spam',
  FAILED_BLACKLISTED: 'the recipient is on a black list',
  FAILED_INVALID_SENDER: 'the sender is not registered or not approved',
  FAILED_DLT_SCRUBBING: 'the DLT register of the operators has blocked it',
  FAILED_DLT_ENTITY: 'the DLT entity id is not registered',
  FAILED_DLT_TEMPLATE: 'the words fit no DLT template that was approved',
  FAILED_DLT_CONSENT: 'the recipient has not agreed to get it, by the DLT register',
};

/** What Exotel says of a message or call; null for states that it may add later. */
export function reportOf(channel: Channel, providerId: string, told: Told): StatusReport | null {
  const states = channel === 'call' ? CALL_STATES : MESSAGE_STATES;
  const state = Object.hasOwn(states, told.status) ? states[told.status] : undefined;
  if (state === undefined) return null;
  if (channel === 'call') return { state: told.event === 'answered' ? answered(state) : state, providerId };
  if (state === 'sent' && told.detail === 'DELIVERED_TO_HANDSET') return { state: 'delivered', providerId };
  const isLost = state === 'failed' || state === 'undelivered';
  return { state, providerId, ...(isLost && { error: errorOf(told) }) };
}

/** What is told of one, in Exotel's own words. */
export interface Told {
  readonly status: string;
  /** The detailed status of a message. */
  readonly detail?: string;
  /** What a callback about a call was made for. */
  readonly event?: string;
}

/** Only this event says that somebody has picked up. */
function answered(state: State): State {
  return state === 'accepted' || state === 'ringing' ? 'in-progress' : state;
}

function errorOf({ status, detail = '' }: Told): string {
  const name = /^failed[-_]dnd$/.test(status) ? 'FAILED_DND' : detail;
  const meaning = Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
  if (meaning !== undefined) return `Exotel reports ${name}: ${meaning}`;
  return /^[A-Z_]{3,40}$/.test(name) ? `Exotel reports ${name}` : `Exotel reports that it is ${status}`;
}
