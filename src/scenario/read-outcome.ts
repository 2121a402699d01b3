import type { Problem, Source } from '../problem/problem.ts';
import { inWords, type Json } from '../schema/schema.ts';
import { type MapNode, type Node, spanOf, toJson } from '../yaml/yaml.ts';
import { item, spoken } from './outcome.ts';
import * as problems from './problems.ts';
import { requestedIn } from './read-given.ts';
import { comparable } from './replies.ts';
import { FIELDS, type Item, type Outcome, type ScenarioContext, SECTIONS, type Section } from './scenario.ts';

/** Reads `then`, of which the schema has found nothing wrong. */
export function readOutcome(
  source: Source,
  node: Node | undefined,
  { ruleNames }: ScenarioContext,
  found: Problem[],
): Outcome {
  const itemsIn = (section: Section): readonly Item[] => {
    const list = node?.kind === 'map' ? node.entries.find(({ key }) => key.text === section)?.value : undefined;
    const maps = list?.kind === 'list' ? list.items.filter((one) => one.kind === 'map') : [];
    return maps.map((map) => itemOf(section, source, map));
  };
  const outcome: Outcome = {
    calls: itemsIn('calls'),
    messages: itemsIn('messages'),
    requests: itemsIn('requests'),
    failures: itemsIn('failures'),
  };
  checkItems(source, node, ruleNames, found);
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

function checkItems(source: Source, node: Node | undefined, ruleNames: readonly string[], found: Problem[]): void {
  for (const section of SECTIONS) {
    const list = node?.kind === 'map' ? node.entries.find(({ key }) => key.text === section)?.value : undefined;
    for (const map of list?.kind === 'list' ? list.items : []) {
      if (map.kind !== 'map') continue;
      if (section === 'requests') requestedIn(source, map, found);
      const rule = map.entries.find(({ key }) => key.text === 'rule')?.value;
      if (section !== 'failures' || rule?.kind !== 'scalar' || ruleNames.includes(rule.text)) continue;
      found.push(problems.unknownRule(rule.text, ruleNames, spanOf(source, rule)));
    }
  }
}
