import type { Problem, Source, Span } from '../problem/problem.ts';
import { type JsonSchema, propertiesOf } from '../schema/schema.ts';
import type { World } from './given.ts';
import type { Callees, LinkedRulebook } from './link.ts';
import * as problems from './problems.ts';
import type { Step } from './rulebook.ts';
import { type Scope, type Typings, withVariable } from './scope.ts';
import type { ResultName, StepSyntax } from './step-syntax.ts';

/** What the steps of one rule or def are compiled with. */
export interface BlockContext {
  readonly world: World;
  readonly rulebook: LinkedRulebook;
  /** Where the steps stand: the rulebook's own file, or the one that a def came from. */
  readonly source: Source;
  readonly callees: Callees;
  readonly typings: Typings;
  /** Compiles a rule for the events of its caller; told of what is wrong there. */
  callRule(name: string, scope: Scope, at: Span): readonly Problem[];
}

/** A block of steps, compiled. */
export interface CompiledBlock {
  readonly steps: readonly Step[];
  /** What holds after it. */
  readonly scope: Scope;
  /** Whether it always ends the rule: nothing after it is reached. */
  readonly ends: boolean;
  readonly problems: readonly Problem[];
}

/** One step, compiled: none where it cannot be. */
export interface CompiledStep {
  readonly step?: Step;
  readonly scope: Scope;
  readonly ends?: boolean;
  readonly problems: readonly Problem[];
}

/** The syntax of one kind of step. */
export type Of<Kind extends StepSyntax['kind']> = Extract<StepSyntax, { kind: Kind }>;

/** The scope in which a result has its name. */
export function named(
  name: ResultName | undefined,
  result: JsonSchema | undefined,
  scope: Scope,
): { readonly scope: Scope } {
  return { scope: name ? withVariable(scope, name.text, result) : scope };
}

/** Whether a result may have its name here. */
export function namingOf(name: ResultName | undefined, scope: Scope): readonly Problem[] {
  return name ? naming(name.text, name.at, scope) : [];
}

/** Whether a name may be given to something here. */
export function naming(name: string, at: Span, scope: Scope): readonly Problem[] {
  if (name === 'data' || name === 'event' || name === 'vars') return [problems.reservedName(name, at)];
  const isField = scope.events.some(({ schema }) => Object.hasOwn(propertiesOf(schema), name));
  return isField && !scope.variables.has(name) ? [problems.hidesField(name, at)] : [];
}
