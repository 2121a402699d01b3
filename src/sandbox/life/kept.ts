import type { Call, Ledger, Sms } from '../ledger.ts';

/** An entry of the books that changes from several sides: each change is made to the newest state of it. */
export interface Kept<Entry> {
  now(): Entry;
  change(changes: Partial<Entry>): Entry;
  note(words: string): void;
}

/** A script of thousands of faults is told of by the first few. */
const NOTE_LIMIT = 20;

/** `entry`, that is or was in `ledger`: one that was removed from it goes on to its end unseen. `noted` puts notes into its form. */
export function keep<Entry extends Sms | Call>(
  ledger: Ledger<Entry>,
  entry: Entry,
  noted: (notes: readonly string[]) => Partial<Entry>,
): Kept<Entry> {
  let last = entry;
  const kept: Kept<Entry> = {
    now: () => ledger.find(entry.sid) ?? last,
    change(changes) {
      last = ledger.change(kept.now(), changes);
      return last;
    },
    note(words) {
      const { notes } = kept.now();
      if (notes.length < NOTE_LIMIT && !notes.includes(words)) kept.change(noted([...notes, words]));
    },
  };
  return kept;
}
