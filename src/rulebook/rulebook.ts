/** What rulebooks compile to: plain data, frozen, hashed, and journaled with every run that uses it. */
import type { Json } from '../schema/schema.ts';

/** Everything that a run needs besides its event and the secrets. */
export interface Plan {
  /** SHA-256 of the rest in hexadecimal: the same rulebooks have the same hash everywhere. */
  readonly hash: string;
  readonly rules: readonly Rule[];
  /** Texts of `resources/templates/`, by file name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** One rule. */
export interface Rule {
  /** Unique in its project: `rulebook/rule`. */
  readonly name: string;
  /** `file:line` for people. */
  readonly place: string;
  /** Event types that fire it; none for a rulebook that is only run by name. */
  readonly on: readonly string[];
  /** A CEL expression that says whether it fires. */
  readonly when?: string;
  /** Constants of the rulebook, as `vars` in expressions. */
  readonly vars: Readonly<Record<string, Json>>;
  readonly steps: readonly Step[];
}

/** One op to be run. */
export interface Step {
  readonly kind: 'op';
  readonly op: string;
  readonly label?: string;
  /** The name under which later steps find the result. */
  readonly name?: string;
  readonly args: Readonly<Record<string, Value>>;
  readonly place: string;
}

/**
 * A value of a rulebook. `expression` keeps its type; `text` joins its parts to one string.
 */
export type Value =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'expression'; readonly source: string }
  | { readonly kind: 'text'; readonly parts: readonly (string | { readonly source: string })[] }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'map'; readonly entries: Readonly<Record<string, Value>> };

/** What expressions can name: the event's fields, `data`, `event`, `vars`, results. Own properties only. */
export type Scope = Readonly<Record<string, unknown>>;

/** Evaluates a CEL expression that the compiler has passed. Throws `ExpressionFailed` for what only data can cause. */
export type Evaluate = (expression: string, scope: Scope) => unknown;

/** An expression met data that it cannot handle, such as a field that is absent. */
export class ExpressionFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ExpressionFailed';
  }
}
