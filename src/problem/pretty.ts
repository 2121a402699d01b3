import { lineAndColumn, type Problem, type Span } from './problem.ts';

/** Longest stretch of a line that is shown; rulebooks have no longer lines, hostile ones do. */
const MAX_FRAME = 200;

/** Problems for a terminal: place and code, the message from its first letter, the line with the place underlined, help. */
export function pretty(problems: readonly Problem[], color: boolean): string {
  const paint = color ? paintWith : (_: Color, text: string): string => text;
  return inOrder(problems)
    .map((problem) => {
      const tint: Color = problem.severity === 'error' ? 'red' : 'yellow';
      const head = `${paint('bold', placeOf(problem))}${paint(tint, problem.severity)} ${paint('dim', problem.code)}`;
      const frame = problem.at ? codeFrame(problem.at, (text) => paint(tint, text)) : [];
      const help = problem.help === undefined ? [] : [`  ${paint('cyan', 'help:')} ${problem.help}`];
      return [head, `  ${problem.message}`, ...frame, ...help].join('\n');
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
  const { line, column } = lineAndColumn(source.text, start);
  return `${source.file}:${line}:${column}`;
}

function placeOf(problem: Problem): string {
  return problem.at ? `${placeText(problem.at)} ` : '';
}

function codeFrame({ source, start, end }: Span, paint: (text: string) => string): readonly string[] {
  const { line, column } = lineAndColumn(source.text, start);
  const lineStart = start - column + 1;
  const nextBreak = source.text.indexOf('\n', lineStart);
  const lineEnd = nextBreak === -1 ? source.text.length : nextBreak;
  const text = source.text.slice(lineStart, Math.min(lineEnd, lineStart + MAX_FRAME)).replaceAll(/[\t\r]/g, ' ');
  if (column > MAX_FRAME) return [];
  const length = Math.max(1, Math.min(end, lineStart + text.length) - start);
  const gutter = String(line).padStart(4);
  const blank = ' '.repeat(gutter.length);
  return [`${gutter} | ${withoutNumbers(text)}`, `${blank} | ${' '.repeat(column - 1)}${paint('^'.repeat(length))}`];
}

/** The line as it may be shown in a CI log: of a phone number, two digits at its start and three at its end. */
function withoutNumbers(text: string): string {
  return text.replaceAll(
    /\d[\d ()-]{5,}\d/g,
    (number) => number.slice(0, 2) + number.slice(2, -3).replaceAll(/\d/g, '•') + number.slice(-3),
  );
}

function count(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}

type Color = 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';

const ANSI: Readonly<Record<Color, string>> = { red: '31', yellow: '33', cyan: '36', bold: '1', dim: '2' };

function paintWith(color: Color, text: string): string {
  return `\u001b[${ANSI[color]}m${text}\u001b[0m`;
}
