import { countryRefusal, maskNumber } from '../../message/message.ts';
import { type OpDefinition, waysThrough } from '../../plugin/plugin.ts';
import type { Problem, Source, Span } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import { propertiesOf } from '../../schema/schema.ts';
import { spanOf } from '../../yaml/yaml.ts';
import { literalOf } from '../compile-value.ts';
import { type GivenArguments, namedResource, type World } from '../given.ts';
import * as problems from '../problems.ts';

/** Numbers in a rulebook that the resource of their op may not reach, by its `allowedCountries`. */
export function checkCountries(
  source: Source,
  op: OpDefinition,
  given: GivenArguments,
  world: World,
): readonly Problem[] {
  const known = propertiesOf(op.args);
  const literals = [...given].map(([name, { node, compiled }]) => ({
    schema: known[name],
    node,
    literal: literalOf(compiled.value),
  }));
  const named = namedResource(op, given);
  const resource = named === undefined ? undefined : world.resources.get(named);
  if (!resource) return [];
  return literals.flatMap(({ schema, node, literal }) => {
    if (schema?.['recipient'] !== true || typeof literal !== 'string') return [];
    return checkNumber(literal, resource, spanOf(source, node), world);
  });
}

/** It may be reached where one of the resources that it goes through may reach it. */
function checkNumber(number: string, { mid, settings }: ResourceFile, at: Span, world: World): readonly Problem[] {
  const own = countryRefusal(number, settings['allowedCountries']);
  if (own !== undefined) return [problems.countryNotAllowed(own, at)];
  const ways = waysThrough(mid, world.resources, world.registry, number);
  if (ways.length === 0) return [problems.numberWithoutRoute(mid, maskNumber(number), at)];
  const refusals = ways.map((way) => countryRefusal(number, world.resources.get(way)?.settings['allowedCountries']));
  const [first] = refusals;
  return first === undefined || refusals.includes(undefined) ? [] : [problems.countryNotAllowed(first, at)];
}
