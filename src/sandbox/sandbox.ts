/** A phone network on this machine: a server that speaks Twilio's API, and the phones that ring. */
import type { HttpClient, Listen } from '../http/http.ts';
import type { Channel } from '../message/message.ts';
import type { Clock } from '../time/time.ts';
import type { Heard } from './ledger.ts';

/**
 * Opens a sandbox. It reaches nothing but this machine: scripts and callbacks at any other address are not requested,
 * and what is shown says so. Rejects with `AddressInUse`.
 */
export type StartSandbox = (options: {
  readonly listen: Listen;
  /** For scripts and callbacks; it stays the caller's to close. */
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Unguessable ids: the account, its token and the ids of messages and calls are made of them. */
  readonly newId: () => string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Between two states of a message or call; 300 where nothing is said, so that a person can watch. */
  readonly paceMs?: number;
  /** What a person has to know who looks at the phones, such as that all sends go to one of them. */
  readonly notice?: string;
}) => Promise<Sandbox>;

/** A phone network that is open. Its account exists from start to close. */
export interface Sandbox {
  /** Where the API answers and the page of the phones is, without a slash at the end. */
  readonly url: string;
  /** `AC` and 32 hexadecimal digits. */
  readonly accountSid: string;
  /** 32 hexadecimal digits. It signs what the sandbox requests, and opens the API. */
  readonly authToken: string;
  /** The names under which the resources of a project find this network: `RINGBOOK_SANDBOX_URL` and its account. */
  readonly environment: Readonly<Record<string, string>>;
  readonly phones: Phones;
  readonly faults: Faults;
  /** Makes a number (E.164) one of the account, of which `url` is told when somebody writes to it; one that it has stays as it is. */
  takeNumber(number: string, url: string): void;
  /** Leaves messages and calls where they are. After it no timer, socket or callback is left. */
  close(): Promise<void>;
}

/** The phones, and the people who hold them. */
export interface Phones {
  /** Newest first. */
  entries(): readonly PhoneEntry[];
  /** `listener` gets an entry each time it changes, from its first state on. Returns what ends that. */
  subscribe(listener: (entry: PhoneEntry) => void): () => void;
  /** Numbers that were called, written to, or added, each with what its person does by habit. */
  people(): ReadonlyMap<string, Habit>;
  /** Says what the person at a number (E.164) does from now on; adds the phone where it is new. */
  setHabit(number: string, habit: Habit): void;
  /** Does what a person can do with a phone. Returns why that cannot be done now, or undefined where it was done. */
  act(action: Action): string | undefined;
}

/** What a person does without being asked. */
export interface Habit {
  /** `itself`: picks up after a moment. `by-hand`: lets it ring until someone acts, or the caller gives up. */
  readonly answers: 'itself' | 'by-hand';
  /** Keys pressed at each question (`<Gather>`) of a call, in turn. */
  readonly presses?: readonly string[];
  /** Said at each recording (`<Record>`) of a call, in turn; silence where none is left. */
  readonly says?: readonly string[];
}

/** What a person can do with a phone. `call` is the id of an entry; numbers are E.164. */
export type Action =
  | { readonly kind: 'answer'; readonly call: string }
  | { readonly kind: 'reject'; readonly call: string }
  | { readonly kind: 'hang-up'; readonly call: string }
  /** `keys` are of `0-9*#`. */
  | { readonly kind: 'press'; readonly call: string; readonly keys: string }
  /** Calls from the phone `from` a number `to` of the account. */
  | { readonly kind: 'call'; readonly from: string; readonly to: string }
  /** Writes a message from the phone `from` to the number `to`, which may be one of the account. */
  | { readonly kind: 'write'; readonly from: string; readonly to: string; readonly text: string };

/** One message or call as the person at the other end sees it. */
export interface PhoneEntry {
  /** Stays the same as the entry changes. */
  readonly id: string;
  readonly kind: Channel;
  /** `out`: the person wrote it. */
  readonly direction: 'in' | 'out';
  /** E.164, in full: mask it before it is shown. */
  readonly to: string;
  readonly from: string;
  /** What was read or heard so far: empty until a message is delivered or a call answered. */
  readonly words: string;
  /** What came out of the phone in a call so far, in order; empty for a message. */
  readonly heard: readonly Heard[];
  /** Keys that the person pressed. */
  readonly keys: string;
  /** Whether the call waits for keys right now. */
  readonly asks: boolean;
  readonly state: PhoneState;
  /** When it was taken on, in milliseconds since 1970. */
  readonly at: number;
  /** When a call was answered, and when it ended, in milliseconds since 1970. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** What went wrong, or was left out, in plain words and without a number. */
  readonly note?: string;
}

/** How far it is: Twilio's own words for the states of messages and calls. */
export type PhoneState =
  | 'accepted'
  | 'scheduled'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'received'
  | 'receiving'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

/** What is made to go wrong. */
export interface Faults {
  list(): readonly FaultRule[];
  add(rule: FaultRule): void;
  clear(): void;
}

/** A fault, and what it meets: everything, or what goes to one number; always, or the next `times` times. */
export interface FaultRule {
  readonly fault: Fault;
  /** E.164. */
  readonly number?: string;
  readonly times?: number;
}

/** Something that goes wrong, at the phone, on the way there, or on the way back. */
export type Fault =
  // at the phone
  | { readonly kind: 'busy' }
  | { readonly kind: 'no-answer' }
  /** A call or message that cannot be put through; `errorCode` is Twilio's. */
  | { readonly kind: 'failed'; readonly errorCode?: number }
  /** A machine answers, greets, and records what is said. */
  | { readonly kind: 'voicemail' }
  | { readonly kind: 'undelivered'; readonly errorCode: number }
  // at the API, for creating a message or call
  /** Refused with one of Twilio's codes, as a 400. */
  | { readonly kind: 'refused'; readonly errorCode: number }
  /** 429 with code 20429; not processed. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds?: number }
  /** 500, before or after the request was taken. */
  | { readonly kind: 'error'; readonly when: 'before' | 'after' }
  /** The connection is cut without an answer, before or after the request was taken. */
  | { readonly kind: 'dropped'; readonly when: 'before' | 'after' }
  /** Taken, and answered one byte at a time. */
  | { readonly kind: 'slow'; readonly byteMs: number }
  /** Taken, and the answer ends in its middle. */
  | { readonly kind: 'truncated' }
  /** Taken, and answered with a page of HTML and status 503, as a proxy does. */
  | { readonly kind: 'html' }
  // on the way back
  | { readonly kind: 'callback-lost' }
  | { readonly kind: 'callback-doubled' }
  /** Changes places with the next one of the same message or call. */
  | { readonly kind: 'callback-reordered' }
  | { readonly kind: 'callback-late'; readonly byMs: number }
  /** Lists do not show what is younger than this. */
  | { readonly kind: 'list-lag'; readonly byMs: number };
