import { codeFrame } from './frame.ts';
import { shownWords } from './mask.ts';
import { placesOf } from './places.ts';
import type { Problem, ProblemCode, Span } from './problem.ts';

/**
 * Problems for a terminal: place and code; the message, from its first letter on a line of its own; the line with the place
 * underlined, and other places that belong to it; help. With `docs`, also where the page of each code is, once.
 */
export function pretty(problems: readonly Problem[], color: boolean, { docs = false } = {}): string {
  const paint = color ? paintWith : (_: Color, text: string): string => text;
  const explained = new Set<ProblemCode>();
  return inOrder(problems)
    .map((problem) => {
      const lines = linesOf(problem, paint);
      if (docs && !explained.has(problem.code)) {
        lines.push(`  ${paint('dim', `docs: npx ringbook explain ${problem.code}`)}`);
      }
      explained.add(problem.code);
      return lines.join('\n');
    })
    .join('\n\n');
}

/** `2 errors, 1 warning`. */
export function tally(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const parts = [count(errors, 'error'), count(warnings, 'warning')].filter((part) => part !== '');
  return parts.join(', ') || 'no problems';
}

/** By file, then by place; problems without a place come first. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => {
    const [fileA, fileB] = [a.at?.source.file ?? '', b.at?.source.file ?? ''];
    if (fileA !== fileB) return fileA < fileB ? -1 : 1;
    return (a.at?.start ?? 0) - (b.at?.start ?? 0);
  });
}

/** `file:line:column`, both from 1. */
export function placeText({ source, start }: Span): string {
  const { line, column } = placesOf(source)(start);
  return `${source.file}:${line}:${column}`;
}

type Color = 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';

type Paint = (color: Color, text: string) => string;

function linesOf({ code, severity, message, at, related, help }: Problem, paint: Paint): string[] {
  const tint = severity === 'error' ? 'red' : 'yellow';
  const place = at ? `${placeText(at)} ` : '';
  const lines = [
    `${paint('bold', place)}${paint(tint, severity)} ${paint('dim', code)}`,
    `  ${indented(shownWords(message, at?.source))}`,
  ];
  if (at) lines.push(...codeFrame(at, '^', (text) => paint(tint, text)));
  for (const other of related ?? []) {
    lines.push(`  ${paint('cyan', 'note:')} ${placeText(other.at)} ${shownWords(other.message, other.at.source)}`);
    lines.push(...codeFrame(other.at, '-', (text) => paint('cyan', text)));
  }
  if (help !== undefined) lines.push(`  ${paint('cyan', 'help:')} ${indented(shownWords(help, at?.source))}`);
  return lines;
}

/** Lines after the first stand below it. */
function indented(words: string): string {
  return words.replaceAll('\n', '\n  ');
}

function count(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const ANSI: Readonly<Record<Color, string>> = { red: '31', yellow: '33', cyan: '36', bold: '1', dim: '2' };

function paintWith(color: Color, text: string): string {
  return text === '' ? '' : `\u001b[${ANSI[color]}m${text}\u001b[0m`;
}
