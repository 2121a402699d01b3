/**
 * What TwiML for voice consists of: which elements may stand in which, which hold words, which attributes they take.
 * Source: https://www.twilio.com/docs/voice/twiml and the types of Twilio's own SDK (twilio/lib/twiml/VoiceResponse), with
 * which a test compares these tables.
 */
import {
  ACTION,
  CALL_RECORD,
  CARDS,
  empty,
  holding,
  METHOD,
  RECORDING,
  RING_TONE,
  STATUS,
  saying,
  TRIM,
  type Verb,
} from './element.ts';
import { NOUNS, STREAMS } from './noun.ts';
import { ANY_SSML, SSML } from './ssml.ts';

export type { Rule, Verb } from './element.ts';

/** What may stand directly in `<Response>`. */
const VERBS: Readonly<Record<string, Verb>> = {
  Connect: holding(
    'AiSession Autopilot Conversation ConversationRelay ConversationRelaySession Room Stream VirtualAgent'.split(' '),
    ACTION,
  ),
  Dial: {
    inside: ['Application', 'Client', 'Conference', 'Number', 'Queue', 'Sim', 'Sip', 'WhatsApp'],
    words: { mustUnless: ['Application', 'Client', 'Conference', 'Number', 'Queue', 'Sim', 'Sip', 'WhatsApp'] },
    attributes: {
      ...ACTION,
      ...RECORDING,
      answerOnBridge: 'boolean',
      callerId: 'any',
      events: { oneOf: ['call-progress-event'] },
      hangupOnStar: 'boolean',
      passports: 'any',
      record: CALL_RECORD,
      recordingTrack: { oneOf: ['both', 'inbound', 'outbound'] },
      referMethod: METHOD,
      referUrl: 'any',
      ringTone: RING_TONE,
      sequential: 'boolean',
      timeLimit: 'whole',
      timeout: 'whole',
      trim: TRIM,
    },
  },
  Echo: empty(),
  Enqueue: {
    inside: ['Task'],
    words: { mustUnless: ['workflowSid', 'Task'] },
    attributes: { ...ACTION, maxQueueSize: 'whole', waitUrl: 'any', waitUrlMethod: METHOD, workflowSid: 'any' },
  },
  Gather: holding(['Pause', 'Play', 'Say'], {
    ...ACTION,
    actionOnEmptyResult: 'boolean',
    bargeIn: 'boolean',
    debug: 'boolean',
    enhanced: 'boolean',
    finishOnKey: 'any',
    hints: 'any',
    input: { someOf: ['dtmf', 'speech'] },
    language: 'any',
    maxSpeechTime: 'whole',
    numDigits: 'whole',
    partialResultCallback: 'any',
    partialResultCallbackMethod: METHOD,
    profanityFilter: 'boolean',
    speechModel: 'any',
    speechTimeout: 'any',
    timeout: 'whole',
  }),
  Hangup: holding(['Parameter']),
  Leave: empty(),
  Pause: empty({ length: 'whole' }),
  Pay: holding(['Parameter', 'Prompt'], {
    ...STATUS,
    action: 'any',
    bankAccountType: { oneOf: ['consumer-checking', 'consumer-savings', 'commercial-checking', 'commercial-savings'] },
    chargeAmount: 'any',
    currency: 'any',
    description: 'any',
    input: { oneOf: ['dtmf'] },
    language: 'any',
    maxAttempts: 'whole',
    minPostalCodeLength: 'whole',
    paymentConnector: 'any',
    paymentMethod: { oneOf: ['ach-debit', 'credit-card'] },
    postalCode: 'any',
    securityCode: 'boolean',
    timeout: 'whole',
    tokenType: { oneOf: ['one-time', 'reusable', 'payment-method'] },
    validCardTypes: { someOf: CARDS },
  }),
  Play: { inside: [], words: { mustUnless: ['digits'] }, attributes: { digits: 'any', loop: 'whole' } },
  Prompt: holding(['Pause', 'Play', 'Say'], {
    attempt: 'any',
    cardType: { someOf: CARDS },
    errorType: {
      someOf:
        'timeout invalid-card-number invalid-card-type invalid-date invalid-security-code internal-error input-matching-failed'.split(
          ' ',
        ),
    },
    for: {
      oneOf:
        'payment-card-number expiration-date security-code postal-code payment-processing bank-account-number bank-routing-number'.split(
          ' ',
        ),
    },
    requireMatchingInputs: 'boolean',
  }),
  Record: empty({
    ...ACTION,
    ...RECORDING,
    finishOnKey: 'any',
    maxLength: 'whole',
    playBeep: 'boolean',
    timeout: 'whole',
    transcribe: 'boolean',
    transcribeCallback: 'any',
    trim: TRIM,
  }),
  Redirect: saying({ method: METHOD }),
  Refer: holding(['Sip'], ACTION),
  Reject: holding(['Parameter'], { reason: { oneOf: ['rejected', 'busy'] } }),
  Say: saying({ language: 'any', loop: 'whole', voice: 'any' }, ANY_SSML),
  Sms: saying({ ...ACTION, from: 'any', statusCallback: 'any', to: 'any' }),
  Start: holding(['Recording', 'Siprec', 'Stream', 'Transcription'], ACTION),
  Stop: holding(['Siprec', 'Stream', 'Transcription']),
};

const ALL: Readonly<Record<string, Verb>> = {
  Response: holding([...Object.keys(VERBS), 'Queue']),
  ...VERBS,
  ...NOUNS,
  ...STREAMS,
  ...SSML,
};

/** The element with this name, letter case counted. */
export function verbNamed(name: string): Verb | undefined {
  return Object.hasOwn(ALL, name) ? ALL[name] : undefined;
}

/** Names of all elements. */
export const VERB_NAMES: readonly string[] = Object.keys(ALL);
