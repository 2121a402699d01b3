import type { Element } from './document.ts';

/** Days, so that no wait is longer than a timer of Node's. */
const LONGEST_SECONDS = 86_400;

/** Attributes as Twilio reads them: a value that makes no sense counts as absent. */
export function wholeOf({ attributes }: Element, name: string, usual: number): number {
  const value = attributes.get(name) ?? '';
  return /^\d+$/.test(value) ? Math.min(Number(value), LONGEST_SECONDS) : usual;
}

export function isSet({ attributes }: Element, name: string, usual: boolean): boolean {
  const value = attributes.get(name);
  return value === 'true' || value === 'false' ? value === 'true' : usual;
}

export function methodOf({ attributes }: Element, name = 'method'): 'GET' | 'POST' {
  return attributes.get(name)?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}

/** Keys that end an input; an empty value means none. */
export function finishKeysOf({ attributes }: Element, usual: string): string {
  const value = attributes.get('finishOnKey');
  return value !== undefined && /^[0-9#*]*$/.test(value) ? value : usual;
}
