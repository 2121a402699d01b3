/**
 * The published rulebooks have unquoted references in flow mappings, `{ name: ${title} }`, which no YAML parser accepts.
 * So every unquoted `${...}` is hidden from the parser behind characters of no meaning, one for one, which keeps every
 * offset, and is put back into the scalars afterwards (docs/decisions/0003-yaml.md).
 */

/** A text with its references hidden. */
export interface Masked {
  readonly text: string;
  /** Puts back what was hidden in a scalar that stands at `start` to `end`. */
  restore(scalar: string, start: number, end: number): string;
}

interface Hidden {
  readonly start: number;
  readonly end: number;
}

/** First and last character of Unicode's private use area. */
const PRIVATE_USE = [0xe000, 0xf8ff] as const;

/** Hides every `${...}` (and `$${...}`) of a YAML text that does not stand in quotes, a comment or a block scalar. */
export function maskReferences(text: string): Masked {
  const hidden = text.includes('${') ? new ReferenceFinder(text).find() : [];
  const mask = freeCharacter(text);
  const masked: string[] = [];
  let open = 0;
  for (const { start, end } of hidden) {
    masked.push(text.slice(open, start), mask.repeat(end - start));
    open = end;
  }
  return { text: masked.join('') + text.slice(open), restore };

  function restore(scalar: string, start: number, end: number): string {
    let restored = '';
    let from = 0;
    for (let index = firstFrom(hidden, start); (hidden[index]?.end ?? Number.POSITIVE_INFINITY) <= end; index++) {
      const reference = hidden[index];
      const at = scalar.indexOf(mask, from);
      if (!reference || at === -1) break;
      restored += scalar.slice(from, at) + text.slice(reference.start, reference.end);
      from = at + reference.end - reference.start;
    }
    return restored + scalar.slice(from);
  }
}

/** Index of the first reference that begins at `offset` or after it, by halving: a large file has as many as it has scalars. */
function firstFrom(hidden: readonly Hidden[], offset: number): number {
  let low = 0;
  let high = hidden.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hidden[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function freeCharacter(text: string): string {
  for (let code: number = PRIVATE_USE[0]; code <= PRIVATE_USE[1]; code++) {
    const character = String.fromCharCode(code);
    if (!text.includes(character)) return character;
  }
  throw new Error('the text uses every private-use character');
}

/** What may end a plain scalar, or be a reference in it. */
const SPECIAL = /[\n#$:,\]}]/g;

/** Just enough of YAML's surface to know what is quoted, what is a comment and what is a block scalar. */
class ReferenceFinder {
  readonly #text: string;
  readonly #hidden: Hidden[] = [];
  #at = 0;
  /** Whether a scalar or collection may start here: only there are quotes, brackets and `|` more than letters. */
  #fresh = true;
  #flowDepth = 0;
  /** Column of the key or dash that a block scalar on this line would belong to. */
  #ownerColumn = 0;
  #lineStart = 0;
  /** Up to here no reference is closed. */
  #unclosedUntil = 0;
  /** Whether only blanks, dashes and question marks stand before this place on its line. */
  #lineIsOpen = true;

  constructor(text: string) {
    this.#text = text;
  }

  find(): readonly Hidden[] {
    while (this.#at < this.#text.length) this.#step();
    return this.#hidden;
  }

  #step(): void {
    const text = this.#text;
    const character = text[this.#at] ?? '';
    if (character === '\n') return this.#newLine();
    if (character === ' ' || character === '\t' || character === '\r') return this.#skip(1);
    if (character === '#' && /[\s]|^$/.test(text[this.#at - 1] ?? ''))
      return this.#skipTo(text.indexOf('\n', this.#at));
    if (character === '$' && this.#hideReference()) return;
    if (this.#fresh && this.#startOfValue(character)) return;
    this.#lineIsOpen = false;
    if (this.#flowDepth > 0 && this.#flowSeparator(character)) return;
    this.#fresh = character === ':' && /[\s]|^$/.test(text[this.#at + 1] ?? '');
    this.#skip(1);
    if (!this.#fresh) this.#skipPlain();
  }

  /** Inside of a plain scalar nothing else is more than a letter. */
  #skipPlain(): void {
    SPECIAL.lastIndex = this.#at;
    this.#at = SPECIAL.test(this.#text) ? SPECIAL.lastIndex - 1 : this.#text.length;
  }

  #newLine(): void {
    this.#skip(1);
    this.#lineStart = this.#at;
    this.#lineIsOpen = true;
    this.#fresh = true;
  }

  /** Handles what has a meaning only where a value may start; false for the first letter of a plain scalar. */
  #startOfValue(character: string): boolean {
    const next = this.#text[this.#at + 1] ?? '';
    if (character === '"' || character === "'") return this.#skipQuoted(character);
    if (character === '[' || character === '{') {
      this.#flowDepth++;
      this.#lineIsOpen = false;
      this.#skip(1);
      return true;
    }
    if ((character === '-' || character === '?') && /[\s]|^$/.test(next)) {
      this.#ownerColumn = this.#at - this.#lineStart;
      this.#skip(1);
      return true;
    }
    if (character === '!' || character === '&') {
      const word = /^\S+/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0] ?? '';
      this.#skip(word.length);
      return true;
    }
    if ((character === '|' || character === '>') && this.#flowDepth === 0) return this.#skipBlock();
    if (this.#lineIsOpen) this.#ownerColumn = this.#at - this.#lineStart;
    return false;
  }

  #flowSeparator(character: string): boolean {
    if (character === ',') this.#fresh = true;
    else if (character === ']' || character === '}') {
      this.#flowDepth--;
      this.#fresh = false;
    } else return false;
    this.#skip(1);
    return true;
  }

  #hideReference(): boolean {
    const start = this.#at;
    const open = this.#text.startsWith('$${', start) ? start + 3 : this.#text.startsWith('${', start) ? start + 2 : -1;
    if (open === -1) return false;
    if (start < this.#unclosedUntil) return false;
    const end = endOfReference(this.#text, open);
    if (end === -1) {
      // One that is not closed swallows the rest of its line: none of it is looked through again.
      this.#unclosedUntil = this.#lineEnd();
      return false;
    }
    this.#hidden.push({ start, end });
    if (this.#lineIsOpen) this.#ownerColumn = start - this.#lineStart;
    this.#lineIsOpen = false;
    this.#fresh = false;
    this.#at = end;
    return true;
  }

  #skipQuoted(quote: string): true {
    if (this.#lineIsOpen) this.#ownerColumn = this.#at - this.#lineStart;
    this.#lineIsOpen = false;
    let at = this.#at + 1;
    while (at < this.#text.length) {
      const character = this.#text[at];
      if (quote === '"' && character === '\\') at++;
      else if (character === quote) {
        if (quote === "'" && this.#text[at + 1] === "'") at++;
        else break;
      } else if (character === '\n') this.#lineStart = at + 1;
      at++;
    }
    this.#fresh = false;
    this.#at = at + 1;
    return true;
  }

  /** A block scalar goes on for as long as lines are empty, or further in than what it belongs to. */
  #skipBlock(): true {
    const lines = /(?:^|\n)([ ]*)([^\s])/g;
    lines.lastIndex = this.#lineEnd();
    for (let line = lines.exec(this.#text); line; line = lines.exec(this.#text)) {
      if ((line[1]?.length ?? 0) > this.#ownerColumn) continue;
      this.#at = line.index;
      return true;
    }
    this.#at = this.#text.length;
    return true;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end === -1 ? this.#text.length : end;
  }

  #skip(length: number): void {
    this.#at += length;
  }

  #skipTo(offset: number): void {
    this.#at = offset === -1 ? this.#text.length : offset;
  }
}

/**
 * The offset after the `}` that closes a reference whose inside starts at `from`; -1 where none does on its line.
 * Braces nest, and those in strings of the expression do not count.
 */
export function endOfReference(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') return -1;
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at + 1;
    else if (character === '"' || character === "'") {
      at = endOfString(text, at, character);
      if (at === -1) return -1;
    }
  }
  return -1;
}

function endOfString(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') return -1;
    if (character === '\\') at++;
    else if (character === quote) return at;
  }
  return -1;
}
