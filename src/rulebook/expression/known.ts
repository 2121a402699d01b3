import type { ASTNode } from '@marcbachmann/cel-js';
import type { Problem, Span } from '../../problem/problem.ts';
import type { Names } from '../typing.ts';
import type { Scalar, Shape } from './shape.ts';
import type { State } from './state.ts';

/** What is known of an expression, or a part of one, at the point where it stands. */
export interface Known {
  readonly shape: Shape;
  /** What its schema alone says of it, before anything was asked. */
  readonly declared: Shape;
  /** The place in the data that it names: `data.email`. */
  readonly place: string | undefined;
  /** What is known where it comes to true, and where it comes to false. */
  readonly whenTrue: State;
  readonly whenFalse: State;
}

/** What an expression is checked against, and where its problems go. */
export interface Env {
  readonly names: Names;
  /** Takes a name that is not among them for one of which nothing is known. */
  readonly isOpen: boolean;
  /** Empty where the event may be of any type. */
  readonly eventType: string;
  /** All types of events that come here. */
  readonly eventTypes: readonly string[];
  /** Variables of macros. */
  readonly locals: ReadonlyMap<string, Local>;
  readonly at: (node: ASTNode) => Span;
  readonly report: (problem: Problem) => void;
  /** A comparison with a value that this type of event never has; it is told if it is so for all of them. */
  readonly doubt: (doubt: Doubt) => void;
  /** A question that can have but one answer, by what is known of a place. */
  readonly settled: (place: string, shape: Shape) => void;
  /** An operand after which nothing holds any more, with the questions before it that make it so. */
  readonly deadEnd: (node: ASTNode, because: readonly ASTNode[]) => void;
  readonly infer: Infer;
}

/** A comparison with a value that is not among those of its schema. */
export interface Doubt {
  readonly node: ASTNode;
  readonly operator: '==' | '!=';
  /** What is compared, as it was written. */
  readonly named: string;
  readonly value: Scalar;
  readonly listed: readonly Scalar[];
}

/** A variable of a macro; `place` is its own, whatever else bears its name. */
export interface Local {
  readonly shape: Shape;
  readonly place: string;
}

/** What is known of a part of an expression. Reports what is wrong with it, and goes on. */
export type Infer = (node: ASTNode, env: Env, state: State) => Known;

/** The place of the event's type, which decides what else is known of the event. */
export const EVENT_TYPE = 'event.type';

/** A value that names no place and asks nothing. */
export function plain(shape: Shape, state: State): Known {
  return { shape, declared: shape, place: undefined, whenTrue: state, whenFalse: state };
}

/** An environment in which nothing is told: what is asked in it has been told, or will be. */
export function silent(env: Env): Env {
  return { ...env, report: ignore, doubt: ignore, settled: ignore, deadEnd: ignore };
}

function ignore(): void {}
