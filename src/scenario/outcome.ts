import type { PhoneEntry } from '../sandbox/sandbox.ts';
import { FIELDS, type Item, type Outcome, type Section } from './scenario.ts';

/** What came of a scenario, as it is held against what was expected. */
export function outcomeOf(parts: {
  /** In the order in which they came. */
  readonly entries: readonly PhoneEntry[];
  readonly requests: readonly Item[];
  readonly failures: readonly { readonly rule: string; readonly error: string }[];
}): Outcome {
  const received = parts.entries.filter(({ direction }) => direction === 'in');
  return {
    calls: received
      .filter(({ kind }) => kind === 'call')
      .map(({ to, from, words, keys, state }) => item('calls', { to, from, hears: spoken(words), keys, ends: state })),
    messages: received
      .filter(({ kind }) => kind === 'sms')
      .map(({ to, from, words, state }) => item('messages', { to, from, text: words, ends: state })),
    requests: parts.requests,
    failures: parts.failures.map(({ rule, error }) => item('failures', { rule, error: withoutPlaces(error) })),
  };
}

/** An item with its fields in their order; what is empty is left out. */
export function item(section: Section, fields: Readonly<Record<string, string>>, at?: Item['at']): Item {
  const said = Object.keys(FIELDS[section]).flatMap((name) => (fields[name] ? [[name, fields[name]] as const] : []));
  return { fields: Object.fromEntries(said), ...(at && { at }) };
}

/** How a text is broken into lines is not heard. */
export function spoken(words: string): string {
  return words.replaceAll(/\s+/g, ' ').trim();
}

/** The line of a step moves with whatever is written above it: an error is compared without. */
function withoutPlaces(error: string): string {
  return error.replaceAll(/ \([^()\s]+\.ya?ml:\d+\)/g, '');
}

/** JSON in one form, whoever wrote it; any other text as it is. */
export function comparable(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? JSON.stringify(sorted(value)) : body;
  } catch {
    return body;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
