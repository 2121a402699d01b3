import { addAll, hasErrors, type Problem, type Span, warning } from '../problem/problem.ts';
import type { JsonSchema } from '../schema/schema.ts';
import { spanOf, type YamlFile } from '../yaml/yaml.ts';
import type { BlockContext } from './block.ts';
import { circlesOf } from './check/circle.ts';
import { repeatsIn } from './check/repeat.ts';
import { checkedCondition, compileBlock } from './compile-block.ts';
import type { World } from './given.ts';
import { Callees, type LinkedRulebook, linkRulebooks } from './link.ts';
import { lineOf } from './place.ts';
import * as problems from './problems.ts';
import type { Def, Plan, Rule } from './rulebook.ts';
import { type Scope, scopeOfDef, scopeOfRule, Typings, withPresent } from './scope.ts';
import { type RulebookSyntax, type RuleSyntax, readSyntax } from './syntax.ts';

/** Everything that rulebooks are compiled against. */
export interface CompileContext extends World {
  /** JSON Schemas of the data of each event type. */
  readonly eventSchemas: ReadonlyMap<string, JsonSchema>;
  /** Event types whose schemas could not be read. */
  readonly brokenEventTypes?: ReadonlySet<string>;
  /** Files that only imports name. */
  readonly imports?: readonly YamlFile[];
}

/** Compiles rulebooks to one plan. Pure. The plan is worth running only where no problem is an error. */
export function compile(
  files: readonly YamlFile[],
  context: CompileContext,
): { readonly plan: Plan; readonly problems: readonly Problem[] } {
  const found: Problem[] = [];
  const read = (file: YamlFile): readonly RulebookSyntax[] => {
    addAll(found, file.problems);
    // A file that is broken as YAML says nothing that can be trusted about its rules.
    if (hasErrors(file.problems)) return [];
    const syntax = readSyntax(file);
    addAll(found, syntax.problems);
    return [syntax];
  };
  const rulebooks = files.flatMap(read);
  const imported = (context.imports ?? []).flatMap(read);
  const compiled = new Compiler(rulebooks, imported, context).compile();
  return { plan: compiled.plan, problems: [...found, ...compiled.problems] };
}

class Compiler {
  readonly #context: CompileContext;
  readonly #rulebooks: readonly LinkedRulebook[];
  readonly #callees: Callees;
  readonly #typings = new Typings();
  readonly #problems: Problem[] = [];

  constructor(rulebooks: readonly RulebookSyntax[], imported: readonly RulebookSyntax[], context: CompileContext) {
    this.#context = context;
    const library = new Map([...imported, ...rulebooks].map((syntax) => [syntax.source.file, syntax]));
    const { linked, problems: found } = linkRulebooks([...rulebooks, ...imported], library);
    addAll(this.#problems, found);
    this.#rulebooks = [...linked.values()];
    this.#callees = new Callees(rulebooks.flatMap((syntax) => linked.get(syntax) ?? []));
    addAll(this.#problems, circlesOf(this.#rulebooks, this.#callees));
  }

  compile(): { readonly plan: Plan; readonly problems: readonly Problem[] } {
    const rules = new Map<string, { rule: Rule; at: Span }>();
    const defs: Record<string, Def> = {};
    for (const rulebook of this.#rulebooks) {
      Object.assign(defs, this.#defsOf(rulebook));
      for (const syntax of rulebook.syntax.rules) {
        if (rules.has(syntax.name)) this.#problems.push(problems.nameTaken('the rule name', syntax.name, syntax.at));
        rules.set(syntax.name, { rule: this.#rule(rulebook, syntax), at: syntax.at });
      }
    }
    addAll(this.#problems, repeatsIn([...rules.values()]));
    const plan = planOf(
      [...rules.values()].map(({ rule }) => rule),
      defs,
      this.#context,
    );
    return { plan, problems: this.#problems };
  }

  #defsOf(rulebook: LinkedRulebook): Readonly<Record<string, Def>> {
    const { source, defs } = rulebook.syntax;
    const compiled = defs.map((def) => {
      if (this.#context.registry.op(def.name)) this.#problems.push(problems.nameTaken('the op name', def.name, def.at));
      const block = compileBlock(def.steps, scopeOfDef(def.parameters, rulebook.vars), this.#blockContext(rulebook));
      addAll(this.#problems, block.problems);
      return [
        `${source.file}#${def.name}`,
        { parameters: def.parameters, vars: rulebook.vars, steps: block.steps },
      ] as const;
    });
    return Object.fromEntries(compiled);
  }

  #rule(rulebook: LinkedRulebook, syntax: RuleSyntax): Rule {
    const { eventSchemas } = this.#context;
    for (const type of syntax.on) {
      if (eventSchemas.has(type.text) || this.#context.brokenEventTypes?.has(type.text)) continue;
      const at = spanOf(rulebook.syntax.source, type);
      const unknown = problems.unknownEventType(type.text, eventSchemas.keys(), at);
      this.#problems.push(warning(unknown.code, unknown.message, at, unknown.help));
    }
    const on = syntax.on.map((type) => type.text);
    const context = this.#blockContext(rulebook);
    const scope = scopeOfRule(on, eventSchemas, rulebook.vars);
    const when = syntax.when && checkedCondition(syntax.when, scope, context, 'when', this.#problems);
    const block = compileBlock(syntax.steps, when ? withPresent(scope, when.checked.whenTrue) : scope, context);
    addAll(this.#problems, block.problems);
    return {
      name: syntax.name,
      place: lineOf(syntax.at),
      on,
      ...(syntax.isInOrder && { order: 'subject' as const }),
      ...(when && { when: when.expression }),
      vars: rulebook.vars,
      steps: block.steps,
    };
  }

  #blockContext(rulebook: LinkedRulebook, way: readonly string[] = []): BlockContext {
    return {
      world: this.#context,
      rulebook,
      source: rulebook.syntax.source,
      callees: this.#callees,
      typings: this.#typings,
      callRule: (name, scope, at) => this.#checkCalled(name, scope, at, rulebook, way),
    };
  }

  /** A rule that is called works on the event of its caller: what it names must be there, whatever it listens to itself. */
  #checkCalled(
    name: string,
    caller: Scope,
    at: Span,
    from: LinkedRulebook,
    way: readonly string[],
  ): readonly Problem[] {
    const callee = this.#callees.find(name, from.syntax);
    // A circle is told elsewhere.
    if (!callee || way.includes(callee.rule.name)) return [];
    const scope: Scope = { ...caller, vars: callee.rulebook.vars, variables: new Map() };
    const context = this.#blockContext(callee.rulebook, [...way, callee.rule.name]);
    const { problems: found } = compileBlock(callee.rule.steps, scope, context);
    return found.map((problem) => ({ ...problem, related: [{ at, message: 'it is called from here' }] }));
  }
}

function planOf(
  rules: readonly Rule[],
  defs: Readonly<Record<string, Def>>,
  { templates, resources, registry }: World,
): Plan {
  const texts = Object.fromEntries([...templates].map(([name, source]) => [name, source.text]));
  const planned = [...resources.values()].filter((one) => registry.resourceClass(one.class)?.isPlanned);
  const kept = planned.map(({ mid, class: name, settings }) => [mid, { class: name, settings }] as const);
  const own = kept.length > 0 ? { resources: Object.fromEntries(kept) } : {};
  let hash: string | undefined;
  return Object.freeze({
    // Only what is run needs it: a check does not.
    get hash() {
      hash ??= sha256(JSON.stringify({ rules, defs, templates: texts, ...own }));
      return hash;
    },
    rules,
    defs,
    templates: texts,
    ...own,
  });
}

function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
