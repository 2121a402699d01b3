import { basename } from 'node:path';
import { didYouMean, type Problem, type Source, type Span } from '../problem/problem.ts';
import { type Entry, entryOf, type MapNode, type Node, type ScalarNode, spanOf, type YamlFile } from '../yaml/yaml.ts';
import * as problems from './problems.ts';
import { readSteps, type StepSyntax } from './step-syntax.ts';

/** A rulebook as its file has it: every form brought to rules and defs, nothing yet looked up. */
export interface RulebookSyntax {
  readonly source: Source;
  readonly name: string;
  readonly vars: MapNode | undefined;
  readonly imports: readonly ScalarNode[];
  readonly defs: readonly DefSyntax[];
  readonly rules: readonly RuleSyntax[];
  readonly problems: readonly Problem[];
}

export interface RuleSyntax {
  readonly name: string;
  readonly at: Span;
  readonly on: readonly ScalarNode[];
  readonly when: ScalarNode | undefined;
  /** Whether what events about one subject start is done in their order. */
  readonly isInOrder: boolean;
  readonly steps: readonly StepSyntax[];
}

/** `name (a, b): steps`. */
export interface DefSyntax {
  readonly name: string;
  readonly at: Span;
  readonly parameters: readonly string[];
  readonly steps: readonly StepSyntax[];
}

/** What any rulebook may have beside its rules. */
const SHARED_KEYS = ['name', 'vars', 'import', 'def'] as const;
const RULE_KEYS = ['name', 'on', 'when', 'order', 'do'] as const;

/** Reads the structure of a rulebook; whatever has no place in it is a problem. */
export function readSyntax(file: YamlFile): RulebookSyntax {
  return new SyntaxReader(file.source).read(file.root);
}

class SyntaxReader {
  readonly #source: Source;
  readonly #problems: Problem[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  read(root: Node | undefined): RulebookSyntax {
    const fileName = basename(this.#source.file).replace(/\.ya?ml$/, '');
    const file = { source: this.#source, problems: this.#problems };
    if (root?.kind !== 'map') {
      const start = { source: this.#source, start: 0, end: Math.min(1, this.#source.text.length) };
      this.#problems.push(problems.noKnownForm(root ? this.#at(root) : start));
      return { ...file, name: fileName, vars: undefined, imports: [], defs: [], rules: [] };
    }
    const name = this.#word(entryOf(root, 'name')) ?? fileName;
    return {
      ...file,
      name,
      vars: this.#mapOf(entryOf(root, 'vars'), 'a map of names and values'),
      imports: this.#words(entryOf(root, 'import'), 'a file, or a list of files'),
      defs: this.#defs(entryOf(root, 'def')),
      rules: this.#rules(root, name),
    };
  }

  /** The three forms that hold rules, and the one that holds none. */
  #rules(root: MapNode, name: string): readonly RuleSyntax[] {
    const rules = entryOf(root, 'rules');
    if (rules) {
      this.#onlyKeys(root, [...SHARED_KEYS, 'rules'], 'a rulebook with "rules"');
      if (rules.value.kind === 'list')
        return rules.value.items.flatMap((item, index) => this.#listedRule(item, name, index));
      this.#problems.push(problems.wrongForm('"rules"', 'a list', this.#at(rules.value)));
      return [];
    }
    if (entryOf(root, 'do') || entryOf(root, 'on')) {
      this.#onlyKeys(root, [...SHARED_KEYS, ...RULE_KEYS], 'a rulebook of one rule');
      return [this.#rule(root, name, this.#words(entryOf(root, 'on'), 'an event type, or a list of them'))];
    }
    const others = root.entries.filter(({ key }) => !(SHARED_KEYS as readonly string[]).includes(key.text));
    if (others.length === 0 && entryOf(root, 'def')) return [];
    return this.#ruleByEventType(root, others, name);
  }

  /** A map from event types to a rule, or to a list of ops. */
  #ruleByEventType(root: MapNode, entries: readonly Entry[], name: string): readonly RuleSyntax[] {
    const [first] = entries;
    const mistaken = entries.find(
      ({ key }) => didYouMean(key.text, [...SHARED_KEYS, ...RULE_KEYS, 'rules']) !== undefined,
    );
    const noRule = entries.find(({ value }) => value.kind === 'scalar');
    if (!first || mistaken || noRule) {
      const key = (mistaken ?? noRule)?.key;
      this.#problems.push(problems.noKnownForm(this.#at(key ?? root), key?.text));
      return [];
    }
    return entries.map(({ key, value }) => {
      const ruleName = `${name}/${key.text}`;
      if (value.kind === 'map') {
        this.#onlyKeys(value, ['name', 'when', 'order', 'do'], `the rule of "${key.text}"`);
        return this.#rule(value, `${name}/${this.#word(entryOf(value, 'name')) ?? key.text}`, [key]);
      }
      return {
        name: ruleName,
        at: this.#at(key),
        on: [key],
        when: undefined,
        isInOrder: false,
        steps: this.#steps(value),
      };
    });
  }

  #listedRule(node: Node, rulebook: string, index: number): RuleSyntax[] {
    if (node.kind !== 'map') {
      this.#problems.push(problems.wrongForm('a rule', 'a map with "on" and "do"', this.#at(node)));
      return [];
    }
    this.#onlyKeys(node, RULE_KEYS, 'a rule');
    const on = entryOf(node, 'on');
    if (!on) this.#problems.push(problems.missingKey('on', 'a rule', this.#at(node.entries[0]?.key ?? node)));
    const name = this.#word(entryOf(node, 'name')) ?? String(index + 1);
    return [this.#rule(node, `${rulebook}/${name}`, this.#words(on, 'an event type, or a list of them'))];
  }

  #rule(node: MapNode, name: string, on: readonly ScalarNode[]): RuleSyntax {
    const body = entryOf(node, 'do');
    if (!body) this.#problems.push(problems.missingKey('do', 'a rule', this.#at(node.entries[0]?.key ?? node)));
    return {
      name,
      at: this.#at(node.entries[0]?.key ?? node),
      on,
      when: this.#expression(entryOf(node, 'when')),
      isInOrder: this.#isInOrder(entryOf(node, 'order')),
      steps: body ? this.#steps(body.value) : [],
    };
  }

  #defs(entry: Entry | undefined): readonly DefSyntax[] {
    const defs = this.#mapOf(entry, 'a map of ops, as in "greet (name): [...]"');
    return (defs?.entries ?? []).flatMap(({ key, value }) => {
      const parts = /^([A-Za-z_]\w*)\s*(?:\(([\w\s,]*)\))?$/.exec(key.text.trim());
      if (!parts?.[1]) {
        this.#problems.push(problems.wrongForm('the key of a def', '"name (a, b)"', this.#at(key)));
        return [];
      }
      const parameters = (parts[2] ?? '').split(',').map((parameter) => parameter.trim());
      const body = value.kind === 'map' ? entryOf(value, 'do')?.value : value;
      if (!body) this.#problems.push(problems.missingKey('do', `the def "${parts[1]}"`, this.#at(key)));
      return {
        name: parts[1],
        at: this.#at(key),
        parameters: parameters.filter((parameter) => parameter !== ''),
        steps: body ? this.#steps(body) : [],
      };
    });
  }

  #steps(body: Node): readonly StepSyntax[] {
    return readSteps(this.#source, body, this.#problems);
  }

  #expression(entry: Entry | undefined): ScalarNode | undefined {
    if (!entry) return undefined;
    if (entry.value.kind === 'scalar' && entry.value.text.trim() !== '') return entry.value;
    this.#problems.push(problems.wrongForm('"when"', 'an expression', this.#at(entry.value)));
    return undefined;
  }

  #isInOrder(entry: Entry | undefined): boolean {
    if (!entry) return false;
    if (entry.value.kind === 'scalar' && entry.value.text === 'subject') return true;
    this.#problems.push(problems.wrongForm('"order"', 'the word "subject"', this.#at(entry.value)));
    return false;
  }

  #onlyKeys(map: MapNode, known: readonly string[], where: string): void {
    for (const { key } of map.entries) {
      if (!known.includes(key.text)) this.#problems.push(problems.unknownKey(key.text, where, known, this.#at(key)));
    }
  }

  #mapOf(entry: Entry | undefined, expected: string): MapNode | undefined {
    if (!entry || entry.value.kind === 'map') return entry?.value.kind === 'map' ? entry.value : undefined;
    this.#problems.push(problems.wrongForm(`"${entry.key.text}"`, expected, this.#at(entry.value)));
    return undefined;
  }

  #words(entry: Entry | undefined, expected: string): readonly ScalarNode[] {
    if (!entry) return [];
    const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
    return nodes.flatMap((node) => {
      if (node.kind === 'scalar' && node.text !== '') return [node];
      this.#problems.push(problems.wrongForm(`"${entry.key.text}"`, expected, this.#at(node)));
      return [];
    });
  }

  #word(entry: Entry | undefined): string | undefined {
    return this.#words(entry && entry.value.kind !== 'list' ? entry : undefined, 'a word')[0]?.text;
  }

  #at(node: Node): Span {
    return spanOf(this.#source, node);
  }
}
