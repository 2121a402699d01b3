import type { OpArgument, OpDefinition, OpUse, Registry } from '../plugin/plugin.ts';
import type { Problem, Source, Span } from '../problem/problem.ts';
import type { ResourceFile } from '../resource/resource.ts';
import {
  asObject,
  compileSchema,
  inWords,
  type JsonSchema,
  propertiesOf,
  requiredOf,
  typesOf,
} from '../schema/schema.ts';
import { type Node, nodeAt, spanOf } from '../yaml/yaml.ts';
import { type CompiledValue, compileValue, literalOf, readable } from './compile-value.ts';
import type { ExpressionContext } from './expression.ts';
import { lineOf } from './place.ts';
import * as problems from './problems.ts';
import type { Step, Value } from './rulebook.ts';
import type { StepSyntax } from './syntax.ts';

/** What steps are checked against besides the data. */
export interface StepContext {
  readonly registry: Registry;
  readonly resources: ReadonlyMap<string, ResourceFile>;
  readonly templates: ReadonlyMap<string, Source>;
}

/** One argument where it stands. */
interface Given {
  readonly key: Span;
  readonly node: Node;
  readonly compiled: CompiledValue;
}

/** Compiles one step; a step with problems of its own is returned all the same, so that later steps can name its result. */
export function compileStep(
  source: Source,
  syntax: StepSyntax,
  context: StepContext,
  expressions: ExpressionContext,
): { readonly step: Step; readonly op: OpDefinition | undefined; readonly problems: readonly Problem[] } {
  const op = context.registry.op(syntax.op);
  const found: Problem[] = [];
  if (!op) found.push(problems.unknownOp(syntax.op, context.registry.opNames, syntax.opAt));
  const given = givenArguments(source, syntax, op, expressions, found);
  if (op) found.push(...checkArguments(source, syntax, op, given, context));
  const args: Record<string, Value> = Object.create(null);
  for (const [name, { compiled }] of given) args[name] = compiled.value;
  const step: Step = {
    kind: 'op',
    op: syntax.op,
    ...(syntax.label !== undefined && { label: syntax.label }),
    ...(syntax.name !== undefined && { name: syntax.name }),
    args,
    place: lineOf(syntax.opAt),
  };
  return { step, op, problems: found };
}

/** The arguments by name: of a map, its entries; of a list, by position; of a scalar, the op's first one. */
function givenArguments(
  source: Source,
  { args, opAt }: StepSyntax,
  op: OpDefinition | undefined,
  expressions: ExpressionContext,
  found: Problem[],
): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  const add = (name: string, key: Span, node: Node): void => {
    const compiled = compileValue(source, node, expressions);
    found.push(...compiled.problems);
    given.set(name, { key, node, compiled });
  };
  if (args.kind === 'map') {
    for (const { key, value } of args.entries) add(key.text, spanOf(source, key), value);
    return given;
  }
  if (args.kind === 'scalar' && args.value === null && args.text === '') return given;
  const names = op ? argumentNames(op) : [];
  const nodes = args.kind === 'list' ? args.items : [args];
  for (const [index, node] of nodes.entries()) {
    const name = names[index];
    if (name !== undefined) add(name, spanOf(source, node), node);
    else if (op)
      found.push(problems.wrongForm(`op "${op.name}"`, `given at most ${names.length} values`, spanOf(source, node)));
    else add(String(index), opAt, node);
  }
  return given;
}

function argumentNames(op: OpDefinition): readonly string[] {
  return Object.keys(propertiesOf(op.args));
}

function checkArguments(
  source: Source,
  syntax: StepSyntax,
  op: OpDefinition,
  given: ReadonlyMap<string, Given>,
  context: StepContext,
): readonly Problem[] {
  const found: Problem[] = [];
  const known = propertiesOf(op.args);
  const missing = requiredOf(op.args).filter((name) => !given.has(name));
  if (missing.length > 0) found.push(problems.argumentsMissing(op.name, missing, syntax.opAt));
  for (const [name, argument] of given) {
    const schema = known[name];
    if (schema === undefined) found.push(problems.argumentNotAvailable(op.name, name, argumentNames(op), argument.key));
    else found.push(...checkArgument(source, op.name, name, argument, schema, context));
  }
  // What the op itself checks would only repeat what was found.
  if (found.length > 0) return found;
  return op.check?.(useOf(source, syntax, op, given, context)) ?? [];
}

function checkArgument(
  source: Source,
  op: string,
  name: string,
  { node, compiled }: Given,
  schema: JsonSchema,
  context: StepContext,
): readonly Problem[] {
  const at = spanOf(source, node);
  const literal = literalOf(compiled.value);
  if (literal === undefined) {
    const fits = compiled.type === undefined || fitsSchema(compiled.type, schema);
    return fits ? [] : [problems.argumentOfWrongType(name, compiled.type ?? '', schema, at)];
  }
  const violations = compileSchema(schema)(literal);
  if (violations.length > 0) {
    return violations.map((violation) => {
      const wrong = nodeAt(node, violation.path);
      return withQuotes(problems.argumentOfWrongForm(op, name, violation, spanOf(source, wrong)), wrong);
    });
  }
  return typeof literal === 'string' ? checkNamed(literal, schema, at, context) : [];
}

/** A phone number without quotes is a number to YAML: say so. */
function withQuotes(problem: Problem, node: Node): Problem {
  const unquoted =
    node.kind === 'scalar' && typeof node.value === 'number' && problem.message.includes('must be a string');
  return unquoted ? { ...problem, help: 'YAML reads this as a number: put it in quotes' } : problem;
}

/** What a literal names must exist: a resource of the right class, a template. */
function checkNamed(literal: string, schema: JsonSchema, at: Span, context: StepContext): readonly Problem[] {
  if (schema['template'] === true && !context.templates.has(literal)) {
    return [problems.unknownTemplate(literal, context.templates.keys(), at)];
  }
  const wanted = asObject(schema['resource']);
  if (!wanted) return [];
  const resource = context.resources.get(literal);
  if (!resource) return [problems.unknownResource(literal, context.resources.keys(), at)];
  const { class: className, sends: channel } = wanted;
  if (className !== undefined && resource.class !== className) {
    return [problems.resourceOfWrongClass(literal, resource.class, `of class ${inWords(className)}`, at)];
  }
  const sends: readonly string[] = context.registry.resourceClass(resource.class)?.sends ?? [];
  if (channel !== undefined && !sends.includes(inWords(channel))) {
    return [problems.resourceOfWrongClass(literal, resource.class, `that can send an ${inWords(channel)}`, at)];
  }
  return [];
}

/** Whether values of a CEL type can fit a schema; a type that is only known at run time can. */
function fitsSchema(type: string, schema: JsonSchema): boolean {
  const types = typesOf(schema);
  if (type === 'dyn' || types.length === 0) return true;
  return types.includes(jsonType(type)) || (jsonType(type) === 'number' && types.includes('integer'));
}

function jsonType(type: string): string {
  if (type === 'double' || type === 'int' || type === 'uint') return 'number';
  if (type === 'bool') return 'boolean';
  if (type.startsWith('list')) return 'array';
  if (type === 'null') return 'null';
  return readable(type) === 'map' ? 'object' : type;
}

function useOf(
  source: Source,
  syntax: StepSyntax,
  op: OpDefinition,
  given: ReadonlyMap<string, Given>,
  context: StepContext,
): OpUse {
  const args: Record<string, OpArgument> = Object.create(null);
  for (const [name, { node, compiled }] of given) {
    const keys =
      node.kind === 'map' ? node.entries.map(({ key }) => [key.text, { key: spanOf(source, key) }] as const) : [];
    args[name] = {
      literal: literalOf(compiled.value),
      at: spanOf(source, node),
      ...(node.kind === 'map' && { entries: Object.fromEntries(keys) }),
    };
  }
  return {
    op: op.name,
    at: syntax.opAt,
    args,
    resource: (mid) => context.resources.get(mid),
    senderSetting: (mid) => context.registry.resourceClass(context.resources.get(mid)?.class ?? '')?.sender,
    template: (name) => context.templates.get(name),
    templateNames: [...context.templates.keys()],
    missing: (names) => problems.argumentsMissing(op.name, names, syntax.opAt),
  };
}
