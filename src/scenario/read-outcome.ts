import type { Problem, Source } from '../problem/problem.ts';
import { inWords, type Json } from '../schema/schema.ts';
import { entryOf, type MapNode, type Node, spanOf, toJson } from '../yaml/yaml.ts';
import { comparable, item, spoken } from './outcome.ts';
import * as problems from './problems.ts';
import { requestedIn } from './read-given.ts';
import { FIELDS, type Item, type Outcome, type ScenarioContext, type Section } from './scenario.ts';

/** Reads `then`, of which the schema has found nothing wrong. */
export function readOutcome(
  source: Source,
  node: Node | undefined,
  { ruleNames }: ScenarioContext,
  found: Problem[],
): Outcome {
  const itemsIn = (section: Section): readonly Item[] =>
    mapsIn(node, section).map((map) => itemOf(section, source, map));
  const outcome: Outcome = {
    calls: itemsIn('calls'),
    messages: itemsIn('messages'),
    requests: itemsIn('requests'),
    failures: itemsIn('failures'),
  };
  checkRequests(source, node, found);
  if (ruleNames) checkRules(source, node, ruleNames, found);
  return outcome;
}

function itemOf(section: Section, source: Source, map: MapNode): Item {
  const written = Object.fromEntries(map.entries.map(({ key, value }) => [key.text, fieldOf(key.text, toJson(value))]));
  return item(section, { ...FIELDS[section], ...written }, spanOf(source, map));
}

/** A value of `then` as the words that it is compared by. */
function fieldOf(name: string, value: Json): string {
  if (name === 'hears') return spoken(Array.isArray(value) ? value.map(inWords).join(' ') : inWords(value));
  return name === 'body' ? comparable(inWords(value)) : inWords(value);
}

function checkRequests(source: Source, node: Node | undefined, found: Problem[]): void {
  for (const map of mapsIn(node, 'requests')) requestedIn(source, map, found);
}

function checkRules(source: Source, node: Node | undefined, ruleNames: readonly string[], found: Problem[]): void {
  for (const map of mapsIn(node, 'failures')) {
    const rule = entryOf(map, 'rule')?.value;
    if (rule?.kind !== 'scalar' || ruleNames.includes(rule.text)) continue;
    found.push(problems.unknownRule(rule.text, ruleNames, spanOf(source, rule)));
  }
}

function mapsIn(node: Node | undefined, section: Section): readonly MapNode[] {
  const list = node?.kind === 'map' ? entryOf(node, section)?.value : undefined;
  return list?.kind === 'list' ? list.items.filter((one) => one.kind === 'map') : [];
}
