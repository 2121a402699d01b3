/** What a Twilio account holds: the one table that the ops `twilio_list` to `twilio_delete` and the command `twilio` are made of. */
import type { JsonSchema } from '../../schema/schema.ts';
import {
  day,
  flag,
  maybeNumber,
  maybeText,
  method,
  number,
  oneOf,
  phone,
  sid,
  text,
  texts,
  url,
  words,
} from './kind-value.ts';

/** What can be done with things of a kind. */
export type KindVerb = 'list' | 'fetch' | 'create' | 'update' | 'delete';

/** Values by their names on the wire, in Twilio's words. */
export type Values = Readonly<Record<string, JsonSchema>>;

/** One kind of thing. */
export interface Kind {
  /** In the words of the command line: `message`. */
  readonly one: string;
  /** The name of the id in its fields: `sid`, or that of the call that a participant is. */
  readonly key: 'sid' | 'call_sid' | 'phone_number';
  /** The thing that it is a part of, by the argument that names it. */
  readonly within?: 'conference';
  readonly filters: Values;
  /** What can be given at its creation; absent where the API creates none. */
  readonly create?: Values;
  /** Which of them must be. */
  readonly createNeeds?: readonly string[];
  readonly update?: Values;
  readonly canFetch: boolean;
  readonly canDelete: boolean;
  readonly fields: Values;
  /** Why something is not done here that the API does, and what does it. */
  readonly refused?: Partial<Record<KindVerb, { readonly why: string; readonly help: string }>>;
}

const DATES = { date_created: text, date_updated: maybeText } as const;

const PRICE = { price: maybeText, price_unit: maybeText } as const;

function around(name: string, what: string): Values {
  return {
    [name]: day(`${what} on this day (UTC)`),
    [`${name}_before`]: day(`${what} before, or on, this day`),
    [`${name}_after`]: day(`${what} on this day or after`),
  };
}

const NUMBER_SETTINGS: Values = {
  friendly_name: words('what it is called', 64),
  voice_url: url('asked what is said when somebody calls it'),
  voice_method: method('voice_url'),
  voice_fallback_url: url('asked where voice_url fails'),
  voice_fallback_method: method('voice_fallback_url'),
  voice_application_sid: sid('AP', 'the application that takes its calls'),
  voice_caller_id_lookup: flag('whether the name of a caller is looked up'),
  voice_receive_mode: oneOf('what it takes', 'voice', 'fax'),
  sms_url: url('told when somebody writes to it: <publicUrl>/inbound/<mid> for rules on message.received'),
  sms_method: method('sms_url'),
  sms_fallback_url: url('asked where sms_url fails'),
  sms_fallback_method: method('sms_fallback_url'),
  sms_application_sid: sid('AP', 'the application that takes its messages'),
  status_callback: url('told what became of calls to it'),
  status_callback_method: method('status_callback'),
  trunk_sid: sid('TK', 'the trunk that takes its calls'),
  identity_sid: sid('RI', 'the identity that the country asks for'),
  address_sid: sid('AD', 'the address that the country asks for'),
  bundle_sid: sid('BU', 'the bundle of papers that the country asks for'),
  emergency_status: oneOf('whether it can call for help', 'Active', 'Inactive'),
  emergency_address_sid: sid('AD', 'where help is sent'),
};

const CALL_STATES = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
] as const;

const CONFERENCE_STATES = ['init', 'in-progress', 'completed'] as const;

const NUMBER_FIELDS: Values = {
  friendly_name: maybeText,
  address_requirements: maybeText,
  beta: flag('whether it is new to Twilio'),
  capabilities: { type: ['object', 'null'], description: 'what it can do', additionalProperties: { type: 'boolean' } },
};

const KIND_TABLE = {
  messages: {
    one: 'message',
    key: 'sid',
    filters: { to: phone('sent to'), from: words('sent from', 100), ...around('date_sent', 'sent') },
    update: {
      body: { type: 'string', maxLength: 0, description: 'empty: the words are removed', examples: [''] },
      status: oneOf('calls off one that waits for its time', 'canceled'),
    },
    canFetch: true,
    canDelete: true,
    fields: {
      sid: text,
      status: text,
      direction: text,
      to: text,
      from: maybeText,
      messaging_service_sid: maybeText,
      body: maybeText,
      num_segments: maybeText,
      num_media: maybeText,
      error_code: maybeNumber,
      error_message: maybeText,
      date_sent: maybeText,
      ...PRICE,
      ...DATES,
    },
    refused: { create: { why: 'a message goes out by the durable way, once', help: 'use `sms_send`' } },
  },
  calls: {
    one: 'call',
    key: 'sid',
    filters: {
      to: phone('made to'),
      from: words('made from', 100),
      status: oneOf('its state', ...CALL_STATES),
      parent_call_sid: sid('CA', 'the call whose <Dial> made it'),
      ...around('start_time', 'began'),
      ...around('end_time', 'ended'),
    },
    update: {
      status: oneOf('canceled before it is answered, completed after', 'canceled', 'completed'),
      url: url('asked for another script'),
      method: method('url'),
      twiml: words('another script', 4_000),
      fallback_url: url('asked where the script fails'),
      fallback_method: method('fallback_url'),
      time_limit: number('seconds that it may last'),
    },
    canFetch: true,
    canDelete: true,
    fields: {
      sid: text,
      status: text,
      direction: maybeText,
      to: text,
      from: text,
      parent_call_sid: maybeText,
      answered_by: maybeText,
      start_time: maybeText,
      end_time: maybeText,
      duration: maybeText,
      forwarded_from: maybeText,
      caller_name: maybeText,
      queue_time: maybeText,
      ...PRICE,
      ...DATES,
    },
    refused: { create: { why: 'a call is made by the durable way, once', help: 'use `twilio_call`' } },
  },
  available_phone_numbers: {
    one: 'number that can be bought',
    key: 'phone_number',
    filters: {
      country: { type: 'string', pattern: '^[A-Z]{2}$', default: 'US', description: 'its country', examples: ['US'] },
      type: {
        enum: ['local', 'toll-free', 'mobile'],
        default: 'local',
        description: 'what sort of number',
        examples: ['local'],
      },
      area_code: number('its area code, in the US and Canada'),
      contains: {
        type: 'string',
        pattern: '^[0-9A-Za-z*+]{2,20}$',
        description: 'digits or letters that it holds, * for any one',
        examples: ['WOLF'],
      },
      near_number: phone('near this number'),
      near_lat_long: {
        type: 'string',
        pattern: '^-?\\d{1,3}(\\.\\d+)?,-?\\d{1,3}(\\.\\d+)?$',
        description: 'near this place',
        examples: ['37.840699,-122.461853'],
      },
      distance: number('miles from there, at most 500'),
      in_region: words('state or province', 10),
      in_lata: words('local access and transport area', 10),
      in_rate_center: words('rate center', 50),
      in_locality: words('town', 100),
      in_postal_code: words('postal code', 20),
      voice_enabled: flag('whether it takes calls'),
      sms_enabled: flag('whether it takes messages'),
      mms_enabled: flag('whether it takes pictures'),
      fax_enabled: flag('whether it takes faxes'),
      beta: flag('whether numbers that are new to Twilio are among them'),
      exclude_all_address_required: flag('leaves out those that need an address'),
      exclude_local_address_required: flag('leaves out those that need an address in their area'),
      exclude_foreign_address_required: flag('leaves out those that need an address abroad'),
    },
    canFetch: false,
    canDelete: false,
    fields: {
      phone_number: text,
      ...NUMBER_FIELDS,
      lata: maybeText,
      locality: maybeText,
      rate_center: maybeText,
      region: maybeText,
      postal_code: maybeText,
      iso_country: text,
      latitude: maybeText,
      longitude: maybeText,
    },
    refused: {
      create: { why: 'a number is bought, not made', help: 'buy it with `of: incoming_phone_numbers`' },
      fetch: { why: 'it has no page of its own', help: 'list it with `contains`' },
    },
  },
  incoming_phone_numbers: {
    one: 'number of the account',
    key: 'sid',
    filters: {
      phone_number: {
        type: 'string',
        pattern: '^[0-9A-Za-z*+]{1,20}$',
        description: 'the number, or a part of it',
        examples: ['+12025550123'],
      },
      friendly_name: words('what it is called', 64),
      beta: flag('whether it is new to Twilio'),
      origin: oneOf('where it came from', 'twilio', 'hosted'),
    },
    create: { phone_number: phone('the number that is bought'), ...NUMBER_SETTINGS },
    createNeeds: ['phone_number'],
    update: { account_sid: sid('AC', 'the account that gets it'), ...NUMBER_SETTINGS },
    canFetch: true,
    canDelete: true,
    fields: {
      sid: text,
      phone_number: text,
      ...NUMBER_FIELDS,
      status: maybeText,
      origin: maybeText,
      voice_url: maybeText,
      voice_method: maybeText,
      voice_fallback_url: maybeText,
      voice_fallback_method: maybeText,
      voice_application_sid: maybeText,
      voice_caller_id_lookup: { type: ['boolean', 'null'] },
      voice_receive_mode: maybeText,
      sms_url: maybeText,
      sms_method: maybeText,
      sms_fallback_url: maybeText,
      sms_fallback_method: maybeText,
      sms_application_sid: maybeText,
      status_callback: maybeText,
      status_callback_method: maybeText,
      trunk_sid: maybeText,
      emergency_status: maybeText,
      ...DATES,
    },
  },
  accounts: {
    one: 'account',
    key: 'sid',
    filters: {
      friendly_name: words('what it is called', 64),
      status: oneOf('its state', 'active', 'suspended', 'closed'),
    },
    create: { friendly_name: words('what it is called: one that no other account has', 64) },
    createNeeds: ['friendly_name'],
    update: {
      friendly_name: words('what it is called', 64),
      status: oneOf('closed is for ever', 'active', 'suspended', 'closed'),
    },
    canFetch: true,
    canDelete: false,
    // Its token is nobody's business here.
    fields: { sid: text, friendly_name: text, status: text, type: maybeText, owner_account_sid: maybeText, ...DATES },
    refused: { delete: { why: 'an account is closed', help: 'use `twilio_update` with `status: closed`' } },
  },
  recordings: {
    one: 'recording',
    key: 'sid',
    filters: {
      call_sid: sid('CA', 'of this call'),
      conference_sid: sid('CF', 'of this conference'),
      include_soft_deleted: flag('also those that were deleted lately'),
      ...around('date_created', 'made'),
    },
    canFetch: true,
    canDelete: true,
    fields: {
      sid: text,
      call_sid: maybeText,
      conference_sid: maybeText,
      status: text,
      source: maybeText,
      channels: maybeNumber,
      duration: maybeText,
      start_time: maybeText,
      media_url: maybeText,
      error_code: maybeNumber,
      ...PRICE,
      ...DATES,
    },
    refused: { create: { why: 'a call is recorded as it is made', help: 'use `twilio_call` with `record: true`' } },
  },
  transcriptions: {
    one: 'transcription',
    key: 'sid',
    filters: { recording_sid: sid('RE', 'of this recording') },
    canFetch: true,
    canDelete: true,
    fields: {
      sid: text,
      recording_sid: text,
      status: text,
      type: maybeText,
      transcription_text: maybeText,
      duration: maybeText,
      price: { type: ['string', 'number', 'null'] },
      price_unit: maybeText,
      ...DATES,
    },
  },
  conferences: {
    one: 'conference',
    key: 'sid',
    filters: {
      status: oneOf('its state', ...CONFERENCE_STATES),
      friendly_name: words('what it is called', 200),
      ...around('date_created', 'made'),
      ...around('date_updated', 'changed'),
    },
    update: {
      status: oneOf('ends it', 'completed'),
      announce_url: url('asked what is said to all who are in it'),
      announce_method: method('announce_url'),
    },
    canFetch: true,
    canDelete: false,
    fields: {
      sid: text,
      friendly_name: text,
      status: text,
      region: maybeText,
      reason_conference_ended: maybeText,
      call_sid_ending_conference: maybeText,
      ...DATES,
    },
    refused: {
      create: {
        why: 'a conference begins with the first call in it',
        help: 'call with a script that has <Conference>',
      },
      delete: { why: 'a conference ends', help: 'use `twilio_update` with `status: completed`' },
    },
  },
  participants: {
    one: 'participant of a conference',
    key: 'call_sid',
    within: 'conference',
    filters: { muted: flag('who is not heard'), hold: flag('who waits'), coaching: flag('who coaches') },
    update: {
      muted: flag('whether they are not heard'),
      hold: flag('whether they wait'),
      hold_url: url('asked what they hear while they wait'),
      hold_method: method('hold_url'),
      announce_url: url('asked what is said to them'),
      announce_method: method('announce_url'),
      wait_url: url('asked what they hear before it begins'),
      wait_method: method('wait_url'),
      beep_on_exit: flag('whether a tone tells that they left'),
      end_conference_on_exit: flag('whether it ends with them'),
      coaching: flag('whether only one hears them'),
      call_sid_to_coach: sid('CA', 'who hears them'),
    },
    canFetch: true,
    canDelete: true,
    fields: {
      call_sid: text,
      conference_sid: text,
      label: maybeText,
      status: text,
      muted: { type: 'boolean' },
      hold: { type: 'boolean' },
      coaching: { type: ['boolean', 'null'] },
      call_sid_to_coach: maybeText,
      start_conference_on_enter: { type: ['boolean', 'null'] },
      end_conference_on_exit: { type: ['boolean', 'null'] },
      queue_time: maybeText,
      ...DATES,
    },
    refused: {
      create: {
        why: 'somebody is called into a conference by the durable way, once',
        help: 'use `twilio_call` with a template that has <Dial><Conference>',
      },
    },
  },
  notifications: {
    one: 'notification',
    key: 'sid',
    filters: {
      log: { enum: [0, 1], description: '0 errors, 1 warnings', examples: [0] },
      ...around('message_date', 'written'),
    },
    canFetch: true,
    canDelete: false,
    fields: {
      sid: text,
      call_sid: maybeText,
      log: { type: ['string', 'null'] },
      error_code: maybeText,
      message_text: maybeText,
      message_date: maybeText,
      more_info: maybeText,
      request_method: maybeText,
      request_url: maybeText,
      ...DATES,
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;

/** The name of a kind: `messages`. */
export type KindName = keyof typeof KIND_TABLE;

/** The table, by the names of Twilio's REST API. */
export const KINDS: Readonly<Record<KindName, Kind>> = KIND_TABLE;

/** Their names, in the order of the table. */
export const KIND_NAMES = texts<KindName>(KINDS);

/** Whether a name is one of a kind. */
export function isKind(name: unknown): name is KindName {
  return typeof name === 'string' && Object.hasOwn(KINDS, name);
}

/** What may be given to a verb, by name: filters of a list, settings of a creation or change. Undefined where the kind lacks the verb. */
export function valuesOf(kind: Kind, verb: KindVerb): Values | undefined {
  switch (verb) {
    case 'list':
      return kind.filters;
    case 'create':
      return kind.create;
    case 'update':
      return kind.update;
    case 'fetch':
      return kind.canFetch ? {} : undefined;
    case 'delete':
      return kind.canDelete ? {} : undefined;
  }
}
