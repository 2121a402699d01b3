import { lineAndColumn, type Span } from '../problem/problem.ts';

/** `file:line`, as it is shown to the operator. */
export function lineOf(at: Span): string {
  return `${at.source.file}:${lineAndColumn(at.source.text, at.start).line}`;
}
