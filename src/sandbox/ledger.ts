import type { Clock } from '../time/time.ts';

/** What every entry of the books has. Times are milliseconds since 1970. */
interface Kept {
  /** Two letters that say what it is, and 32 hexadecimal digits. */
  readonly sid: string;
  readonly accountSid: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The main account, or an account under it. */
export interface AccountEntry extends Kept {
  readonly kind: 'account';
  readonly authToken: string;
  readonly friendlyName: string;
  readonly status: 'active' | 'suspended' | 'closed';
  /** Of the account that it belongs to; the main account's own for itself. */
  readonly ownerSid: string;
}

/** A text message, as the network keeps it. */
export interface Sms extends Kept {
  readonly kind: 'sms';
  readonly direction: 'outbound-api' | 'outbound-reply' | 'outbound-call' | 'inbound';
  readonly to: string;
  /** Empty where a messaging service chooses it. */
  readonly from: string;
  readonly messagingServiceSid: string | null;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly statusCallback: string | null;
  readonly status: SmsStatus;
  /** Why it was not delivered. */
  readonly errorCode: number | null;
  /** When a scheduled one goes out. */
  readonly sendAt: number | null;
  readonly sentAt: number | null;
  readonly notes: readonly string[];
}

export type SmsStatus =
  | 'accepted'
  | 'scheduled'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'canceled'
  | 'receiving'
  | 'received';

/** A call, as the network keeps it. */
export interface Call extends Kept {
  readonly kind: 'call';
  readonly direction: 'outbound-api' | 'outbound-dial' | 'inbound';
  /** Of the call whose `<Dial>` made this one. */
  readonly parentCallSid: string | null;
  readonly to: string;
  readonly from: string;
  readonly script: Script;
  /** Asked where the script cannot be had or read. */
  readonly fallback: ScriptUrl | null;
  readonly statusCallback: CallCallback | null;
  /** How long it rings before it counts as not answered. */
  readonly timeoutSeconds: number;
  /** How long it may last once it was answered. */
  readonly timeLimitSeconds: number;
  /** Keys that are pressed once it is answered, `w` a wait of half a second. */
  readonly sendDigits: string;
  /** Whether the caller wants to know if a person or a machine answered. */
  readonly machineDetection: 'Enable' | 'DetectMessageEnd' | null;
  readonly answeredBy: 'human' | 'machine_start' | 'machine_end_beep' | null;
  readonly record: boolean;
  readonly status: CallStatus;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** What the person heard, in order. */
  readonly heard: readonly Heard[];
  /** Keys that the person pressed, in order. */
  readonly keys: string;
  /** Whether it waits for keys right now; not where absent. */
  readonly asks?: boolean;
  /** Callbacks made so far; Twilio counts them from 0. */
  readonly callbackCount: number;
  readonly notes: readonly string[];
}

export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

/** Something that came out of the phone. */
export type Heard =
  | { readonly kind: 'say'; readonly words: string; readonly voice: string | null; readonly language: string | null }
  | { readonly kind: 'play'; readonly url: string }
  | { readonly kind: 'tones'; readonly digits: string };

/** Where the words of a call come from. */
export type Script =
  | { readonly kind: 'text'; readonly text: string }
  | ScriptUrl
  /** A script that is kept in a Twilio account, of which there is none here. */
  | { readonly kind: 'application' };

export interface ScriptUrl {
  readonly kind: 'url';
  readonly url: string;
  readonly method: 'GET' | 'POST';
}

/** What a caller wants to be told about a call. */
export interface CallCallback {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly events: readonly CallEvent[];
}

/** A moment of a call that can be asked for. */
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';

/** A number that the account has bought: what is done when it is called or written to. */
export interface IncomingNumber extends Kept {
  readonly kind: 'number';
  readonly phoneNumber: string;
  readonly friendlyName: string;
  readonly type: 'local' | 'toll-free' | 'mobile';
  readonly voice: ScriptUrl | null;
  readonly voiceFallback: ScriptUrl | null;
  readonly sms: ScriptUrl | null;
  readonly smsFallback: ScriptUrl | null;
  readonly statusCallback: CallCallback | null;
}

/** What was recorded of a call or conference; the sound itself is not kept. */
export interface Recording extends Kept {
  readonly kind: 'recording';
  readonly callSid: string;
  readonly conferenceSid: string | null;
  readonly status: 'in-progress' | 'completed' | 'absent';
  readonly source: 'RecordVerb' | 'DialVerb' | 'OutboundAPI' | 'Conference' | 'StartCallRecordingAPI';
  readonly durationSeconds: number;
  readonly startedAt: number;
}

export interface Transcription extends Kept {
  readonly kind: 'transcription';
  readonly recordingSid: string;
  readonly status: 'in-progress' | 'completed' | 'failed';
  readonly text: string;
  readonly durationSeconds: number;
}

export interface Conference extends Kept {
  readonly kind: 'conference';
  readonly friendlyName: string;
  readonly status: 'init' | 'in-progress' | 'completed';
  readonly endReason:
    | 'participant-with-end-conference-on-exit-left'
    | 'last-participant-left'
    | 'conference-ended-via-api'
    | null;
}

/** A call that is in a conference. Its `sid` is that of the call. */
export interface Participant extends Kept {
  readonly kind: 'participant';
  readonly conferenceSid: string;
  readonly label: string | null;
  readonly muted: boolean;
  readonly hold: boolean;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  readonly status: 'queued' | 'connecting' | 'ringing' | 'connected' | 'complete' | 'failed';
}

/** An error or warning that Twilio writes down about a call or message. */
export interface Notification extends Kept {
  readonly kind: 'notification';
  readonly callSid: string | null;
  readonly level: 'error' | 'warning';
  /** https://www.twilio.com/docs/api/errors */
  readonly errorCode: number;
  readonly text: string;
  readonly requestUrl: string;
  readonly requestMethod: 'GET' | 'POST' | '';
}

/** What is kept of one kind of thing. */
export interface Ledger<Entry extends Kept> {
  add(entry: Entry): Entry;
  /** The entry with what changed of it, and with the time of that; `entry` itself stays as it is. */
  change(entry: Entry, changes: Partial<Entry>): Entry;
  find(sid: string): Entry | undefined;
  remove(sid: string): void;
  /** Newest first. */
  all(): readonly Entry[];
}

/** All that the network knows. */
export interface Books {
  readonly accounts: Ledger<AccountEntry>;
  readonly messages: Ledger<Sms>;
  readonly calls: Ledger<Call>;
  readonly numbers: Ledger<IncomingNumber>;
  readonly recordings: Ledger<Recording>;
  readonly transcriptions: Ledger<Transcription>;
  readonly conferences: Ledger<Conference>;
  readonly participants: Ledger<Participant>;
  readonly notifications: Ledger<Notification>;
}

/** Oldest entries go first beyond this; a test that sends tens of thousands still finds all of its own. */
const ENTRY_LIMIT = 100_000;

/** Empty books. `onChange` is told of each message and call that is new or changed. */
export function newBooks(clock: Clock, onChange: (entry: Sms | Call) => void): Books {
  return {
    accounts: newLedger(clock, quiet),
    messages: newLedger<Sms>(clock, onChange),
    calls: newLedger<Call>(clock, onChange),
    numbers: newLedger(clock, quiet),
    recordings: newLedger(clock, quiet),
    transcriptions: newLedger(clock, quiet),
    conferences: newLedger(clock, quiet),
    participants: newLedger(clock, quiet),
    notifications: newLedger(clock, quiet),
  };
}

function quiet(): void {}

function newLedger<Entry extends Kept>(clock: Clock, onChange: (entry: Entry) => void): Ledger<Entry> {
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
    remove: (sid) => void entries.delete(sid),
    all: () => [...entries.values()].toReversed(),
  };
}
