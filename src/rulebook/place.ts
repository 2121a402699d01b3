import { placesOf, type Span } from '../problem/problem.ts';

/** `file:line`, as it is shown to the operator. */
export function lineOf({ source, start }: Span): string {
  return `${source.file}:${placesOf(source)(start).line}`;
}
