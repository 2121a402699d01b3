import { toE164 } from '../message/message.ts';
import type { Json, JsonSchema } from '../schema/schema.ts';

/** The value of a setting: a phone number in E.164 form where it stands there as the people of `region` write it. */
export function withNumber(value: Json, property: JsonSchema | undefined, region: string | undefined): Json {
  if (region === undefined || property?.['format'] !== 'e164' || typeof value !== 'string') return value;
  return toE164(value, region) ?? value;
}
