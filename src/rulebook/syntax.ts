import { basename } from 'node:path';
import type { Problem, Source, Span } from '../problem/problem.ts';
import { type Entry, entryOf, type MapNode, type Node, type ScalarNode, spanOf, type YamlFile } from '../yaml/yaml.ts';
import * as problems from './problems.ts';

/** A rulebook as its file has it: every form brought to a list of rules, nothing yet looked up. */
export interface RulebookSyntax {
  readonly source: Source;
  readonly name: string;
  readonly vars: MapNode | undefined;
  readonly rules: readonly RuleSyntax[];
  readonly problems: readonly Problem[];
}

export interface RuleSyntax {
  readonly name: string;
  readonly at: Span;
  readonly on: readonly ScalarNode[];
  readonly when: ScalarNode | undefined;
  readonly steps: readonly StepSyntax[];
}

/** `name = op [label]: args`. */
export interface StepSyntax {
  readonly op: string;
  readonly opAt: Span;
  readonly label: string | undefined;
  readonly name: string | undefined;
  readonly args: Node;
}

const FILE_KEYS = ['name', 'vars', 'rules'] as const;
const RULE_KEYS = ['name', 'on', 'when', 'do'] as const;

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
    if (root?.kind !== 'map') {
      const start = { source: this.#source, start: 0, end: Math.min(1, this.#source.text.length) };
      this.#problems.push(problems.noKnownForm(root ? this.#at(root) : start));
      return { source: this.#source, name: fileName, vars: undefined, rules: [], problems: this.#problems };
    }
    const name = this.#word(entryOf(root, 'name')) ?? fileName;
    const vars = this.#vars(root);
    const rules = this.#rules(root, name);
    return { source: this.#source, name, vars, rules, problems: this.#problems };
  }

  #vars(root: MapNode): MapNode | undefined {
    const vars = entryOf(root, 'vars')?.value;
    if (!vars || vars.kind === 'map') return vars;
    this.#problems.push(problems.wrongForm('"vars"', 'a map of names and values', this.#at(vars)));
    return undefined;
  }

  #rules(root: MapNode, name: string): readonly RuleSyntax[] {
    const rules = entryOf(root, 'rules');
    if (rules) {
      this.#onlyKeys(root, FILE_KEYS, 'a rulebook with "rules"');
      if (rules.value.kind === 'list') return rules.value.items.flatMap((item, index) => this.#rule(item, name, index));
      this.#problems.push(problems.wrongForm('"rules"', 'a list', this.#at(rules.value)));
      return [];
    }
    if (!entryOf(root, 'do') && !entryOf(root, 'on')) {
      const key = root.entries.find((entry) => !['name', 'vars'].includes(entry.key.text))?.key;
      this.#problems.push(problems.noKnownForm(this.#at(key ?? root), key?.text));
      return [];
    }
    this.#onlyKeys(root, [...RULE_KEYS, 'vars'], 'a rulebook of one rule');
    return [this.#ruleOf(root, name)];
  }

  #rule(node: Node, rulebook: string, index: number): RuleSyntax[] {
    if (node.kind !== 'map') {
      this.#problems.push(problems.wrongForm('a rule', 'a map with "on" and "do"', this.#at(node)));
      return [];
    }
    this.#onlyKeys(node, RULE_KEYS, 'a rule');
    const on = entryOf(node, 'on');
    if (!on) this.#problems.push(problems.missingKey('on', 'a rule', this.#at(node.entries[0]?.key ?? node)));
    const name = this.#word(entryOf(node, 'name')) ?? String(index + 1);
    return [this.#ruleOf(node, `${rulebook}/${name}`)];
  }

  #ruleOf(node: MapNode, name: string): RuleSyntax {
    const body = entryOf(node, 'do');
    if (!body) this.#problems.push(problems.missingKey('do', 'a rule', this.#at(node.entries[0]?.key ?? node)));
    return {
      name,
      at: this.#at(node.entries[0]?.key ?? node),
      on: this.#eventTypes(entryOf(node, 'on')),
      when: this.#expression(entryOf(node, 'when')),
      steps: body ? this.#steps(body.value) : [],
    };
  }

  #eventTypes(entry: Entry | undefined): readonly ScalarNode[] {
    if (!entry) return [];
    const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
    return nodes.flatMap((node) => {
      if (node.kind === 'scalar' && node.text !== '') return [node];
      this.#problems.push(problems.wrongForm('"on"', 'an event type, or a list of them', this.#at(node)));
      return [];
    });
  }

  #expression(entry: Entry | undefined): ScalarNode | undefined {
    if (!entry) return undefined;
    if (entry.value.kind === 'scalar' && entry.value.text.trim() !== '') return entry.value;
    this.#problems.push(problems.wrongForm('"when"', 'an expression', this.#at(entry.value)));
    return undefined;
  }

  #steps(body: Node): readonly StepSyntax[] {
    if (body.kind === 'list') return body.items.flatMap((item) => this.#step(item));
    this.#problems.push(problems.wrongForm('"do"', 'a list of ops', this.#at(body)));
    return [];
  }

  #step(node: Node): StepSyntax[] {
    const entry = node.kind === 'map' ? node.entries[0] : undefined;
    if (node.kind !== 'map' || !entry) {
      this.#problems.push(problems.wrongForm('an item of "do"', 'an op, as in "- log: hello"', this.#at(node)));
      return [];
    }
    const second = node.entries[1];
    if (second) {
      const help = `indent "${second.key.text}" further in if it is an argument of "${entry.key.text}"`;
      this.#problems.push(problems.wrongForm('an item of "do"', 'one op', this.#at(second.key), help));
    }
    return this.#op(entry);
  }

  #op(entry: Entry): StepSyntax[] {
    const parts = /^(?:([A-Za-z_]\w*)\s*=\s*)?([A-Za-z_][\w.-]*)(?:\s*\[(.*)\])?$/.exec(entry.key.text);
    const op = parts?.[2];
    if (!parts || op === undefined) {
      this.#problems.push(
        problems.wrongForm('the key of an op', '"op", "op [label]" or "name = op"', this.#at(entry.key)),
      );
      return [];
    }
    return [{ op, opAt: this.#opSpan(entry.key, op, parts[1]), name: parts[1], label: parts[3], args: entry.value }];
  }

  /** The op's name inside its key, after a `name =`. */
  #opSpan(key: ScalarNode, op: string, name: string | undefined): Span {
    if (key.quoted) return this.#at(key);
    const start = key.start + key.text.indexOf(op, name === undefined ? 0 : key.text.indexOf('=') + 1);
    return { source: this.#source, start, end: start + op.length };
  }

  #onlyKeys(map: MapNode, known: readonly string[], where: string): void {
    for (const { key } of map.entries) {
      if (!known.includes(key.text)) this.#problems.push(problems.unknownKey(key.text, where, known, this.#at(key)));
    }
  }

  #word(entry: Entry | undefined): string | undefined {
    if (!entry) return undefined;
    if (entry.value.kind === 'scalar' && entry.value.text !== '') return entry.value.text;
    this.#problems.push(problems.wrongForm(`"${entry.key.text}"`, 'a word', this.#at(entry.value)));
    return undefined;
  }

  #at(node: Node): Span {
    return spanOf(this.#source, node);
  }
}
