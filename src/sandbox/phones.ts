import type { Books, Call, Sms } from './ledger.ts';
import type { Lives } from './network.ts';
import type { Habit, PhoneEntry, Phones } from './sandbox.ts';

/** The phones of a network, and how it tells them of changes. */
export interface PhoneBook {
  readonly phones: Phones;
  readonly tell: (entry: Sms | Call) => void;
  readonly habitOf: (number: string) => Habit;
}

/** What a person does of whom nothing was said. */
const USUAL_HABIT: Habit = { answers: 'itself' };
/** Phones that are kept without having been added; a load test calls more than anyone looks at. */
const PEOPLE_LIMIT = 10_000;

/** `books` and `lives` are asked for on each use, because both are made with this. */
export function newPhoneBook(books: () => Books, lives: () => Lives): PhoneBook {
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
      act: (action) => lives().act(action),
    },
    habitOf: (number) => people.get(number) ?? USUAL_HABIT,
    tell(entry) {
      const person = personOf(entry);
      if (!people.has(person) && people.size < PEOPLE_LIMIT) people.set(person, USUAL_HABIT);
      const shown = phoneEntry(entry);
      for (const listener of listeners) listener(shown);
    },
  };
}

/** The number of the person who holds the phone: the other end is the account's. */
export function personOf({ direction, to, from }: Sms | Call): string {
  return direction === 'inbound' ? from : to;
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
    asks: entry.kind === 'call' && entry.asks === true,
    state: status,
    at: createdAt,
    startedAt: entry.kind === 'call' ? entry.startedAt : null,
    endedAt: entry.kind === 'call' ? entry.endedAt : null,
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}

/** Nobody has read a message that is still on its way to them. */
function wordsOf(entry: Sms | Call): string {
  if (entry.kind === 'call')
    return entry.heard.flatMap((heard) => (heard.kind === 'say' ? [heard.words] : [])).join(' ');
  return entry.status === 'delivered' || entry.direction === 'inbound' ? entry.body : '';
}
