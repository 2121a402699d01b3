/** What the states of messages and calls are called on the page. */

const MESSAGE_STATES = {
  accepted: 'on its way',
  scheduled: 'waits for its time',
  queued: 'on its way',
  sending: 'on its way',
  sent: 'on its way',
  delivered: 'delivered',
  undelivered: 'not delivered',
  failed: 'failed',
  canceled: 'called off',
  receiving: 'on its way',
  received: 'received',
};
const CALL_STATES = {
  queued: 'dialling',
  ringing: 'ringing',
  'in-progress': 'answered',
  completed: 'ended',
  busy: 'busy',
  'no-answer': 'not answered',
  failed: 'failed',
  canceled: 'called off',
};
const GOOD = ['delivered', 'received', 'completed'];
const OVER = [...GOOD, 'undelivered', 'failed', 'canceled', 'busy', 'no-answer'];

export function isOver({ state }) {
  return OVER.includes(state);
}

/** `good`, `bad` or `open`, for the eye. */
export function outcomeOf({ state }) {
  if (GOOD.includes(state)) return 'good';
  return OVER.includes(state) ? 'bad' : 'open';
}

export function stateWords({ kind, state }) {
  return (kind === 'sms' ? MESSAGE_STATES : CALL_STATES)[state] ?? state;
}

/** How long a call was, as `0:07`; empty where it was not answered or is not over. */
export function lengthWords({ startedAt, endedAt }) {
  if (startedAt === null || endedAt === null) return '';
  const seconds = Math.round((endedAt - startedAt) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** For people who hear the page: one line when something asks for them or is over, not one for every state. */
export function announcement(entry, { number, answers }) {
  const { kind, direction, state, other, words } = entry;
  if (kind === 'call' && state === 'ringing')
    return answers === 'by-hand' && direction === 'in' ? `${number} rings: call from ${other}` : undefined;
  if (!isOver(entry)) return undefined;
  if (kind === 'call') return `Call ${direction === 'in' ? 'to' : 'from'} ${number}: ${stateWords(entry)}`;
  return `Message ${direction === 'in' ? 'to' : 'from'} ${number}, ${stateWords(entry)}: ${words}`;
}
