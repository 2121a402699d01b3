/** One rule at work on one event. */
import type { Json } from '../schema/schema.ts';

/**
 * `pending` until a worker has ended it. `failed`: the rule came to an end that it did not foresee, such as a number that was
 * refused. `dead`: it broke off again and again for a reason that is not the rule's, and a person has to see to it.
 */
export type RunState = 'pending' | 'done' | 'failed' | 'dead';

/** A run as the journal has it. */
export interface Run {
  readonly id: string;
  readonly eventId: number;
  readonly rule: string;
  /** The plan that it began with, and ends with. */
  readonly planHash: string;
  readonly state: RunState;
  readonly error?: string;
}

/** What a step came to. `path` is its place in the rule, such as `0` or `2.1`. */
export interface StepResult {
  readonly path: string;
  readonly op: string;
  readonly result: Json;
}
