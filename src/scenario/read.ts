import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { addAll, type Problem, type Source, type Span } from '../problem/problem.ts';
import { asObject, compileSchema, type JsonSchema } from '../schema/schema.ts';
import { entryOf, type MapNode, parseYaml, spanOf, toJson } from '../yaml/yaml.ts';
import { problemOf, startOf } from './form.ts';
import * as problems from './problems.ts';
import { readGiven } from './read-given.ts';
import { readOutcome } from './read-outcome.ts';
import { readWhen } from './read-when.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

/** A file of scenarios, read. Where it has problems, there are no scenarios. */
export interface ScenarioFile {
  readonly source: Source;
  readonly scenarios: readonly Scenario[];
  readonly problems: readonly Problem[];
}

/** Reads `*.scenario.yml`. Never throws: whatever is wrong is a problem with its place. */
export function readScenarios(source: Source, context: ScenarioContext): ScenarioFile {
  const { root, problems: unreadable } = parseYaml(source);
  if (unreadable.length > 0) return { source, scenarios: [], problems: unreadable };
  if (root?.kind !== 'map') {
    const at = root ? spanOf(source, root) : { source, start: 0, end: Math.min(1, source.text.length) };
    return { source, scenarios: [], problems: [problems.notAScenario(at)] };
  }
  const schema = scenarioSchema();
  const malformed = compileSchema(schema)(toJson(root)).flatMap((violation) =>
    problemOf(violation, source, root, schema),
  );
  if (malformed.length > 0) return { source, scenarios: [], problems: malformed };
  const found: Problem[] = [];
  const scenarios = scenarioNodes(root).map((node) => readScenario(source, node, context, found));
  addAll(found, repeatedNames(scenarios));
  return { source, scenarios: found.length > 0 ? [] : scenarios, problems: found };
}

/** The maps of the scenarios of a file that is in order, as they stand in it. */
export function scenarioNodes(root: MapNode): readonly MapNode[] {
  const list = entryOf(root, 'scenarios')?.value;
  return list?.kind === 'list' ? list.items.filter((item) => item.kind === 'map') : [root];
}

/** The schema of a file of scenarios. */
export function scenarioSchema(): JsonSchema {
  known ??= asObject(JSON.parse(readFileSync(new URL('../../schemas/scenario.json', import.meta.url), 'utf8')));
  return known ?? {};
}

let known: JsonSchema | undefined;

function readScenario(source: Source, node: MapNode, context: ScenarioContext, found: Problem[]): Scenario {
  const name = entryOf(node, 'name')?.value;
  const at = name ? spanOf(source, name) : startOf(source, node);
  return {
    name: name?.kind === 'scalar' ? name.text : basename(source.file).replace(/\.scenario\.ya?ml$/, ''),
    at,
    given: readGiven(source, entryOf(node, 'given')?.value, found),
    when: readWhen(source, entryOf(node, 'when')?.value, context, found),
    expected: readOutcome(source, entryOf(node, 'then')?.value, context, found),
  };
}

function repeatedNames(scenarios: readonly Scenario[]): readonly Problem[] {
  const names = new Set<string>();
  return scenarios.flatMap(({ name, at }: { name: string; at: Span }) => {
    const isTaken = names.has(name);
    names.add(name);
    return isTaken ? [problems.nameTaken(name, at)] : [];
  });
}
