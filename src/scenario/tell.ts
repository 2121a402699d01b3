import { placesOf, type Source, type Span, withoutNumbers } from '../problem/problem.ts';
import type { Difference } from './compare.ts';
import type { Item, Section } from './scenario.ts';

/** What is said of a difference: a heading, its place, and lines that begin with a mark. */
export interface Told {
  readonly heading: string;
  /** `file:line:column` of what was expected; of what was not, there is none. */
  readonly place?: string;
  readonly lines: readonly Line[];
}

/** A line: `-` is expected, `+` happened, a blank is both. */
export interface Line {
  readonly mark: '-' | '+' | ' ';
  readonly text: string;
}

/** A difference in words, without numbers that the scenario itself does not have. */
export function tell(difference: Difference, source: Source): Told {
  const mask = (text: string): string => withoutNumbers(text, source);
  const name = `${ONE[difference.section]} ${difference.number}`;
  switch (difference.kind) {
    case 'other': {
      const { expected, happened } = difference;
      return { heading: `${name} is not as expected`, ...placed(expected), lines: linesOf(expected, happened, mask) };
    }
    case 'moved':
      return {
        heading: `${name} happened, as number ${difference.happenedAs}`,
        ...placed(difference.expected),
        lines: linesOf(difference.expected, difference.expected, mask),
      };
    case 'missing':
      return {
        heading: `${name} did not happen`,
        ...placed(difference.expected),
        lines: linesOf(difference.expected, undefined, mask),
      };
    case 'unlisted':
      return { heading: `${name} happened, and is not listed`, lines: linesOf(undefined, difference.happened, mask) };
  }
}

/** `file:line:column`, both from 1. */
export function placeText({ source, start }: Span): string {
  const { line, column } = placesOf(source)(start);
  return `${source.file}:${line}:${column}`;
}

const ONE: Readonly<Record<Section, string>> = {
  calls: 'call',
  messages: 'message',
  requests: 'request',
  failures: 'failure',
};

function placed({ at }: Item): { readonly place?: string } {
  return at ? { place: placeText(at) } : {};
}

/** Fields that both have stand once; the place of a field is the same in both. */
function linesOf(
  expected: Item | undefined,
  happened: Item | undefined,
  mask: (text: string) => string,
): readonly Line[] {
  const names = new Set([...Object.keys(expected?.fields ?? {}), ...Object.keys(happened?.fields ?? {})]);
  return [...names].flatMap((name) => {
    const [was, is] = [expected?.fields[name], happened?.fields[name]];
    const line = (mark: Line['mark'], value: string): Line => ({ mark, text: `${name}: ${mask(oneLine(value))}` });
    if (was !== undefined && was === is) return [line(' ', was)];
    return [...(was === undefined ? [] : [line('-', was)]), ...(is === undefined ? [] : [line('+', is)])];
  });
}

/** As a text of one line; blanks at its ends would not be seen. */
function oneLine(value: string): string {
  return value === value.trim() && !/[\p{Cc}\p{Bidi_Control}]/u.test(value) ? value : JSON.stringify(value);
}
