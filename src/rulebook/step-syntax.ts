import { didYouMean, type Problem, type Source, type Span } from '../problem/problem.ts';
import { type Entry, entryOf, type MapNode, type Node, type ScalarNode, spanOf } from '../yaml/yaml.ts';
import * as problems from './problems.ts';

/** A step as the file has it. `at` is its key. */
export type StepSyntax = { readonly at: Span } & (
  | OpSyntax
  | {
      readonly kind: 'call';
      readonly name: ResultName | undefined;
      readonly target: ScalarNode;
      readonly args: Node | undefined;
    }
  | { readonly kind: 'set'; readonly entries: readonly Entry[] }
  | { readonly kind: 'if'; readonly branches: readonly BranchSyntax[]; readonly otherwise: readonly StepSyntax[] }
  | { readonly kind: 'foreach'; readonly variable: string; readonly list: Node; readonly steps: readonly StepSyntax[] }
  | {
      readonly kind: 'while';
      readonly condition: ScalarNode;
      readonly max: Node | undefined;
      readonly steps: readonly StepSyntax[];
    }
  | { readonly kind: 'try'; readonly steps: readonly StepSyntax[]; readonly caught: readonly StepSyntax[] }
  | { readonly kind: 'parallel'; readonly branches: readonly (readonly StepSyntax[])[] }
  | { readonly kind: 'do'; readonly steps: readonly StepSyntax[] }
  | { readonly kind: 'wait'; readonly duration: Node }
  | { readonly kind: 'return'; readonly value: Node }
  | { readonly kind: 'fail'; readonly message: Node }
);

/** `name = op [label]: args`: an op of a plugin, or one that a rulebook defines. */
export interface OpSyntax {
  readonly kind: 'op';
  readonly op: string;
  readonly label: string | undefined;
  readonly name: ResultName | undefined;
  readonly args: Node;
}

/** The name under which later steps find what a step came to. */
export interface ResultName {
  readonly text: string;
  readonly at: Span;
}

export interface BranchSyntax {
  readonly condition: ScalarNode;
  readonly steps: readonly StepSyntax[];
}

/** Control flow by its first key, and the keys that may stand beside it. */
const CONTROL: Readonly<Record<string, readonly string[]>> = {
  if: ['then', 'elsif', 'else'],
  foreach: ['do'],
  while: ['max', 'do'],
  try: ['catch'],
  call: ['args'],
  parallel: [],
  do: [],
  wait: [],
  return: [],
  fail: [],
  set: [],
};

/** Reads a list of steps; whatever is no step is a problem. */
export function readSteps(source: Source, body: Node, found: Problem[]): readonly StepSyntax[] {
  return new StepReader(source, found).steps(body);
}

class StepReader {
  readonly #source: Source;
  readonly #problems: Problem[];

  constructor(source: Source, found: Problem[]) {
    this.#source = source;
    this.#problems = found;
  }

  steps(body: Node): readonly StepSyntax[] {
    if (body.kind === 'list') return body.items.flatMap((item) => this.#step(item));
    this.#problems.push(problems.wrongForm('"do"', 'a list of ops', this.#at(body)));
    return [];
  }

  #step(node: Node): readonly StepSyntax[] {
    const first = node.kind === 'map' ? node.entries[0] : undefined;
    if (node.kind !== 'map' || !first) {
      this.#problems.push(problems.wrongForm('an item of "do"', 'an op, as in "- log: hello"', this.#at(node)));
      return [];
    }
    const key = first.key.text;
    const siblings = CONTROL[key];
    if (siblings && Object.hasOwn(CONTROL, key)) {
      this.#onlySiblings(node, key, siblings);
      return this.#control(key, node, first);
    }
    this.#onlyOne(node, first);
    return this.#opOrAssignment(first);
  }

  #control(key: string, node: MapNode, { key: keyNode, value }: Entry): readonly StepSyntax[] {
    const at = this.#at(keyNode);
    switch (key) {
      case 'if':
        return this.#if(at, node, value);
      case 'foreach':
        return this.#foreach(at, node, value);
      case 'while': {
        const condition = this.#condition(value, '"while"');
        const max = entryOf(node, 'max')?.value;
        return condition ? [{ kind: 'while', at, condition, max, steps: this.#block(node, 'do', '"while"') }] : [];
      }
      case 'try':
        return [{ kind: 'try', at, steps: this.steps(value), caught: this.#block(node, 'catch', '"try"') }];
      case 'parallel':
        return this.#parallel(at, value);
      case 'do':
        return [{ kind: 'do', at, steps: this.steps(value) }];
      case 'wait':
        return [{ kind: 'wait', at, duration: value }];
      case 'return':
        return [{ kind: 'return', at, value }];
      case 'fail':
        return [{ kind: 'fail', at, message: value }];
      case 'set':
        return this.#set(at, value);
      default:
        return this.#call(at, undefined, value, entryOf(node, 'args')?.value);
    }
  }

  #if(at: Span, node: MapNode, value: Node): readonly StepSyntax[] {
    const branches: BranchSyntax[] = [];
    const condition = this.#condition(value, '"if"');
    if (condition) branches.push({ condition, steps: this.#block(node, 'then', '"if"') });
    const elsif = entryOf(node, 'elsif')?.value;
    const more = elsif === undefined ? [] : elsif.kind === 'list' ? elsif.items : [elsif];
    for (const branch of more) {
      const test = branch.kind === 'map' ? entryOf(branch, 'if') : undefined;
      const next = test && this.#condition(test.value, '"elsif"');
      if (branch.kind === 'map' && next)
        branches.push({ condition: next, steps: this.#block(branch, 'then', '"elsif"') });
      else if (!test) this.#problems.push(problems.wrongForm('"elsif"', 'a list of "if" and "then"', this.#at(branch)));
    }
    const otherwise = entryOf(node, 'else');
    return [{ kind: 'if', at, branches, otherwise: otherwise ? this.steps(otherwise.value) : [] }];
  }

  /** `foreach: {var, in, do}`, or `foreach: list` with a `do` beside it and the loop variable `it`. */
  #foreach(at: Span, node: MapNode, value: Node): readonly StepSyntax[] {
    if (value.kind !== 'map') {
      return [{ kind: 'foreach', at, variable: 'it', list: value, steps: this.#block(node, 'do', '"foreach"') }];
    }
    this.#onlySiblings(value, '', ['var', 'in', 'do']);
    const list = entryOf(value, 'in')?.value;
    if (!list) this.#problems.push(problems.missingKey('in', '"foreach"', at));
    const variable = this.#variable(entryOf(value, 'var')) ?? 'it';
    const steps = this.#block(value, 'do', '"foreach"');
    return list ? [{ kind: 'foreach', at, variable, list, steps }] : [];
  }

  #parallel(at: Span, value: Node): readonly StepSyntax[] {
    if (value.kind !== 'list') {
      this.#problems.push(problems.wrongForm('"parallel"', 'a list of ops', this.#at(value)));
      return [];
    }
    // A branch is one step; `do` makes one of several.
    return [{ kind: 'parallel', at, branches: value.items.map((item) => this.#step(item)) }];
  }

  #set(at: Span, value: Node): readonly StepSyntax[] {
    if (value.kind === 'map')
      return [{ kind: 'set', at, entries: value.entries.filter((entry) => this.#isVariable(entry.key)) }];
    this.#problems.push(problems.wrongForm('"set"', 'a map of names and values', this.#at(value)));
    return [];
  }

  #call(at: Span, name: ResultName | undefined, target: Node, args: Node | undefined): readonly StepSyntax[] {
    if (target.kind === 'scalar' && target.text !== '') return [{ kind: 'call', at, name, target, args }];
    this.#problems.push(problems.wrongForm('"call"', 'the name of a rule or of a def', this.#at(target)));
    return [];
  }

  /** `name =: value`, `name = call: rule`, or an op. */
  #opOrAssignment(entry: Entry): readonly StepSyntax[] {
    const assigned = /^([A-Za-z_]\w*)\s*=$/.exec(entry.key.text)?.[1];
    if (assigned !== undefined) {
      const key = { ...entry.key, text: assigned, end: entry.key.start + assigned.length };
      return [{ kind: 'set', at: this.#at(key), entries: [{ key, value: entry.value }] }];
    }
    const [, name, op, label] =
      /^(?:([A-Za-z_]\w*)\s*=\s*)?([A-Za-z_][\w.-]*)(?:\s*\[(.*)\])?$/.exec(entry.key.text) ?? [];
    if (op === undefined) {
      const help = 'write "op", "op [label]", "name = op" or "name =: value"';
      this.#problems.push(problems.wrongForm('the key of a step', 'the name of an op', this.#at(entry.key), help));
      return [];
    }
    const at = this.#opSpan(entry.key, op, name);
    const result = name === undefined ? undefined : { text: name, at: this.#nameSpan(entry.key, name) };
    if (op === 'call') return this.#call(at, result, entry.value, undefined);
    return [{ kind: 'op', op, at, name: result, label, args: entry.value }];
  }

  /** The op's name inside its key, after a `name =`. */
  #opSpan(key: ScalarNode, op: string, name: string | undefined): Span {
    if (key.quoted) return this.#at(key);
    const start = key.start + key.text.indexOf(op, name === undefined ? 0 : key.text.indexOf('=') + 1);
    return { source: this.#source, start, end: start + op.length };
  }

  #nameSpan(key: ScalarNode, name: string): Span {
    return key.quoted ? this.#at(key) : { source: this.#source, start: key.start, end: key.start + name.length };
  }

  #block(node: MapNode, key: string, owner: string): readonly StepSyntax[] {
    const entry = entryOf(node, key);
    if (entry) return this.steps(entry.value);
    this.#problems.push(problems.missingKey(key, owner, this.#at(node.entries[0]?.key ?? node)));
    return [];
  }

  #condition(node: Node, owner: string): ScalarNode | undefined {
    if (node.kind === 'scalar' && node.text.trim() !== '') return node;
    this.#problems.push(problems.wrongForm(owner, 'an expression', this.#at(node)));
    return undefined;
  }

  #variable(entry: Entry | undefined): string | undefined {
    if (!entry) return undefined;
    return entry.value.kind === 'scalar' && this.#isVariable(entry.value) ? entry.value.text : undefined;
  }

  #isVariable(node: ScalarNode): boolean {
    if (/^[A-Za-z_]\w*$/.test(node.text)) return true;
    const help = 'letters, digits and _, and no digit first';
    this.#problems.push(problems.wrongForm('a name', 'one word', this.#at(node), help));
    return false;
  }

  #onlySiblings(map: MapNode, owner: string, known: readonly string[]): void {
    for (const { key } of map.entries) {
      if (key.text === owner || known.includes(key.text)) continue;
      const where = owner === '' ? '"foreach"' : `"${owner}"`;
      this.#problems.push(problems.unknownKey(key.text, where, known, this.#at(key)));
    }
  }

  /** An op stands alone in its item; what stands beside it was meant as its argument, or as the next item. */
  #onlyOne(node: MapNode, first: Entry): void {
    const second = node.entries[1];
    if (!second) return;
    const control = didYouMean(first.key.text, Object.keys(CONTROL));
    const help = control
      ? `did you mean "${control}" for "${first.key.text}"?`
      : `indent "${second.key.text}" further in if it is an argument of "${first.key.text}"`;
    this.#problems.push(problems.wrongForm('an item of "do"', 'one op', this.#at(second.key), help));
  }

  #at(node: Node): Span {
    return spanOf(this.#source, node);
  }
}
