import type { Message } from '../../message/message.ts';

/** Messages that are remembered while they are sent: more than a host sends at once. */
const MOST_KEPT = 10_000;

/**
 * Messages that this host is sending, by their attempts, as they were when those began: what changes one meanwhile also moves it
 * to another state, and is found out by that.
 */
export interface SendingCache {
  keep(message: Message): void;
  /** Forgets it, too: an attempt is settled once. */
  take(attemptId: string): Message | undefined;
}

export function newSendingCache(): SendingCache {
  const byAttempt = new Map<string, Message>();
  return {
    keep(message) {
      if (message.state !== 'sending' || !message.lastAttempt) return;
      byAttempt.set(message.lastAttempt.id, message);
      // The oldest; it is read again where it is asked for.
      const [oldest] = byAttempt.keys();
      if (byAttempt.size > MOST_KEPT && oldest !== undefined) byAttempt.delete(oldest);
    },
    take(attemptId) {
      const message = byAttempt.get(attemptId);
      byAttempt.delete(attemptId);
      return message;
    },
  };
}
