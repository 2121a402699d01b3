import type { Fix, Source } from '../problem/problem.ts';
import type { Node } from './node.ts';

/** Words that YAML 1.1 read as true and false, and YAML 1.2 reads as words. */
const OLD_BOOLEANS: Readonly<Record<string, string>> = {
  yes: 'true',
  on: 'true',
  y: 'true',
  no: 'false',
  off: 'false',
  n: 'false',
};

/** How to mend a value that YAML read as something else than was meant. */
interface Trap {
  readonly help?: string;
  readonly fix?: Fix;
}

/**
 * How YAML came to read something else than was meant, for a value that a schema refuses by `keyword`: a phone number or a
 * version without quotes is a number, `yes` is a word, nothing at all is null.
 */
export function trapIn(source: Source, node: Node, keyword: string): Trap {
  if (node.kind !== 'scalar' || keyword !== 'type' || node.quoted) return {};
  if (typeof node.value === 'number') {
    return { help: 'YAML reads this as a number: put it in quotes', fix: quoted(source, node.start, node.end) };
  }
  if (typeof node.value === 'boolean') {
    return { help: `YAML reads this as ${node.value}: put it in quotes for the word` };
  }
  if (node.value === null) return { help: 'YAML reads this as nothing: give a value, or take the key out' };
  const meant = OLD_BOOLEANS[node.text.toLowerCase()];
  return meant === undefined ? {} : { help: `YAML 1.2 reads this as a word: write ${meant}` };
}

function quoted(source: Source, start: number, end: number): Fix {
  const quote = (at: number) => ({ at: { source, start: at, end: at }, text: "'" });
  return { what: 'put the number in quotes', edits: [quote(start), quote(end)] };
}
