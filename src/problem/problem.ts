/** What is wrong in something a user wrote: where, why, and how to mend it. */
import type { ProblemCode } from './catalogue.ts';

export type { ProblemCode } from './catalogue.ts';
export { didYouMean } from './did-you-mean.ts';
export { withoutNumbers } from './mask.ts';
export { placesOf } from './places.ts';

/** A text that a user wrote; `file` is the name that is shown, relative to the project. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** A stretch of a source: UTF-16 offsets, `end` exclusive. Lines and columns exist only in renderings. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** An `error` stops what is being done; a `warning` is told and passed over. */
export type Severity = 'error' | 'warning';

/** One mistake of a user. `message` says what, `at` where, `help` how to mend it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly at?: Span;
  readonly help?: string;
  /** Other places that belong to it, such as where a schema declares what the expression misses. */
  readonly related?: readonly { readonly at: Span; readonly message: string }[];
  /** What mends it without a doubt: `check --fix` applies it. */
  readonly fix?: Fix;
}

/** Edits that belong together; their spans do not overlap. */
export interface Fix {
  /** What it does: `write <?xml in lower case`. */
  readonly what: string;
  readonly edits: readonly { readonly at: Span; readonly text: string }[];
}

/** A problem that stops. */
export function error(code: ProblemCode, message: string, at?: Span, help?: string): Problem {
  return { code, severity: 'error', message, ...(at && { at }), ...(help && { help }) };
}

/** A problem that is told and passed over. */
export function warning(code: ProblemCode, message: string, at?: Span, help?: string): Problem {
  return { ...error(code, message, at, help), severity: 'warning' };
}

/** Whether any of `problems` stops. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/**
 * Carries a user's problems out of a start that cannot go on; caught at the edge (`cli.ts`, or the caller of the library).
 * Everything else that throws is a bug, or infrastructure that is gone.
 */
export class ProblemsFound extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'ProblemsFound';
    this.problems = problems;
  }
}

/** Adds problems to others. A hostile file has more than `push(...problems)` could hand over at once. */
export function addAll(to: Problem[], more: readonly Problem[]): void {
  for (const problem of more) to.push(problem);
}

/** What a thrown value says. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
