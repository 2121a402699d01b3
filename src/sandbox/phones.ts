import type { Call, Ledger, Sms } from './ledger.ts';
import type { PhoneEntry, Phones } from './sandbox.ts';

/** The phones of a network, and how it tells them of changes. */
export interface PhoneBook {
  readonly phones: Phones;
  readonly tell: (entry: Sms | Call) => void;
}

/** `ledgers` is asked for on each look, because the ledgers are made with `tell`. */
export function newPhoneBook(ledgers: () => { messages: Ledger<Sms>; calls: Ledger<Call> }): PhoneBook {
  const listeners = new Set<(entry: PhoneEntry) => void>();
  return {
    phones: {
      entries() {
        const { messages, calls } = ledgers();
        return [...messages.all(), ...calls.all()].map(phoneEntry).toSorted((a, b) => b.at - a.at);
      },
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
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
    to,
    from: from || 'a messaging service',
    words: wordsOf(entry),
    state: status,
    at: createdAt,
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}

/** Nobody has read a message that is still on its way. */
function wordsOf(entry: Sms | Call): string {
  if (entry.kind === 'call') return entry.words;
  return entry.status === 'delivered' ? entry.body : '';
}
