import type { Journal } from '../journal/journal.ts';
import { type Clock, newPump, type Pump, type Work } from '../time/time.ts';
import type { Sender } from './carry.ts';
import { isGivenUp } from './deliver.ts';
import { isOpen, type Message } from './message.ts';

/** Messages carried on at one time, beside those whose runs send them right now. */
const CAPACITY = 100;
/** After a message could not be carried on, for whatever reason: it is still due. */
const PAUSE_MS = 1_000;

/** Carries on the messages that wait: for a retry, for their turn, or for news of an attempt whose fate is unknown. */
export function newOutbox(options: {
  readonly journal: Pick<Journal, 'dueMessages' | 'nextMessageDue' | 'wakeRun'>;
  readonly clock: Clock;
  readonly sender: Sender;
  /** Runs may be due: one that waited for a message whose fate is now known. */
  readonly runsMayBeDue: () => void;
  readonly signal: AbortSignal;
  readonly trouble: (what: string, cause: unknown) => void;
  /** How what is due comes here, where the journal sees to that itself. */
  readonly pump?: (work: Work<Message>) => Pump;
}): Pump {
  const { journal, clock, signal } = options;
  const work = async (message: Message): Promise<void> => {
    try {
      const carried = await options.sender.carry(message, signal);
      if (isOpen(carried.state) && !isGivenUp(carried)) return;
      await journal.wakeRun(carried.runId);
      options.runsMayBeDue();
    } catch (cause) {
      if (signal.aborted) return;
      options.trouble(`message ${message.id} could not be carried on; it is tried again`, cause);
      await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
    }
  };
  return (options.pump ?? newPump)({
    clock,
    capacity: CAPACITY,
    idOf: ({ id }: Message) => id,
    // Those under way are due until their attempt has begun.
    take: (free, underWay) => journal.dueMessages(free + underWay),
    nextDue: () => journal.nextMessageDue(),
    work,
    failed: (cause) => options.trouble('the journal did not say which messages are due', cause),
  });
}
