/** A phone network on this machine: a server that speaks Twilio's API, and the phones that ring. */
import type { HttpClient, Listen } from '../http/http.ts';
import type { Channel } from '../message/message.ts';
import type { Clock } from '../time/time.ts';

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
  /** Leaves messages and calls where they are. After it no timer, socket or callback is left. */
  close(): Promise<void>;
}

/** What the people heard and read. */
export interface Phones {
  /** Newest first. */
  entries(): readonly PhoneEntry[];
  /** `listener` gets an entry each time it changes, from its first state on. Returns what ends that. */
  subscribe(listener: (entry: PhoneEntry) => void): () => void;
}

/** One message or call as the person at the other end sees it. */
export interface PhoneEntry {
  /** Stays the same as the entry changes. */
  readonly id: string;
  readonly kind: Channel;
  /** E.164, in full: mask it before it is shown. */
  readonly to: string;
  readonly from: string;
  /** What was read or heard so far: empty until a message is delivered or a call answered. */
  readonly words: string;
  readonly state: PhoneState;
  /** When it was taken on, in milliseconds since 1970. */
  readonly at: number;
  /** What went wrong, or was left out, in plain words and without a number. */
  readonly note?: string;
}

/** How far it is: `queued` -> `sending` -> `sent` -> `delivered`, or `queued` -> `ringing` -> `in-progress` -> `completed`. */
export type PhoneState = 'queued' | 'sending' | 'sent' | 'delivered' | 'ringing' | 'in-progress' | 'completed';
