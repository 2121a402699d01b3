import { dump } from 'js-yaml';
import type { Source } from '../problem/problem.ts';
import type { Json } from '../schema/schema.ts';
import { type Entry, entryOf, type MapNode, type Node, parseYaml, toJson } from '../yaml/yaml.ts';
import { compare } from './compare.ts';
import { readScenarios, scenarioNodes } from './read.ts';
import {
  FIELDS,
  type Item,
  type Outcome,
  type Scenario,
  type ScenarioContext,
  SECTIONS,
  type Section,
} from './scenario.ts';

/** A scenario of a file, and what came of it when it was played. */
export interface Happened {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
}

/**
 * The text of a file in which every scenario expects what happened. Lists that were right stay as they are, and so does all
 * else, comments included. `happened` has all scenarios of the file, in order. Undefined where the file cannot be edited so.
 */
export function updated(source: Source, happened: readonly Happened[], context: ScenarioContext): string | undefined {
  const root = parseYaml(source).root;
  if (root?.kind !== 'map') return undefined;
  const nodes = scenarioNodes(root);
  const edits = happened.flatMap(({ scenario, outcome }, index) => {
    const node = nodes[index];
    return node ? editsOf(source.text, node, scenario, outcome) : [];
  });
  const text = applied(source.text, edits);
  return expectsAll(nodes, text, source, happened, context) ? text : undefined;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function applied(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, text: words } of edits.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + words + result.slice(end);
  }
  return result;
}

function editsOf(text: string, node: MapNode, { expected }: Scenario, outcome: Outcome): readonly Edit[] {
  const wrong = new Set(compare(expected, outcome).map(({ section }) => section));
  if (wrong.size === 0) return [];
  const then = entryOf(node, 'then');
  const style = styleOf(text, node);
  if (then?.value.kind !== 'map' || isFlow(text, then.value)) return [thenEdit(text, node, then, outcome, style)];
  const { value } = then;
  const inner = styleOf(text, value);
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const section of SECTIONS) {
    if (!wrong.has(section)) continue;
    const entry = entryOf(value, section);
    const written = sectionText(section, outcome[section], inner);
    if (entry) edits.push(replacing(text, entry, written));
    else added.push(written);
  }
  return added.length > 0 ? [...edits, appending(text, value, added, inner)] : edits;
}

/** How the keys of a map stand in the text. */
interface Style {
  readonly isFlow: boolean;
  readonly indent: string;
}

function styleOf(text: string, node: MapNode): Style {
  const start = node.entries[0]?.key.start ?? node.start;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return { isFlow: isFlow(text, node), indent: ' '.repeat(start - lineStart) };
}

function isFlow(text: string, { start }: { readonly start: number }): boolean {
  return text[start] === '{' || text[start] === '[';
}

/** The whole of `then`, where there is none yet, or where it is written in braces. */
function thenEdit(text: string, node: MapNode, then: Entry | undefined, outcome: Outcome, style: Style): Edit {
  const words = style.isFlow ? `then: ${inBraces(outcome)}` : `then:${blockOf(outcome, style)}`;
  if (then) return { start: then.key.start, end: endOf(text, then), text: words };
  if (!style.isFlow) return appending(text, node, [words], style);
  const end = endOfLast(text, node);
  return { start: end, end, text: `, ${words}` };
}

function blockOf(outcome: Outcome, { indent }: Style): string {
  const inner = { isFlow: false, indent: `${indent}  ` };
  const lists = SECTIONS.filter((section) => outcome[section].length > 0);
  if (lists.length === 0) return ' {}';
  return lists.map((section) => `\n${inner.indent}${sectionText(section, outcome[section], inner)}`).join('');
}

function inBraces(outcome: Outcome): string {
  const lists = SECTIONS.filter((section) => outcome[section].length > 0);
  return JSON.stringify(Object.fromEntries(lists.map((section) => [section, plainList(section, outcome[section])])));
}

/** A list with its key, without the indent of its first line. */
function sectionText(section: Section, items: readonly Item[], { indent }: Style): string {
  const lines = dump({ [section]: plainList(section, items) }, { lineWidth: -1, noRefs: true });
  return lines.trimEnd().replaceAll('\n', `\n${indent}`);
}

function plainList(section: Section, items: readonly Item[]): Json {
  return items.map(({ fields }) =>
    Object.fromEntries(
      Object.entries(fields)
        .filter(([name, value]) => FIELDS[section][name] !== value)
        .map(([name, value]) => [name, name === 'body' ? plainBody(value) : value]),
    ),
  );
}

/** A body that is JSON is written as what it is. */
function plainBody(body: string): Json {
  try {
    const value: Json = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : body;
  } catch {
    return body;
  }
}

function replacing(text: string, entry: Entry, written: string): Edit {
  return { start: entry.key.start, end: endOf(text, entry), text: written };
}

function appending(text: string, node: MapNode, written: readonly string[], { indent }: Style): Edit {
  const last = endOfLast(text, node);
  // A comment behind the last word stays where it is.
  const end = last + (/^[ \t]*(?:#.*)?/.exec(text.slice(last))?.[0].length ?? 0);
  return { start: end, end, text: written.map((words) => `\n${indent}${words}`).join('') };
}

function endOfLast(text: string, node: MapNode): number {
  const last = node.entries.at(-1);
  return last ? endOf(text, last) : node.end;
}

/** Where an entry ends, brackets and all, without the blank lines after it. */
function endOf(text: string, { key, value }: Entry): number {
  if (value.start < value.end) return endOfNode(text, value);
  // Nothing is written for the value: the colon is the end.
  return key.end + (/^\s*:/.exec(text.slice(key.end))?.[0].length ?? 0);
}

function endOfNode(text: string, node: Node): number {
  if (node.kind === 'scalar') return text.slice(0, node.end).trimEnd().length;
  const last = node.kind === 'map' ? node.entries.at(-1) : node.items.at(-1);
  const inside = last === undefined ? node.start + 1 : 'key' in last ? endOf(text, last) : endOfNode(text, last);
  // A bracket is closed after blanks, a comma, comments.
  const toBracket = isFlow(text, node) ? /^(?:[\s,]|#.*)*[}\]]/.exec(text.slice(inside))?.[0].length : 0;
  return inside + (toBracket ?? 0);
}

/** Whether an edited file expects what happened, and is the same in all else: an alias or an odd layout may not let it be edited. */
function expectsAll(
  before: readonly MapNode[],
  text: string,
  source: Source,
  happened: readonly Happened[],
  context: ScenarioContext,
): boolean {
  const after = readScenarios({ ...source, text }, context);
  const root = parseYaml({ ...source, text }).root;
  const nodes = root?.kind === 'map' ? scenarioNodes(root) : [];
  return (
    after.problems.length === 0 &&
    nodes.length === before.length &&
    nodes.every((node, index) => withoutThen(node) === withoutThen(before[index])) &&
    after.scenarios.every(({ expected }, index) => {
      const outcome = happened[index]?.outcome;
      return outcome !== undefined && compare(expected, outcome).length === 0;
    })
  );
}

function withoutThen(node: MapNode | undefined): string {
  if (!node) return '';
  return JSON.stringify(toJson({ ...node, entries: node.entries.filter(({ key }) => key.text !== 'then') }));
}
