import { isE164, maskNumber } from '../../message/message.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Fault, Faults, Habit, PhoneEntry, Phones } from '../sandbox.ts';
import type { Names } from './names.ts';

/** Entries that the page begins with; a person looks at the last few. */
const SHOWN_ENTRIES = 200;
/** Phones that the page begins with beside those of its entries. */
const SHOWN_PHONES = 200;

/** What of the phones a page is given: no number in full. */
export interface View {
  /** All that there is, newest first. */
  whole(): JsonObject;
  entry(entry: PhoneEntry): JsonObject;
  phone(number: string): JsonObject;
  /** The phone that an entry is of. */
  phoneOf(entry: PhoneEntry): JsonObject;
}

interface Shown {
  readonly phones: Phones;
  readonly faults: Faults;
  readonly habitOf: (number: string) => Habit;
  readonly lines: () => readonly string[];
  readonly notice?: string;
}

/** A view that knows numbers by `names`. */
export function newView({ phones, faults, habitOf, lines, notice }: Shown, names: Names): View {
  const phone = (number: string): JsonObject => ({
    phone: names.nameOf(number),
    number: mask(number),
    answers: habitOf(number).answers,
    faults: faults.list().flatMap((rule) => (rule.number === number ? [faultWords(rule.fault)] : [])),
  });
  const line = (number: string) => (isE164(number) ? names.nameOf(number) : null);
  const entry = (shown: PhoneEntry): JsonObject => {
    const { id, kind, direction, words, keys, asks, state, at, startedAt, endedAt, note } = shown;
    const { own, other } = ends(shown);
    const heard = shown.heard.map((one) => (one.kind === 'say' ? { ...one } : { kind: one.kind }));
    const about = { id, phone: names.nameOf(own), kind, direction, line: line(other), other: mask(other) };
    return { ...about, words, heard, keys, asks, state, at, startedAt, endedAt, note: note ?? null };
  };
  return {
    whole() {
      const entries = phones.entries().slice(0, SHOWN_ENTRIES);
      const people = [...phones.people().keys()].slice(-SHOWN_PHONES).toReversed();
      const numbers = new Set([...entries.map((one) => ends(one).own), ...people]);
      return {
        notice: notice ?? null,
        phones: [...numbers].map(phone),
        entries: entries.map(entry),
        lines: lines().map((number) => ({ line: names.nameOf(number), number: mask(number) })),
      };
    },
    entry,
    phone,
    phoneOf: (shown) => phone(ends(shown).own),
  };
}

/** The number of the phone that an entry is of, and who is at the other end. */
function ends({ direction, from, to }: PhoneEntry): { own: string; other: string } {
  return direction === 'in' ? { own: to, other: from } : { own: from, other: to };
}

/** A sender may be a name, which is there to be seen. */
function mask(sender: string): string {
  return isE164(sender) ? maskNumber(sender) : sender;
}

function faultWords(fault: Fault): string {
  const words = fault.kind.replaceAll('-', ' ');
  return 'errorCode' in fault && fault.errorCode !== undefined ? `${words} (${fault.errorCode})` : words;
}
