import { countryRefusal } from '../message/message.ts';
import type { Json } from '../schema/schema.ts';

/** What is asked of a resource here: as its file has it, or ready for use. */
export interface Named {
  readonly class: string;
  readonly settings: Readonly<Record<string, Json>>;
}

/** What is asked of the classes of resources here. */
interface Classes {
  resourceClass(
    name: string,
  ): { readonly ways?: (settings: Named['settings'], to?: string) => readonly string[] } | undefined;
}

/** Resources by their `mid`. */
export type Resources = ReadonlyMap<string, Named>;

/**
 * The resources that something goes through which names `mid`, in the order in which they are tried: itself, or those that its
 * routes lead to, through further routes. With a number, those that lead there; without one, all.
 */
export function waysThrough(mid: string, resources: Resources, registry: Classes, to?: string): readonly string[] {
  return [...new Set(follow(mid, resources, registry, to, []))];
}

function follow(
  mid: string,
  resources: Resources,
  registry: Classes,
  to: string | undefined,
  above: readonly string[],
): readonly string[] {
  const resource = resources.get(mid);
  const ways = resource && registry.resourceClass(resource.class)?.ways;
  if (!resource || !ways) return [mid];
  // The compiler has told of a circle.
  if (above.includes(mid)) return [];
  if (to !== undefined && countryRefusal(to, resource.settings['allowedCountries']) !== undefined) return [];
  return ways(resource.settings, to).flatMap((next) => follow(next, resources, registry, to, [...above, mid]));
}

/** Whether texts of a resource keep their accents, where it says so. */
export function accentsOf(resource: Named | undefined): boolean | undefined {
  const accents = resource?.settings['accents'];
  return typeof accents === 'boolean' ? accents : undefined;
}
