import type { Clock } from '../time/time.ts';
import type { FaultBook } from './faults.ts';
import type { Books, Call, ScriptUrl, Sms } from './ledger.ts';
import type { SendOutbound } from './life/outbound.ts';
import type { Action, Habit } from './sandbox.ts';

/** What everything in the network lives on. */
export interface Network {
  readonly accountSid: string;
  readonly clock: Clock;
  /** Between two states of a message or call. */
  readonly paceMs: number;
  readonly stopping: AbortSignal;
  readonly books: Books;
  readonly faults: FaultBook;
  readonly send: SendOutbound;
  /** A fresh id with Twilio's prefix of its kind. */
  readonly newSid: (prefix: string) => string;
  /** Where the API answers, for addresses of its resources. */
  readonly baseUrl: () => string;
  /** What the person at a number does by habit. */
  readonly habitOf: (number: string) => Habit;
  readonly optOuts: OptOuts;
}

/** Who wrote STOP to whom: Twilio refuses messages from that sender to that person, with error 21610. */
export interface OptOuts {
  has(person: string, sender: string): boolean;
  add(person: string, sender: string): void;
  remove(person: string, sender: string): void;
}

/** Sets messages and calls on their way, and reaches into those that are on it. */
export interface Lives {
  begin(entry: Sms | Call): void;
  /** Ends a call: `canceled` before it was answered, `completed` after. False where it has ended, or cannot end so. */
  end(callSid: string, status: 'canceled' | 'completed'): boolean;
  /** Gives a call that is going on another script. False where it is not going on. */
  redirect(callSid: string, script: ScriptUrl | { readonly kind: 'text'; readonly text: string }): boolean;
  /** Calls a message off that waits for its time. False where it went out. */
  cancelMessage(sid: string): boolean;
  /** Takes a call out of its conference; its script goes on. False where it is in none. */
  leave(callSid: string): boolean;
  /** Ends a conference for all who are in it; their scripts go on. False where it has ended. */
  endConference(conferenceSid: string): boolean;
  /** Does what a person can do with a phone. Returns why that cannot be done now, or undefined where it was done. */
  act(action: Action): string | undefined;
  /** Resolves when nothing is on its way any more. */
  ended(): Promise<unknown>;
}
