/** The form of the tables that say what TwiML for voice consists of (verb.ts, noun.ts, ssml.ts). */

/** An element of TwiML: what may stand in it, and which attributes it takes. */
export interface Verb {
  /** Elements that may stand in it. */
  readonly inside: readonly string[];
  /** Whether it holds words. A `must` can be met by one of the attributes or elements that `mustUnless` names. */
  readonly words: 'none' | 'must' | { readonly mustUnless: readonly string[] };
  readonly attributes: Readonly<Record<string, Rule>>;
  readonly required?: readonly string[];
}

/** What the value of an attribute can be: any, a whole number, true or false, one of a set, or some of it with spaces between. */
export type Rule =
  | 'any'
  | 'whole'
  | 'boolean'
  | { readonly oneOf: readonly string[] }
  | { readonly someOf: readonly string[] };

/** An element that holds nothing but attributes. */
export function empty(attributes: Verb['attributes'] = {}, required?: readonly string[]): Verb {
  return { inside: [], words: 'none', attributes, ...(required && { required }) };
}

/** An element that is made of other elements alone. */
export function holding(inside: readonly string[], attributes: Verb['attributes'] = {}): Verb {
  return { inside, words: 'none', attributes };
}

/** An element that holds words, and what else may stand among them. */
export function saying(
  attributes: Verb['attributes'] = {},
  inside: readonly string[] = [],
  required?: readonly string[],
): Verb {
  return { inside, words: 'must', attributes, ...(required && { required }) };
}

export const METHOD: Rule = { oneOf: ['GET', 'POST'] };
export const TRACK: Rule = { oneOf: ['inbound_track', 'outbound_track', 'both_tracks'] };
export const TRIM: Rule = { oneOf: ['trim-silence', 'do-not-trim'] };
const CALL_EVENTS: Rule = { someOf: ['initiated', 'ringing', 'answered', 'completed'] };
export const RECORDING_EVENTS: Rule = { someOf: ['in-progress', 'completed', 'absent'] };
export const CARDS = ['visa', 'mastercard', 'amex', 'maestro', 'discover', 'optima', 'jcb', 'diners-club', 'enroute'];

/** What tells Twilio where to go on. */
export const ACTION = { action: 'any', method: METHOD } as const;
export const STATUS = { statusCallback: 'any', statusCallbackMethod: METHOD } as const;
export const CALL_STATUS = { ...STATUS, statusCallbackEvent: CALL_EVENTS, url: 'any', method: METHOD } as const;
export const RECORDING = {
  recordingConfigurationId: 'any',
  recordingStatusCallback: 'any',
  recordingStatusCallbackEvent: RECORDING_EVENTS,
  recordingStatusCallbackMethod: METHOD,
} as const;
export const MACHINE_DETECTION = {
  amdStatusCallback: 'any',
  amdStatusCallbackMethod: METHOD,
  machineDetection: 'any',
  machineDetectionSilenceTimeout: 'whole',
  machineDetectionSpeechEndThreshold: 'whole',
  machineDetectionSpeechThreshold: 'whole',
  machineDetectionTimeout: 'whole',
} as const;
export const NAME_AND_VALUE = { name: 'any', value: 'any' } as const;

/** `true` and `false` are what Twilio took before it had the longer names, and takes still. */
export const CALL_RECORD: Rule = {
  oneOf: [
    'do-not-record',
    'record-from-answer',
    'record-from-ringing',
    'record-from-answer-dual',
    'record-from-ringing-dual',
    'true',
    'false',
  ],
};

/** Ring tones by country. */
export const RING_TONE: Rule = {
  oneOf:
    'at au bg br be ch cl cn cz de dk ee es fi fr gr hu il in it lt jp mx my nl no nz ph pl pt ru se sg th uk us us-old tw ve za'.split(
      ' ',
    ),
};
