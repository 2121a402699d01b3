import {
  CALL_RECORD,
  CALL_STATUS,
  empty,
  holding,
  MACHINE_DETECTION,
  METHOD,
  NAME_AND_VALUE,
  RECORDING,
  RECORDING_EVENTS,
  STATUS,
  saying,
  TRACK,
  TRIM,
  type Verb,
} from './element.ts';

/** What `<Dial>` can call, and what `<Enqueue>` gives to a workflow. */
export const NOUNS: Readonly<Record<string, Verb>> = {
  Application: {
    inside: ['ApplicationSid', 'Parameter'],
    words: { mustUnless: ['ApplicationSid'] },
    attributes: { ...CALL_STATUS, copyParentTo: 'boolean', customerId: 'any' },
  },
  ApplicationSid: saying(),
  Client: { inside: ['Identity', 'Parameter'], words: { mustUnless: ['Identity'] }, attributes: CALL_STATUS },
  Identity: saying(),
  Conference: saying({
    ...STATUS,
    ...RECORDING,
    beep: { oneOf: ['true', 'false', 'onEnter', 'onExit'] },
    coach: 'any',
    endConferenceOnExit: 'boolean',
    eventCallbackUrl: 'any',
    jitterBufferSize: { oneOf: ['large', 'medium', 'small', 'off'] },
    maxParticipants: 'whole',
    muted: 'boolean',
    participantLabel: 'any',
    record: { oneOf: ['do-not-record', 'record-from-start', 'true', 'false'] },
    region: 'any',
    startConferenceOnEnter: 'boolean',
    statusCallbackEvent: { someOf: 'start end join leave mute hold modify speaker announcement'.split(' ') },
    trim: TRIM,
    waitMethod: METHOD,
    waitUrl: 'any',
  }),
  Number: saying({ ...CALL_STATUS, ...MACHINE_DETECTION, byoc: 'any', sendDigits: 'any' }),
  Queue: saying({ method: METHOD, postWorkActivitySid: 'any', reservationSid: 'any', url: 'any' }),
  Sim: saying(),
  Sip: {
    inside: ['Headers', 'Uri'],
    words: { mustUnless: ['Uri'] },
    attributes: { ...CALL_STATUS, ...MACHINE_DETECTION, username: 'any', password: 'any' },
  },
  Headers: holding(['Header']),
  Header: empty(NAME_AND_VALUE, ['name', 'value']),
  Uri: saying({ username: 'any', password: 'any', priority: 'any', weight: 'any' }),
  WhatsApp: saying(CALL_STATUS),
  Task: saying({ priority: 'whole', timeout: 'whole' }),
};

/** What `<Connect>`, `<Start>` and `<Stop>` are about. */
export const STREAMS: Readonly<Record<string, Verb>> = {
  AiSession: empty({ aiConnector: 'any', aiSessionConfiguration: 'any' }),
  Autopilot: saying(),
  Config: empty(NAME_AND_VALUE, ['name', 'value']),
  Conversation: empty({
    ...STATUS,
    statusCallbackEvent: { someOf: ['call-initiated', 'call-ringing', 'call-answered', 'call-completed'] },
    recordingStatusCallback: 'any',
    recordingStatusCallbackEvent: RECORDING_EVENTS,
    recordingStatusCallbackMethod: METHOD,
    inboundAutocreation: 'boolean',
    inboundTimeout: 'whole',
    method: METHOD,
    record: CALL_RECORD,
    routingAssignmentTimeout: 'whole',
    serviceInstanceSid: 'any',
    trim: TRIM,
    url: 'any',
  }),
  ConversationRelay: holding(
    ['Language', 'Parameter'],
    Object.fromEntries(
      (
        'backgroundnoisereduction debug deepgramsmartformat dtmfDetection elevenlabsTextNormalization events hints ' +
        'ignorebackchannel intelligenceService interruptSensitivity interruptible language partialPrompts preemptible ' +
        'profanityFilter reportInputDuringAgentSpeech speechModel speechtimeout transcriptionLanguage transcriptionProvider ' +
        'ttsLanguage ttsProvider url voice welcomeGreeting welcomeGreetingInterruptible'
      )
        .split(' ')
        .map((name) => [name, 'any']),
    ),
  ),
  ConversationRelaySession: empty({ connector: 'any', sessionConfiguration: 'any' }),
  Language: empty({ code: 'any', speechModel: 'any', transcriptionProvider: 'any', ttsProvider: 'any', voice: 'any' }),
  Parameter: empty(NAME_AND_VALUE, ['name', 'value']),
  Recording: empty({
    ...RECORDING,
    channels: { oneOf: ['mono', 'dual'] },
    track: { oneOf: ['inbound', 'outbound', 'both'] },
    trim: TRIM,
  }),
  Room: saying({ participantIdentity: 'any' }),
  Siprec: holding(['Parameter'], { ...STATUS, connectorName: 'any', name: 'any', track: TRACK }),
  Stream: holding(['Parameter'], {
    ...STATUS,
    audioFormat: 'any',
    connectorName: 'any',
    name: 'any',
    sampleRate: 'any',
    track: TRACK,
    url: 'any',
  }),
  Transcription: holding(['Config', 'Parameter'], {
    enableAutomaticPunctuation: 'boolean',
    hints: 'any',
    inboundTrackLabel: 'any',
    intelligenceService: 'any',
    languageCode: 'any',
    name: 'any',
    outboundTrackLabel: 'any',
    partialResults: 'boolean',
    profanityFilter: 'boolean',
    speechModel: 'any',
    statusCallbackMethod: METHOD,
    statusCallbackUrl: 'any',
    track: TRACK,
    transcriptionEngine: 'any',
  }),
  VirtualAgent: holding(['Config', 'Parameter'], {
    ...STATUS,
    connectorName: 'any',
    language: 'any',
    sentimentAnalysis: 'boolean',
  }),
};
