import type { OpDefinition } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import { type GivenArguments, namedResource, type World } from '../given.ts';
import * as problems from '../problems.ts';

/** Arguments that the provider of the op's resource has no place for. */
export function checkLacking(op: OpDefinition, given: GivenArguments, world: World): readonly Problem[] {
  const mid = namedResource(op, given);
  const resource = mid === undefined ? undefined : world.resources.get(mid);
  const lacks = (resource && world.registry.resourceClass(resource.class)?.lacks) ?? [];
  return [...given].flatMap(([name, { key }]) =>
    resource && lacks.includes(name) ? [problems.argumentNotCarried(name, resource.mid, resource.class, key)] : [],
  );
}
