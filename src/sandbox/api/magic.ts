/**
 * The numbers with which Twilio's test credentials bring up its errors (https://www.twilio.com/docs/iam/test-credentials), and
 * the errors that they bring up. +15005550006 always works.
 */
const MAGIC: Readonly<
  Record<'sms-from' | 'sms-to' | 'call-from' | 'call-to' | 'buy', Readonly<Record<string, number>>>
> = {
  'sms-from': { '+15005550001': 21212, '+15005550007': 21606, '+15005550008': 21611 },
  'sms-to': {
    '+15005550001': 21211,
    '+15005550002': 21612,
    '+15005550003': 21408,
    '+15005550004': 21610,
    '+15005550009': 21614,
  },
  'call-from': { '+15005550001': 21212 },
  'call-to': { '+15005550001': 21217, '+15005550002': 21214, '+15005550003': 21215, '+15005550004': 21216 },
  buy: { '+15005550000': 21422, '+15005550001': 21421 },
};

/** The number that test credentials can buy as often as they like. */
export const MAGIC_NUMBER = '+15005550006';

/** The error that a number brings up where it stands, or undefined. */
export function magicCode(place: keyof typeof MAGIC, number: string): number | undefined {
  return MAGIC[place][number];
}
