import { CATALOGUE } from './catalogue.ts';
import { shownWords } from './mask.ts';
import { placesOf } from './places.ts';
import { inOrder } from './pretty.ts';
import type { Problem, ProblemCode, Severity, Span } from './problem.ts';

/** A stretch of a file; lines and columns from 1, columns in UTF-16 units, `endColumn` the column after the last one. */
export interface Region {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A problem as every format tells it, numbers masked. `at` is null where it has no place. */
export interface Told {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly at: Region | null;
  readonly related: readonly (Region & { readonly message: string })[];
  readonly help: string | null;
}

/** Problems in order of place, ready to be written in any format. */
export function told(problems: readonly Problem[]): readonly Told[] {
  return inOrder(problems).map(({ code, severity, message, at, related, help }) => ({
    code,
    severity,
    message: shownWords(message, at?.source),
    at: at ? regionOf(at) : null,
    related: (related ?? []).map((other) => ({
      ...regionOf(other.at),
      message: shownWords(other.message, other.at.source),
    })),
    help: help === undefined ? null : shownWords(help, at?.source),
  }));
}

/** The page of a code, from the folder of the package; the anchor is the one that GitHub gives its heading. */
export function pageOf(code: ProblemCode): string {
  const heading = `${code}: ${CATALOGUE[code]}`.toLowerCase();
  return `docs/problems.md#${heading.replaceAll(/[^\w\s-]/g, '').replaceAll(/\s/g, '-')}`;
}

function regionOf({ source, start, end }: Span): Region {
  const placeOf = placesOf(source);
  const [first, last] = [placeOf(start), placeOf(Math.max(start, end))];
  return { file: source.file, line: first.line, column: first.column, endLine: last.line, endColumn: last.column };
}
