import { createHash } from 'node:crypto';
import { hasErrors, type Problem, type Source, warning } from '../problem/problem.ts';
import { asObject, type Json, type JsonSchema } from '../schema/schema.ts';
import { spanOf, toJson, type YamlFile } from '../yaml/yaml.ts';
import { compileStep, type StepContext } from './compile-step.ts';
import { checkExpression, type ExpressionContext } from './expression.ts';
import { lineOf } from './place.ts';
import * as problems from './problems.ts';
import type { Plan, Rule, Step } from './rulebook.ts';
import { type RulebookSyntax, type RuleSyntax, readSyntax } from './syntax.ts';
import { namesOfEvent, typingOf } from './typing.ts';

/** Everything that rulebooks are compiled against. */
export interface CompileContext extends StepContext {
  /** JSON Schemas of the data of each event type. */
  readonly eventSchemas: ReadonlyMap<string, JsonSchema>;
}

/** Compiles rulebooks to one plan. Pure. The plan is worth running only where no problem is an error. */
export function compile(
  files: readonly YamlFile[],
  context: CompileContext,
): { readonly plan: Plan; readonly problems: readonly Problem[] } {
  const found: Problem[] = [];
  const rules: Rule[] = [];
  const names = new Set<string>();
  for (const file of files) {
    found.push(...file.problems);
    // A file that is broken as YAML says nothing that can be trusted about its rules.
    if (hasErrors(file.problems)) continue;
    const rulebook = readSyntax(file);
    found.push(...rulebook.problems);
    for (const syntax of rulebook.rules) {
      if (names.has(syntax.name)) found.push(problems.nameTaken('the rule name', syntax.name, syntax.at));
      names.add(syntax.name);
      const compiled = compileRule(rulebook, syntax, context);
      rules.push(compiled.rule);
      found.push(...compiled.problems);
    }
  }
  return { plan: planOf(rules, context.templates), problems: found };
}

function compileRule(
  rulebook: RulebookSyntax,
  syntax: RuleSyntax,
  context: CompileContext,
): { readonly rule: Rule; readonly problems: readonly Problem[] } {
  const { source } = rulebook;
  const found: Problem[] = [];
  for (const type of syntax.on) {
    if (context.eventSchemas.has(type.text)) continue;
    const unknown = problems.unknownEventType(type.text, context.eventSchemas.keys(), spanOf(source, type));
    found.push(warning(unknown.code, unknown.message, unknown.at, unknown.help));
  }
  const vars = asObject(rulebook.vars && toJson(rulebook.vars)) ?? {};
  const results = new Map<string, JsonSchema | undefined>();
  const expressions = (): ExpressionContext => expressionsOf(syntax, vars, results, context);
  const when = syntax.when && compileCondition(source, syntax.when, expressions(), found);
  const steps: Step[] = [];
  for (const step of syntax.steps) {
    const compiled = compileStep(source, step, context, expressions());
    found.push(...compiled.problems);
    steps.push(compiled.step);
    if (step.name === undefined) continue;
    if (results.has(step.name)) found.push(problems.nameTaken('the result name', step.name, step.opAt));
    results.set(step.name, compiled.op?.result);
  }
  const rule: Rule = {
    name: syntax.name,
    place: lineOf(syntax.at),
    on: syntax.on.map((type) => type.text),
    ...(when !== undefined && { when }),
    vars,
    steps,
  };
  return { rule, problems: found };
}

function compileCondition(
  source: Source,
  node: NonNullable<RuleSyntax['when']>,
  context: ExpressionContext,
  found: Problem[],
): string {
  const quotes = node.quoted && /['"]/.test(source.text[node.start] ?? '') ? 1 : 0;
  const at = { source, start: node.start + quotes, end: node.end - quotes };
  const checked = checkExpression(node.text, at, context);
  found.push(...checked.problems);
  const { type } = checked;
  if (type !== undefined && type !== 'bool' && type !== 'dyn') found.push(problems.conditionNotBoolean(type, at));
  return node.text;
}

/** What expressions can name after the steps so far, for each event type that fires the rule. */
function expressionsOf(
  syntax: RuleSyntax,
  vars: Json,
  results: ReadonlyMap<string, JsonSchema | undefined>,
  context: CompileContext,
): ExpressionContext {
  const eventTypes = syntax.on.length > 0 ? syntax.on.map((type) => type.text) : [''];
  const typings = eventTypes.map((eventType) => {
    const schema = context.eventSchemas.get(eventType);
    const names = namesOfEvent(schema, schemaOf(vars));
    for (const [name, result] of results) names.set(name, result);
    // Without a schema every name may be a field of the event.
    return { eventType, names, typing: typingOf(names, schema === undefined) };
  });
  return { typings, present: new Set() };
}

/** The schema that a constant's own form gives. */
function schemaOf(value: Json): JsonSchema {
  if (value === null) return { type: 'null' };
  if (Array.isArray(value)) return { type: 'array' };
  if (typeof value !== 'object') return { type: typeof value };
  const fields = Object.entries(value).map(([field, of]) => [field, schemaOf(of)] as const);
  return { type: 'object', properties: Object.fromEntries(fields) };
}

function planOf(rules: readonly Rule[], templates: ReadonlyMap<string, Source>): Plan {
  const texts = Object.fromEntries([...templates].map(([name, source]) => [name, source.text]));
  const hash = createHash('sha256')
    .update(JSON.stringify({ rules, templates: texts }))
    .digest('hex');
  return Object.freeze({ hash, rules, templates: texts });
}
