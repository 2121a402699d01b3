import { createHash } from 'node:crypto';
import type { Call } from '../ledger.ts';

/** The one version of Twilio's API that is played here. */
export const API_VERSION = '2010-04-01';

/** The address of something in an account, without `.json`. */
export function pathOf(accountSid: string, ...parts: readonly string[]): string {
  return [`/${API_VERSION}/Accounts/${accountSid}`, ...parts].join('/');
}

/** The addresses of what belongs to a resource, by name. */
export function partsOf(path: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [snakeCase(name), `${path}/${name}.json`]));
}

/** `AvailablePhoneNumbers` is `available_phone_numbers`. */
function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** An id for what is no entry of the books but part of one: always the same for the same part. */
export function derivedSid(prefix: string, ...parts: readonly (string | number)[]): string {
  return `${prefix}${createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32)}`;
}

/** How long a call was answered, in whole seconds: one that was answered at all lasted at least one. */
export function callSeconds({ startedAt, endedAt }: Call): number {
  return startedAt === null || endedAt === null ? 0 : Math.max(1, Math.round((endedAt - startedAt) / 1000));
}

/** `Mon, 09 Nov 2026 10:11:12 +0000`: the dates of Twilio's answers and callbacks. */
export function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}

/** The same of a moment that may not have come. */
export function rfc2822OrNull(at: number | null): string | null {
  return at === null ? null : rfc2822(at);
}
