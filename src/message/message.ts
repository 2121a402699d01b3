/** What is said to whom, and how it fares. */
import type { HttpRequest } from '../http/http.ts';
import type { JsonObject } from '../schema/schema.ts';
import type { State } from './states.ts';

export { countryRefusal, isE164, maskNumber } from './phone-number.ts';
export { LONGEST_TEXT, type Piece, segmentsOf, type WorstCase, worstCase } from './segments.ts';
export { advance, isFinal, STATES, type State } from './states.ts';

/** How a person is reached. */
export type Channel = 'sms' | 'call';

/** What is said. */
export type Content =
  | { readonly kind: 'text'; readonly text: string }
  /** A script in the provider's own voice language, rendered whole before the call. */
  | { readonly kind: 'script'; readonly script: string }
  /** A script that the provider fetches from the user's own server when the call is answered. */
  | { readonly kind: 'script-url'; readonly url: string };

/** What an op asks to be said. `to` and `from` are E.164. */
export interface Draft {
  readonly channel: Channel;
  /** `mid` of the resource that sends. */
  readonly resource: string;
  readonly to: string;
  readonly from: string;
  readonly content: Content;
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
  /** Why it did not go well, in plain words, without a full number. */
  readonly error?: string;
  /** The provider's answer to the send: the result of the op. */
  readonly answer?: JsonObject;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly changedAt: number;
}

/** One try of a send. Its id cannot be guessed and stands in the path of every callback about it. */
export interface Attempt {
  readonly id: string;
  readonly messageId: string;
  readonly number: number;
}

/**
 * What became of one try. `accepted`: the provider took it. `rejected`: it did not, for certain; `retry` says that the
 * same may work later. `unknown`: it may have been sent; never to be repeated blindly.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly providerId: string; readonly answer: JsonObject }
  | {
      readonly kind: 'rejected';
      readonly reason: string;
      readonly code?: string;
      readonly retry?: { afterMs?: number };
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a provider reports about a message that it took. */
export interface StatusReport {
  readonly state: State;
  readonly providerId: string;
  readonly error?: string;
}

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
   * Reads a callback that came for one of its attempts; `url` is the one that the provider was given.
   * Returns the report, `null` for a callback that says nothing new, or a refusal where it cannot be proved genuine.
   */
  readCallback(request: HttpRequest, url: string): StatusReport | null | { readonly refused: string };
  /** Answers the provider's fetch of the script of an attempt, after the same proof. */
  isGenuine(request: HttpRequest, url: string): boolean;
  /** Content type of the scripts that it fetches. */
  readonly scriptType: string;
}

/** A message that was rejected, or whose fate is unknown; the reason is for a person, and holds no full number. */
export class NotSent extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotSent';
  }
}
