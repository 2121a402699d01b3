import type { Books, Call, Sms } from './ledger.ts';
import type { Habit, PhoneEntry, Phones } from './sandbox.ts';

/** The phones of a network, and how it tells them of changes. */
export interface PhoneBook {
  readonly phones: Phones;
  readonly tell: (entry: Sms | Call) => void;
}

/** `books` is asked for on each look, because the books are made with `tell`. */
export function newPhoneBook(books: () => Books): PhoneBook {
  const listeners = new Set<(entry: PhoneEntry) => void>();
  const people = new Map<string, Habit>();
  return {
    phones: {
      entries() {
        const { messages, calls } = books();
        return [...messages.all(), ...calls.all()].map(phoneEntry).toSorted((a, b) => b.at - a.at);
      },
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      people: () => people,
      setHabit: (number, habit) => void people.set(number, habit),
      act: () => 'the phones here have no people yet',
    },
    tell(entry) {
      const shown = phoneEntry(entry);
      for (const listener of listeners) listener(shown);
    },
  };
}

function phoneEntry(entry: Sms | Call): PhoneEntry {
  const { sid, kind, to, from, status, createdAt, notes } = entry;
  return {
    id: sid,
    kind,
    direction: entry.direction === 'inbound' ? 'out' : 'in',
    to,
    from: from || 'a messaging service',
    words: wordsOf(entry),
    heard: entry.kind === 'call' ? entry.heard : [],
    keys: entry.kind === 'call' ? entry.keys : '',
    asks: false,
    state: status,
    at: createdAt,
    startedAt: entry.kind === 'call' ? entry.startedAt : null,
    endedAt: entry.kind === 'call' ? entry.endedAt : null,
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}

/** Nobody has read a message that is still on its way. */
function wordsOf(entry: Sms | Call): string {
  if (entry.kind === 'call')
    return entry.heard.flatMap((heard) => (heard.kind === 'say' ? [heard.words] : [])).join(' ');
  return entry.status === 'delivered' ? entry.body : '';
}
