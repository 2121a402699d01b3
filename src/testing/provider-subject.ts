/** What a provider's contract is to be told of it. */
import type { HttpRequest } from '../http/http.ts';
import type { Candidate, Channel, Draft, Provider, State } from '../message/message.ts';
import type { WireAnswer, WireRequest } from './provider-wire.ts';

/** One provider, and how its wire is to be read and played. */
export interface ProviderSubject {
  /** Makes the provider of a resource that holds `secrets`; whatever it asks goes to `url`, a server on 127.0.0.1. */
  newProvider(url: string): Provider | Promise<Provider>;
  /** What of the resource may show nowhere: values that occur in nothing else, and hold no number that would be masked. */
  readonly secrets: readonly string[];
  /** One draft for each channel that it has. */
  readonly drafts: readonly Draft[];
  readonly wire: WireSubject;
  /** Every error code that it knows, and what is to be made of it. */
  readonly errors: readonly ErrorCase[];
  /** Absent where the provider reports nothing by itself. */
  readonly callbacks?: CallbackSubject;
  /** Without callbacks: every state that it tells when it is asked, in its own words, and the state of the house that it is. */
  readonly states?: CallbackSubject['states'];
  /** Where nothing more is known of a message once it was taken: the state that it is in from then on. */
  readonly takenAs?: Candidate['state'];
  /** The channels in which an attempt whose answer was lost can be looked for. */
  readonly looks: readonly Channel[];
  /** The channels in which a message that it took can be asked about. */
  readonly checks: readonly Channel[];
}

/** The protocol, from the provider's side. */
export interface WireSubject {
  /** The send that a request is; undefined for a request that asks. `words` only where the wire carries them. */
  readSend(request: WireRequest): { readonly to: string; readonly words?: string } | undefined;
  /** The answer to a send that is taken on under this id. */
  accepted(request: WireRequest, providerId: string): WireAnswer;
  /** A refusal for good, of a code that is in no table, with these words of the provider's own, where its answers have any. */
  refused(words: string): WireAnswer;
  /** The answer to a request that asks, by what is held; needed for `looks`, `checks` and for callbacks that are confirmed. */
  asked?(request: WireRequest, held: readonly Held[]): WireAnswer;
  /** An id as this provider makes them, another for each number. */
  providerId(number: number): string;
  /** Where the id is not the other end's to give: the one that a send goes out with, and is asked about by. */
  ownId?(attemptId: string): string;
}

/** Something that the provider has taken. */
export interface Held {
  readonly providerId: string;
  readonly draft: Draft;
  /** In the provider's own words. */
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** An error code, how it comes over the wire, and what is to be made of it. */
export interface ErrorCase {
  readonly code: string;
  readonly answer: WireAnswer;
  /** `final`: rejected for good. `retry`: rejected for now. `unknown`: it may have been sent. */
  readonly expected: 'final' | 'retry' | 'unknown';
  /** What the reason has to say, in plain words; for `unknown` it need not say more than that. */
  readonly meaning?: string;
}

/** The callbacks of a provider. */
export interface CallbackSubject {
  /** Every state that it reports, in its own words, and the state of the house that it is. */
  readonly states: Readonly<Partial<Record<Channel, Readonly<Record<string, State>>>>>;
  /** The lives that a message or call of a channel can have, as states in its own words, in order, up to a final one. */
  readonly lives: readonly { readonly channel: Channel; readonly statuses: readonly string[] }[];
  /** A genuine callback to this address. */
  genuine(told: Told): HttpRequest;
  /** Callbacks that only pretend: whoever made them knows the address and what a genuine one looks like, and nothing else. */
  forged(told: Told): Readonly<Record<string, HttpRequest>>;
}

/** What a callback tells. */
export interface Told {
  readonly channel: Channel;
  readonly status: string;
  readonly providerId: string;
  readonly url: string;
}
