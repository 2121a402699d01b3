/** What the check and the run of `twilio_call` must agree on. */
import type { Json } from '../../schema/schema.ts';

/** What Twilio takes in the `Twiml` of a call; longer scripts it fetches (https://www.twilio.com/docs/api/errors/32018). */
export const LONGEST_TWIML = 4_000;

/** Where the words of a call come from. */
export type Script =
  | { readonly kind: 'template'; readonly name: string; readonly of: 'op' | 'resource' }
  | { readonly kind: 'response-url'; readonly url: string };

/** Arguments of the op that name its script. */
export interface ScriptArguments {
  readonly template?: Json | undefined;
  readonly response_url?: Json | undefined;
}

/**
 * The op's own `template` or `response_url` comes first, being the nearest; then the resource's `responseUrl`, so that a resource that comes
 * from Clarive does what it did there; then the resource's `template`.
 */
export function chooseScript(
  { template, response_url: url }: ScriptArguments,
  settings: Readonly<Record<string, Json>>,
): Script | undefined {
  if (isGiven(template)) return { kind: 'template', name: template, of: 'op' };
  if (isGiven(url)) return { kind: 'response-url', url };
  const { responseUrl, template: own } = settings;
  if (isGiven(responseUrl)) return { kind: 'response-url', url: responseUrl };
  if (isGiven(own)) return { kind: 'template', name: own, of: 'resource' };
  return undefined;
}

/** Whether `default_number` says that the resource's numbers are to be used; undefined for what is neither yes nor no. */
export function usesResourceNumbers(defaultNumber: Json | undefined): boolean | undefined {
  if (defaultNumber === '1' || defaultNumber === 1 || defaultNumber === true) return true;
  if (defaultNumber === '0' || defaultNumber === 0 || defaultNumber === false) return false;
  return undefined;
}

/** Whether a value is a text with something in it. */
export function isGiven(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
