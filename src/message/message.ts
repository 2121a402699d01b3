/** What is said to whom, and how it fares. */
import type { HttpRequest } from '../http/http.ts';
import type { JsonObject } from '../schema/schema.ts';
import type { State } from './states.ts';

export { piecesWithoutAccents, withoutAccents } from './accents.ts';
export { callingCodeOf, countryOf, countryRefusal, isE164, maskNumber, toE164 } from './phone-number.ts';
export { LONGEST_TEXT, type Piece, segmentsOf, type WorstCase, worstCase } from './segments.ts';
export { advance, isFinal, isOpen, STATES, type State } from './states.ts';

/** How a person is reached. */
export type Channel = 'sms' | 'call';

/** What is said, or what a call leads to. */
export type Content =
  | { readonly kind: 'text'; readonly text: string }
  /** A script in the provider's own voice language, rendered whole before the call. */
  | {
      readonly kind: 'script';
      readonly script: string;
      /** Said once keys were pressed that a script asks for; the call ends where it is absent. */
      readonly reply?: string;
      readonly line?: Line;
    }
  /** A script that the provider fetches from the user's own server when the call is answered. */
  | { readonly kind: 'script-url'; readonly url: string; readonly line?: Line }
  /** Whoever answers is put through to a second number, in E.164 form. */
  | { readonly kind: 'connect'; readonly second: string; readonly line?: Line }
  /** Whoever answers comes into a flow that is kept at the provider, under the provider's own name for it. */
  | { readonly kind: 'flow'; readonly flow: string; readonly line?: Line };

/** How a call is held, where that is not as the provider does it. */
export interface Line {
  /** It is given up after ringing so long. */
  readonly ringSeconds?: number;
  /** It is cut after so long. */
  readonly limitSeconds?: number;
  readonly record?: boolean;
  /** Words that the provider keeps with it, and gives back in its own reports. */
  readonly note?: string;
}

/** What an op asks to be said. `to` and `from` are E.164; `from` is empty where the provider sets the sender. */
export interface Draft {
  readonly channel: Channel;
  /** `mid` of the resource that sends. */
  readonly resource: string;
  readonly to: string;
  readonly from: string;
  readonly content: Content;
  readonly options?: SendOptions;
}

/** Every number that a draft reaches: what holds for one who is called holds for all of them. */
export function recipientsOf({ to, content }: Draft): readonly string[] {
  return content.kind === 'connect' ? [to, content.second] : [to];
}

/** How a message is sent and kept, where that is not as usual. */
export interface SendOptions {
  /** What is done when nobody can say any more whether it was sent; `hold` where nothing is said. */
  readonly onUnknown?: UnknownPolicy;
  /** Attempts that reach the provider, the first included; 3 where nothing is said. */
  readonly maxAttempts?: number;
  /** Older than this, it is not sent any more; 3,600 where nothing is said. */
  readonly maxAgeSeconds?: number;
  /** 1, the most urgent, to 5; 3 where nothing is said. What waits goes out in this order. */
  readonly priority?: number;
  /** Words to find it by. */
  readonly tags?: readonly string[];
  /** What it is about, as `type:id`, such as `job:4711`. */
  readonly related?: readonly string[];
  /** The author's own data about it. */
  readonly extra?: JsonObject;
  /** What only its provider knows, in the provider's own names. */
  readonly provider?: JsonObject;
  /** The template that its words are of. */
  readonly template?: string;
  /**
   * It is taken on only where none of its template was that is about one of the same objects (`related`), and was not rejected;
   * without a template, none of its op.
   */
  readonly oncePerRelated?: true;
  /** Whether a text goes out as it is written, or in plain letters (`withoutAccents`); as its resource has it where nothing is said. */
  readonly accents?: boolean;
}

/**
 * `resend`: it is sent again, and marked as a possible duplicate. `hold`: it waits for a person (`ringbook messages resolve`).
 * `next`: its op fails, and the rule goes on as its author wrote it for that.
 */
export type UnknownPolicy = 'resend' | 'hold' | 'next';

/** How an attempt went out, where that is not as its message says: by a route, to the one number of all, in plain letters. */
export interface Way {
  /** `mid` of the resource that was used. */
  readonly resource: string;
  readonly to: string;
  readonly from: string;
  /** What was said, where that is not word for word what the message has. */
  readonly content?: Content;
}

/** A draft that was taken on: from here on its fate is journaled. */
export interface Message extends Draft {
  /** Made of run and step, so that a run which is taken up again finds its message and does not make a second. */
  readonly id: string;
  readonly runId: string;
  readonly op: string;
  readonly state: State;
  /** The provider's id, once it is known. */
  readonly providerId?: string;
  /** The resource that `providerId` is of, where that is another than `resource`. */
  readonly via?: string;
  /** Resources of its route that it has gone on from: they refused it, or nobody can say what became of it there. */
  readonly passed?: readonly string[];
  /** Why it did not go well, in plain words, without a full number. */
  readonly error?: string;
  /** The provider's answer to the send: the result of the op. */
  readonly answer?: JsonObject;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly changedAt: number;
  /** When the host has to do something about it, in milliseconds since 1970; absent where nothing is left for it to do. */
  readonly dueAt?: number;
  /** Attempts that count against `maxAttempts`: those that reached the provider that it is with, or may have. */
  readonly attempts: number;
  /** The attempt made last. */
  readonly lastAttempt?: Attempt;
  /** How often the provider was asked in vain for an attempt whose fate is unknown. */
  readonly looks: number;
  /** It was sent again though an earlier attempt may have gone out. */
  readonly possibleDuplicate: boolean;
  /** The message that this one sends again, on a person's word. */
  readonly resendOf?: string;
}

/** One try of a send. Its id cannot be guessed and stands in the path of every callback about it. */
export interface Attempt {
  readonly id: string;
  readonly messageId: string;
  /** From 1 on, those that never reached the provider included. */
  readonly number: number;
  /** Milliseconds since 1970: before its first byte left. */
  readonly beganAt: number;
  /** Absent where it went out as its message says. */
  readonly way?: Way;
}

/** The draft as an attempt at it went out; as the message says where `attempt` says nothing else. */
export function asSent<Sent extends Draft>(draft: Sent, attempt: Attempt | undefined): Sent {
  return { ...draft, ...attempt?.way };
}

/**
 * What became of one try. `accepted`: the provider took it. `rejected`: it did not, for certain; `retry` says that the
 * same may work later, and `unreached` that no byte got to the provider, so that the try does not count. `unknown`: it may
 * have been sent; never to be repeated blindly.
 */
export type Outcome =
  | ({ readonly kind: 'accepted' } & Candidate)
  | {
      readonly kind: 'rejected';
      readonly reason: string;
      readonly code?: string;
      readonly retry?: { readonly afterMs?: number; readonly unreached?: boolean };
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a provider reports about a message that it took. */
export interface StatusReport {
  readonly state: State;
  readonly providerId: string;
  readonly error?: string;
  /** What is known since, beside what the provider answered to the send, in the same names. */
  readonly answer?: JsonObject;
}

/** Keys that a person pressed in a call. */
export interface Pressed {
  /** Of `0-9*#`, and A to D; empty where the script wants to know that nothing was pressed. */
  readonly digits: string;
  /** The provider's id of the call. */
  readonly providerId: string;
}

/** A message that a person wrote. */
export interface Received {
  /** The provider's id of it: the same for each time that it is told. */
  readonly providerId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Addresses of pictures and the like that came with it. */
  readonly media: readonly string[];
}

/**
 * What a callback says: a report; `null` where that is nothing new. `refused`: it cannot be proved genuine. `failed`: it could not be
 * confirmed just now, and may come again.
 */
export type CallbackReading = StatusReport | null | { readonly refused: string } | { readonly failed: string };

/** What a provider needs to do its part of one try. */
export interface SendRequest {
  readonly attempt: Attempt;
  readonly draft: Draft;
  /** Where the provider may reach this attempt; absent where the host has no address that the provider could reach. */
  readonly callbackUrl?: string;
  readonly signal: AbortSignal;
}

/** Sends through one resource. A provider keeps no state of its own: it may be made anew at any time. */
export interface Provider {
  /** Resolves with an outcome for everything that the wire can do; rejects only for a bug. */
  send(request: SendRequest): Promise<Outcome>;
  /**
   * Reads a callback that came for one of its attempts; `url` is the one that the provider was given. One that proves nothing
   * by itself is confirmed with the provider before it is believed.
   */
  readCallback(request: HttpRequest, url: string): CallbackReading | Promise<CallbackReading>;
  /** Answers the provider's fetch of the script of an attempt, after the same proof. */
  isGenuine(request: HttpRequest, url: string): boolean;
  /** Content type of the scripts that it fetches. */
  readonly scriptType: string;
  /** The script that says nothing: the answer to what a person did, where nothing is to be said to it. */
  readonly emptyScript?: string;
  /** The script with its questions led to `<hookUrl>/digits/<number>`, the first under the number `first`. */
  scriptFor?(script: string, hookUrl: string, first: number): string;
  /** Reads what a person pressed at a question; null for a request that says nothing of it. Proved as a callback is. */
  readDigits?(request: HttpRequest, url: string): Pressed | null | { readonly refused: string };
  /** Reads a message that a person wrote to a number of the resource; null for anything else. Proved as a callback is. */
  readReceived?(request: HttpRequest, url: string): Received | null | { readonly refused: string };
  /**
   * Looks for what may have become of an attempt whose answer was lost. Absent where the provider has nothing to ask.
   * Resolves for everything that the wire can do.
   */
  look?(request: LookRequest): Promise<Sighting>;
  /** Asks how a message fares that the provider took. Absent where the provider has nothing to ask. */
  check?(request: CheckRequest): Promise<StatusReport | { readonly failed: string }>;
}

/** What is looked for. */
export interface LookRequest {
  readonly draft: Draft;
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
}

/** What is asked about. */
export interface CheckRequest {
  readonly channel: Channel;
  readonly providerId: string;
  readonly signal: AbortSignal;
}

/**
 * What the provider has that may be the attempt: same recipient, same sender, same words, made at that time. One of them may
 * be another message's; the journal knows. `found`: it was asked for by an id of the attempt's own, and is nobody else's.
 * `unclear`: the provider could not be asked.
 */
export type Sighting =
  | { readonly kind: 'found'; readonly candidate: Candidate }
  | { readonly kind: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'unclear'; readonly reason: string };

/** Something that the provider has, and how it fares there. */
export interface Candidate {
  readonly providerId: string;
  readonly answer: JsonObject;
  /** Where that is already the last that will be known of it: `accepted`, where it is absent. */
  readonly state?: 'untracked' | 'debug';
}

/** The first fate of a message is not known yet: the run that sends it is to wait until then, and is woken when it moves. */
export class Postponed extends Error {
  /** Milliseconds since 1970. */
  readonly until: number;

  constructor(until: number) {
    super('the message waits');
    this.name = 'Postponed';
    this.until = until;
  }
}

/** A message was not taken on, for one that was taken on before says the same about the same (`oncePerRelated`). */
export class SaidBefore extends Error {
  /** By its name: a plugin may bring a copy of this file, and both mean the same. */
  static [Symbol.hasInstance](thrown: unknown): thrown is SaidBefore {
    return thrown instanceof Error && thrown.name === 'SaidBefore';
  }

  /** Of the message that was taken on. */
  readonly messageId: string;

  constructor(messageId: string) {
    super(`message ${messageId} says it already`);
    this.name = 'SaidBefore';
    this.messageId = messageId;
  }
}

/** A message that was rejected, or whose fate is unknown; the reason is for a person, and holds no full number. */
export class NotSent extends Error {
  /** By its name: a plugin may bring a copy of this file, and both mean the same. */
  static [Symbol.hasInstance](thrown: unknown): thrown is NotSent {
    return thrown instanceof Error && thrown.name === 'NotSent';
  }

  constructor(reason: string) {
    super(reason);
    this.name = 'NotSent';
  }
}
