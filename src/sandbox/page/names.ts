import { createHmac } from 'node:crypto';

/** As many as the books keep entries: a name that is older is of a phone that no page shows any more. */
const NAME_LIMIT = 100_000;

/** The names under which pages know numbers. Two numbers can look the same masked; their names differ. */
export interface Names {
  nameOf(number: string): string;
  /** Undefined for a name that was never given out. */
  numberOf(name: string): string | undefined;
}

/** Names that do not tell their numbers to anyone without `key`. */
export function newNames(key: string): Names {
  const names = new Map<string, string>();
  const numbers = new Map<string, string>();
  return {
    nameOf(number) {
      const known = names.get(number);
      if (known !== undefined) return known;
      const name = createHmac('sha256', key).update(number).digest('hex').slice(0, 16);
      names.set(number, name);
      numbers.set(name, number);
      const [oldest] = names;
      if (names.size > NAME_LIMIT && oldest) {
        names.delete(oldest[0]);
        numbers.delete(oldest[1]);
      }
      return name;
    },
    numberOf: (name) => numbers.get(name),
  };
}
