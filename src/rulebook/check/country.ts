import { countryRefusal } from '../../message/message.ts';
import type { OpDefinition } from '../../plugin/plugin.ts';
import type { Problem, Source } from '../../problem/problem.ts';
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
  const allowed = named === undefined ? undefined : world.resources.get(named)?.settings['allowedCountries'];
  if (allowed === undefined) return [];
  return literals.flatMap(({ schema, node, literal }) => {
    if (schema?.['recipient'] !== true || typeof literal !== 'string') return [];
    const refusal = countryRefusal(literal, allowed);
    return refusal === undefined ? [] : [problems.countryNotAllowed(refusal, spanOf(source, node))];
  });
}
