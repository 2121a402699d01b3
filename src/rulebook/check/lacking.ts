import { type OpDefinition, waysThrough } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import { type GivenArguments, namedResource, type World } from '../given.ts';
import * as problems from '../problems.ts';

/** Arguments that the provider of the op's resource has no place for. */
export function checkLacking(op: OpDefinition, given: GivenArguments, world: World): readonly Problem[] {
  const mid = namedResource(op, given);
  const ways = mid === undefined ? [] : waysThrough(mid, world.resources, world.registry);
  const resources = ways.flatMap((way) => world.resources.get(way) ?? []);
  return [...given].flatMap(([name, { key }]) => {
    const resource = resources.find((one) => world.registry.resourceClass(one.class)?.lacks?.includes(name));
    return resource ? [problems.argumentNotCarried(name, resource.mid, resource.class, key)] : [];
  });
}
