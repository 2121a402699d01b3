/** What Twilio takes with a call or message beside numbers and words, in its own names; `schemas/op/twilio_call.json` has those of a call. */
import { asObject, type JsonObject, type JsonSchema, propertiesOf } from '../../schema/schema.ts';
import { camelCased } from './camel-case.ts';

/** The `options` of `sms_send` through a TwilioConfig. */
export const SMS_OPTIONS: JsonSchema = {
  type: 'object',
  properties: {
    media_url: {
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: { type: 'string', pattern: '^https?://', maxLength: 2048 },
      description: 'pictures and the like that go with it',
      examples: [['https://example.com/chart.png']],
    },
    validity_period: {
      type: 'integer',
      minimum: 1,
      maximum: 36_000,
      description: 'seconds that it may wait at Twilio',
      examples: [600],
    },
    smart_encoded: { type: 'boolean', description: 'letters beyond GSM-7 become similar ones', examples: [true] },
    shorten_urls: { type: 'boolean', description: 'links become short: of a messaging service', examples: [true] },
    send_as_mms: { type: 'boolean', description: 'one MMS, however long', examples: [true] },
    provide_feedback: { type: 'boolean', description: 'you will confirm what arrived', examples: [true] },
    content_retention: {
      enum: ['retain', 'discard'],
      description: 'whether its words are kept',
      examples: ['discard'],
    },
    address_retention: {
      enum: ['retain', 'obfuscate'],
      description: 'whether its numbers are kept',
      examples: ['obfuscate'],
    },
    message_intent: {
      enum: [
        'otp',
        'notifications',
        'marketing',
        'fraud',
        'security',
        'customercare',
        'delivery',
        'education',
        'polling',
        'announcements',
        'events',
      ],
      description: 'what it is for',
      examples: ['notifications'],
    },
    traffic_type: { enum: ['free'], description: 'what sort of traffic it is', examples: ['free'] },
    risk_check: { enum: ['enable', 'disable'], description: 'whether its risk is weighed', examples: ['disable'] },
    fallback_from: {
      type: 'string',
      minLength: 1,
      maxLength: 20,
      description: 'the sender where RCS does not reach',
      examples: ['+12025550123'],
    },
  },
  additionalProperties: false,
};

/** Arguments of `twilio_call` that Twilio gets as they are. */
export const CALL_OPTIONS = [
  'method',
  'fallback_url',
  'fallback_method',
  'send_digits',
  'timeout',
  'time_limit',
  'caller_id',
  'call_reason',
  'record',
  'recording_channels',
  'recording_track',
  'recording_configuration_id',
  'trim',
  'machine_detection',
  'machine_detection_timeout',
  'machine_detection_speech_threshold',
  'machine_detection_speech_end_threshold',
  'machine_detection_silence_timeout',
  'byoc',
  'client_notification_url',
] as const;

/** The arguments among `args` that go to Twilio with the call; undefined where there are none. */
export function callOptions(args: JsonObject): JsonObject | undefined {
  const given = CALL_OPTIONS.flatMap((name) => (args[name] == null ? [] : [[name, args[name]] as const]));
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** What of a draft's own options goes out, in the words of the SDK. Nothing that the table lacks: callbacks are the host's. */
export function sdkOptions(channel: 'sms' | 'call', options: JsonObject | undefined): JsonObject {
  const known: readonly string[] = channel === 'call' ? CALL_OPTIONS : Object.keys(propertiesOf(SMS_OPTIONS));
  const given = Object.entries(asObject(options) ?? {}).filter(
    ([name, value]) => known.includes(name) && value !== null,
  );
  return camelCased(Object.fromEntries(given));
}

const SID = /^MG[0-9a-fA-F]{32}$/;

/** Why a text message cannot come from there, or undefined where it can. */
export function senderRefusal(sender: string): string | undefined {
  if (/^\+[1-9]\d{6,14}$/.test(sender) || /^\d{3,8}$/.test(sender) || SID.test(sender)) return undefined;
  if (/^MG\d/.test(sender)) return 'it looks like a messaging service, whose SID is MG and 32 hexadecimal digits';
  // A name: 1 to 11 letters, digits and blanks, a letter among them.
  if (/^(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}$/.test(sender)) return undefined;
  if (/^\+?\d+$/.test(sender))
    return 'it is neither a phone number, such as +12025550123, nor a short code of 3 to 8 digits';
  return 'a text message comes from a phone number, a short code, a messaging service (MG...) or a name of at most 11 letters';
}
