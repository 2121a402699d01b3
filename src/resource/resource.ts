/** A provider's account, numbers and settings, under an id (`mid`) that rulebooks name. */
import type { Span } from '../problem/problem.ts';
import type { Json } from '../schema/schema.ts';
import type { Secret } from './secret.ts';

export { Secret } from './secret.ts';

/**
 * A resource as its file has it: `${env.NAME}` not yet read, so that it can be checked, hashed and journaled anywhere.
 */
export interface ResourceFile {
  readonly mid: string;
  readonly class: string;
  readonly settings: Readonly<Record<string, Json>>;
  /** Where the file says it; `spans[name]` is the value of a setting, and `spans['name.key']`, `spans['name.0.key']` that of a part of it. */
  readonly at: Span;
  readonly spans: Readonly<Record<string, Span>>;
}

/** A resource ready for use. Settings that its class marks `writeOnly` are secrets. */
export interface Resource {
  readonly mid: string;
  readonly class: string;
  readonly settings: Readonly<Record<string, Json>>;
  readonly secrets: Readonly<Record<string, Secret>>;
}
