import * as fc from 'fast-check';

/** What gets lost, doubled or typed by mistake in YAML, CEL and templates, and what breaks parsers. */
const PIECES = [
  '',
  ' ',
  '\n',
  '\t',
  ':',
  ': ',
  '- ',
  '${',
  '}',
  '${}',
  '$${',
  '"',
  "'",
  '{',
  '[',
  ']',
  ',',
  '#',
  '&a ',
  '*a',
  '!x ',
  '|',
  '>',
  '?',
  '{{',
  '}}',
  '<',
  '&',
  '\\',
  '\u0000',
  '\uE000',
  '😀',
  '0',
  '1e999',
  '-1',
  'null',
  'true',
  '__proto__',
  'constructor',
  'data',
  'event',
  'has(',
  ')',
  ' && ',
  ' == ',
  '.x',
  '[0]',
  'matches("(a+)+$")',
  'on: ',
  'do:\n  - ',
  'if: ',
  'then:',
  'while: ',
  'foreach: ',
  'def:\n',
  'import: ',
  'x =: ',
  'x = ',
  'call: ',
  'wait: ',
  'parallel:',
  '  ',
  '---\n',
  '...',
  '\r\n',
  '\u2028',
  '%YAML 1.2\n',
  '<<: *a',
  '? ',
] as const;

interface Edit {
  /** Where, from 0 to 1. */
  readonly at: number;
  readonly length: number;
  readonly kind: 'insert' | 'delete' | 'copy' | 'swap line';
  readonly piece: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  // Without the bias: fast-check likes what is near 0, and a file is more than its first line.
  at: fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((millionths) => millionths / 1_000_000),
  length: fc.integer({ min: 1, max: 40 }),
  kind: fc.constantFrom('insert', 'delete', 'copy', 'swap line'),
  piece: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...PIECES) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  ),
});

/** Texts that are nearly the ones of a corpus. */
export function mutated(corpus: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([text, edits]) => edits.reduce(apply, text));
}

function apply(text: string, { at, length, kind, piece }: Edit): string {
  const start = Math.floor(at * text.length);
  switch (kind) {
    case 'insert':
      return text.slice(0, start) + piece + text.slice(start);
    case 'delete':
      return text.slice(0, start) + text.slice(start + length);
    case 'copy':
      return text.slice(0, start + length) + text.slice(start);
    case 'swap line': {
      const lines = text.split('\n');
      const index = Math.floor(at * (lines.length - 1));
      const [first, second] = [lines[index] ?? '', lines[index + 1] ?? ''];
      return lines
        .with(index, second)
        .with(Math.min(index + 1, lines.length - 1), first)
        .join('\n');
    }
  }
}
