import type { ASTNode } from '@marcbachmann/cel-js';
import { either } from './combine.ts';
import type { Shape } from './shape.ts';

/** What is known at one point of an expression, after what was asked on the way there. Never changed: each question makes the next. */
export interface State {
  /** Places that are present, as `data.email`; and `data.email != null` where one is not null either. */
  readonly present: ReadonlySet<string>;
  /** Places of which more is known than their schema says, and the question that told it. */
  readonly shapes: ReadonlyMap<string, Learned>;
  /**
   * Whether this point can be reached: `never`, as what was asked on the way cannot all hold; `other-event`, as it is only
   * reached for another type of event, and no mistake here is one.
   */
  readonly reach: 'reached' | 'never' | 'other-event';
}

/** What a question told of a place. */
export interface Learned {
  readonly shape: Shape;
  readonly by: ASTNode;
}

/** The state in which an expression begins. */
export function stateWith(present: ReadonlySet<string>): State {
  return { present, shapes: new Map(), reach: 'reached' };
}

/** Whether this point can be reached. */
export function isReached(state: State): boolean {
  return state.reach === 'reached';
}

/** A point that cannot be reached. */
export function unreached(state: State, reach: 'never' | 'other-event' = 'never'): State {
  return isReached(state) ? { ...state, reach } : state;
}

/** The state where these places are present too. */
export function withPresent(state: State, places: readonly string[]): State {
  if (places.every((place) => state.present.has(place))) return state;
  return { ...state, present: new Set([...state.present, ...places]) };
}

/** The state where a place is known to have this shape. */
export function withShape(state: State, place: string, shape: Shape, by: ASTNode): State {
  return { ...state, shapes: new Map(state.shapes).set(place, { shape, by }) };
}

/** What is known where one of two points was passed: what is known at both. */
export function afterEither(a: State, b: State): State {
  if (a === b || !isReached(b)) return isReached(a) ? a : b.reach === 'other-event' ? a : b;
  if (!isReached(a)) return b;
  const shapes = new Map<string, Learned>();
  for (const [place, { shape, by }] of b.shapes.size > 0 ? a.shapes : []) {
    const other = b.shapes.get(place);
    if (other) shapes.set(place, { shape: either(shape, other.shape), by });
  }
  return { present: a.present.intersection(b.present), shapes, reach: 'reached' };
}
