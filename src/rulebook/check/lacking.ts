import type { OpDefinition } from '../../plugin/plugin.ts';
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
  const resource = typeof mid === 'string' ? world.resources.get(mid) : undefined;
  const lacks = (resource && world.registry.resourceClass(resource.class)?.lacks) ?? [];
  return [...given].flatMap(([name, { key }]) =>
    resource && lacks.includes(name) ? [problems.argumentNotCarried(name, resource.mid, resource.class, key)] : [],
  );
}
