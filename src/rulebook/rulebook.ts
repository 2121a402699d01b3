/** What rulebooks compile to: plain data, frozen, hashed, and journaled with every run that uses it. */
import type { Event } from '../event/event.ts';
import type { Json, JsonObject } from '../schema/schema.ts';

export { durationMs } from '../time/time.ts';

/** Everything that a run needs besides its event and the secrets. */
export interface Plan {
  /** SHA-256 of the rest in hexadecimal: the same rulebooks have the same hash everywhere. */
  readonly hash: string;
  readonly rules: readonly Rule[];
  /** The ops that rulebooks define themselves, by the file that defines them and their name: `rulebooks/a.yml#greet`. */
  readonly defs: Readonly<Record<string, Def>>;
  /** Texts of `resources/templates/`, by file name. */
  readonly templates: Readonly<Record<string, string>>;
  /** Resources that a run keeps to as they were when it began, by `mid`; absent where there are none. */
  readonly resources?: Readonly<Record<string, PlannedResource>>;
}

/** A resource of a class that belongs to the plan. */
export interface PlannedResource {
  readonly class: string;
  readonly settings: Readonly<Record<string, Json>>;
}

/** One rule. */
export interface Rule {
  /** Unique in its project: `rulebook/rule`. */
  readonly name: string;
  /** `file:line` for people. */
  readonly place: string;
  /** Event types that fire it; none for a rulebook that is only run by name. */
  readonly on: readonly string[];
  /** `subject`: what its events about one subject start is done one after the other, in their order. */
  readonly order?: 'subject';
  /** A CEL expression that says whether it fires. */
  readonly when?: string;
  /** Constants of the rulebook, as `vars` in expressions. */
  readonly vars: Readonly<Record<string, Json>>;
  readonly steps: readonly Step[];
}

/** An op that a rulebook defines. It sees its parameters, and `vars` of the file that defines it; nothing of its caller. */
export interface Def {
  readonly parameters: readonly string[];
  readonly vars: Readonly<Record<string, Json>>;
  readonly steps: readonly Step[];
}

/** One step. `place` is `file:line` for people; a `name` is where later steps find what it came to. */
export type Step = { readonly place: string } & (
  | OpStep
  | { readonly kind: 'def'; readonly def: string; readonly name?: string; readonly args: Values }
  | { readonly kind: 'call'; readonly rule: string; readonly name?: string }
  | { readonly kind: 'set'; readonly values: Values }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: readonly Step[] }
  | { readonly kind: 'foreach'; readonly variable: string; readonly in: Value; readonly steps: readonly Step[] }
  | { readonly kind: 'while'; readonly condition: string; readonly max: number; readonly steps: readonly Step[] }
  | { readonly kind: 'try'; readonly steps: readonly Step[]; readonly caught: readonly Step[] }
  | { readonly kind: 'parallel'; readonly branches: readonly (readonly Step[])[] }
  | { readonly kind: 'do'; readonly steps: readonly Step[] }
  | { readonly kind: 'wait'; readonly duration: Value }
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'fail'; readonly message: Value }
);

/** An op of a plugin to be run. */
export interface OpStep {
  readonly kind: 'op';
  readonly op: string;
  readonly label?: string;
  readonly name?: string;
  readonly args: Values;
}

/** What is done where a condition holds. */
export interface Branch {
  readonly condition: string;
  readonly steps: readonly Step[];
}

/** Values by name. */
export type Values = Readonly<Record<string, Value>>;

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

/** One of the parts of a condition that are joined by `&&`. */
export interface ConditionPart {
  /** A place that has to have one value for the condition to hold: where it has another, nothing else need be asked. */
  readonly equality?: Equality;
  /** Absent where only `Evaluate` can tell. */
  readonly decide?: Decide;
}

/** A place of an event, and the value that it has to have. */
export interface Equality {
  /** `data.category`, also where the condition has only `category`. */
  readonly path: string;
  readonly read: (event: Event) => Json | undefined;
  readonly value: string | number | boolean | null;
}

/** Decides a part of a condition without CEL; undefined where this event needs it, such as one that lacks the field. */
export type Decide = (event: Event, vars: JsonObject) => boolean | undefined;

/** An expression met data that it cannot handle, such as a field that is absent. */
export class ExpressionFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ExpressionFailed';
  }
}
