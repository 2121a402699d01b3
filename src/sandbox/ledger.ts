import type { Clock } from '../time/time.ts';

/** A text message, as the network keeps it. */
export interface Sms {
  readonly kind: 'sms';
  readonly sid: string;
  readonly to: string;
  /** Empty where a messaging service chooses it. */
  readonly from: string;
  readonly messagingServiceSid: string | null;
  readonly body: string;
  readonly mediaCount: number;
  readonly statusCallback: string | null;
  readonly status: 'queued' | 'sending' | 'sent' | 'delivered';
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly sentAt: number | null;
  readonly notes: readonly string[];
}

/** A call, as the network keeps it. */
export interface Call {
  readonly kind: 'call';
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly script: Script;
  readonly statusCallback: CallCallback | null;
  readonly status: 'queued' | 'ringing' | 'in-progress' | 'completed';
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** What the person heard. */
  readonly words: string;
  /** Callbacks made so far; Twilio counts them from 0. */
  readonly callbackCount: number;
  readonly notes: readonly string[];
}

/** Where the words of a call come from. */
export type Script =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'url'; readonly url: string; readonly method: 'GET' | 'POST' }
  /** A script that is kept in a Twilio account, of which there is none here. */
  | { readonly kind: 'application' };

/** What a caller wants to be told about a call. */
export interface CallCallback {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly events: readonly CallEvent[];
}

/** A moment of a call that can be asked for. */
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';

/** What is kept of messages, or of calls. */
export interface Ledger<Entry> {
  add(entry: Entry): Entry;
  /** The entry with what changed of it, and with the time of that; `entry` itself stays as it is. */
  change(entry: Entry, changes: Partial<Entry>): Entry;
  find(sid: string): Entry | undefined;
  /** Newest first. */
  all(): readonly Entry[];
}

/** Oldest entries go first beyond this; a test that sends thousands still finds all of its own. */
const ENTRY_LIMIT = 10_000;

/** An empty ledger, that tells `onChange` of each entry that is new or changed. */
export function newLedger<Entry extends Sms | Call>(clock: Clock, onChange: (entry: Entry) => void): Ledger<Entry> {
  const entries = new Map<string, Entry>();
  return {
    add(entry) {
      entries.set(entry.sid, entry);
      const [oldest] = entries.keys();
      if (entries.size > ENTRY_LIMIT && oldest !== undefined) entries.delete(oldest);
      onChange(entry);
      return entry;
    },
    change(entry, changes) {
      const changed = { ...entry, ...changes, updatedAt: clock.now() };
      if (entries.has(entry.sid)) entries.set(entry.sid, changed);
      onChange(changed);
      return changed;
    },
    find: (sid) => entries.get(sid),
    all: () => [...entries.values()].toReversed(),
  };
}
