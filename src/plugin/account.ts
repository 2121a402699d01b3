import type { Resource } from '../resource/resource.ts';
import type { ResourceClassEntry } from './plugin.ts';

/** Whose account a resource is: the same words for all resources of one. One of a class that names no account stands alone. */
export function accountOf(
  { mid, class: className, settings }: Resource,
  entry: ResourceClassEntry | undefined,
): string {
  const values = (entry?.account ?? []).map((name) => settings[name]);
  const isKnown = values.length > 0 && values.every((value) => typeof value === 'string');
  return isKnown ? [className, ...values].join(' ') : mid;
}
