import { asText, type JsonObject, type JsonSchema } from '../../schema/schema.ts';

/** The `options` of `sms_send` through an ExotelConfig. They come before what the resource says of the same. */
export const SMS_OPTIONS: JsonSchema = {
  type: 'object',
  properties: {
    dlt_template_id: {
      type: 'string',
      pattern: '^[0-9]{4,30}$',
      description: 'the DLT template that its words fit',
      examples: ['1107123456789012345'],
    },
    dlt_entity_id: {
      type: 'string',
      pattern: '^[0-9]{4,30}$',
      description: 'the DLT entity that it comes from',
      examples: ['1101234567890123456'],
    },
    sms_type: {
      enum: ['transactional', 'transactional_opt_in', 'promotional'],
      description: 'what kind of text it is, by DLT',
      examples: ['transactional'],
    },
    priority: { enum: ['normal', 'high'], description: '`high` for one-time passwords', examples: ['high'] },
    custom_field: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'words that Exotel gives back in its reports',
      examples: ['topic 7'],
    },
  },
  additionalProperties: false,
};

/** Exotel's names of the options, and of the settings that stand in for them. */
const NAMES: readonly (readonly [option: string, setting: string | undefined, name: string])[] = [
  ['dlt_entity_id', 'dltEntityId', 'DltEntityId'],
  ['dlt_template_id', 'dltTemplateId', 'DltTemplateId'],
  ['sms_type', 'smsType', 'SmsType'],
  ['priority', 'priority', 'Priority'],
  ['custom_field', undefined, 'CustomField'],
];

/** What goes along with a text, by Exotel's names. */
export function smsOptions(settings: JsonObject, options: JsonObject = {}): Readonly<Record<string, string>> {
  const given = NAMES.flatMap(([option, setting, name]) => {
    const value = asText(options[option]) ?? (setting === undefined ? undefined : asText(settings[setting]));
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/** A number, or a sender id of letters and digits (https://developer.exotel.com/api/sms). */
export function senderRefusal(sender: string): string | undefined {
  if (/^(\+?[0-9]{6,15}|[A-Za-z0-9]{3,11})$/.test(sender)) return undefined;
  return 'Exotel takes an ExoPhone, or a sender id of 3 to 11 letters and digits';
}
