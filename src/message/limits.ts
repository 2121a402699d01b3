import type { Limit } from '../journal/journal.ts';
import { asText, type JsonObject } from '../schema/schema.ts';
import { type Draft, recipientsOf } from './message.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * What the settings of a resource allow for one draft: a bucket for the sender, the account, the recipient; and a cap for the day.
 * Resources of one `account` share its bucket, which is of requests.
 */
export function limitsOf(
  draft: Draft,
  settings: JsonObject,
  account: string = draft.resource,
  requestsPerSend = 1,
): readonly Limit[] {
  const { resource, from } = draft;
  const { dailyCap } = settings;
  const recipients = recipientsOf(draft).map((number) => `recipient:${resource}:${number}`);
  return [
    ...rate(settings['rate'], `sender:${resource}:${from}`),
    ...rate(settings['accountRate'], `account:${account}`, requestsPerSend),
    ...recipients.flatMap((key) => rate(settings['recipientRate'], key)),
    ...(typeof dailyCap === 'number' ? recipients.map((key) => ({ kind: 'cap', key, max: dailyCap }) as const) : []),
  ];
}

/** `1/s`, `200/m`: so many in a second, minute, hour or day, evenly spread. The schemas of resources hold the form. */
function rate(setting: JsonObject[string] | undefined, key: string, places = 1): readonly Limit[] {
  const [, count, unit = ''] = /^([1-9]\d*)\/([smhd])$/.exec(asText(setting) ?? '') ?? [];
  const unitMs = UNIT_MS[unit];
  return count === undefined || unitMs === undefined
    ? []
    : [{ kind: 'rate', key, intervalMs: (unitMs * places) / Number(count) }];
}
