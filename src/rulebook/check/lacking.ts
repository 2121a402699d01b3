import { type OpDefinition, waysThrough } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import { propertiesOf } from '../../schema/schema.ts';
import { literalOf } from '../compile-value.ts';
import type { GivenArguments, World } from '../given.ts';
import * as problems from '../problems.ts';

/** Arguments that the provider of the op's resource has no place for. */
export function checkLacking(op: OpDefinition, given: GivenArguments, world: World): readonly Problem[] {
  const known = propertiesOf(op.args);
  const named = [...given].find(([name]) => known[name]?.['resource'] !== undefined)?.[1];
  const mid = named && literalOf(named.compiled.value);
  const ways = typeof mid === 'string' ? waysThrough(mid, world.resources, world.registry) : [];
  const resources = ways.flatMap((way) => world.resources.get(way) ?? []);
  return [...given].flatMap(([name, { key }]) => {
    const resource = resources.find((one) => world.registry.resourceClass(one.class)?.lacks?.includes(name));
    return resource ? [problems.argumentNotCarried(name, resource.mid, resource.class, key)] : [];
  });
}
