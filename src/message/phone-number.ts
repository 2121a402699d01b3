import { createRequire } from 'node:module';

/** Whether `text` is a phone number in E.164 form: `+`, country code, at most 15 digits (ITU-T E.164, 6.2). */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** What people put between the digits of a number. */
const BETWEEN = /[\s().\-/]/g;

/**
 * A number in E.164 form from how people of `region` (ISO 3166-1 alpha-2) write it: `(203) 555-1234`, `0034 666 555 777`.
 * Undefined where it is none, or none of a possible length; without a region, only E.164 is a number.
 */
export function toE164(text: string, region: string | undefined): string | undefined {
  if (isE164(text)) return text;
  const digits = text.replaceAll(BETWEEN, '').replace(/^00/, '+');
  if (region === undefined || !/^\+?\d+$/.test(digits)) return undefined;
  const { isSupportedCountry, parsePhoneNumberFromString } = tables();
  if (!isSupportedCountry(region)) return undefined;
  const parsed = parsePhoneNumberFromString(digits, region);
  return parsed?.isPossible() && isE164(parsed.number) ? parsed.number : undefined;
}

/** A number as it may be shown in logs, pages and errors: country and last three digits, `+34•••555`. */
export function maskNumber(number: string): string {
  return number.length < 8 ? '•••' : `${number.slice(0, 3)}•••${number.slice(-3)}`;
}

/** The country of a number in E.164 form (ISO 3166-1 alpha-2), or undefined where its digits belong to none. */
export function countryOf(number: string): string | undefined {
  return tables().parsePhoneNumberFromString(number)?.country;
}

/** What the numbers of a country begin with, such as `+34`; undefined where there is no such country. */
export function callingCodeOf(country: string): string | undefined {
  const { isSupportedCountry, getCountryCallingCode } = tables();
  return isSupportedCountry(country) ? `+${getCountryCallingCode(country)}` : undefined;
}

/** Loaded when something asks for a country, and not before: its tables take 10 ms. */
function tables(): typeof import('libphonenumber-js') {
  return createRequire(import.meta.url)('libphonenumber-js');
}

/** Why a number may not be called or written to, or undefined where it may; `allowed` is a resource's `allowedCountries`. */
export function countryRefusal(number: string, allowed: unknown): string | undefined {
  if (!Array.isArray(allowed) || !isE164(number)) return undefined;
  const country = countryOf(number);
  if (country !== undefined && allowed.includes(country)) return undefined;
  const where = country === undefined ? 'a number of no country' : `a number of ${country}`;
  return `${maskNumber(number)} is ${where}, and only ${allowed.join(', ')} may be reached`;
}
