import { toE164 } from '../message/message.ts';
import {
  accentsOf,
  type OpArgument,
  type OpArgumentEntry,
  type OpDefinition,
  type OpUse,
  type Piece,
  type Registry,
  senderSettingOf,
  waysThrough,
} from '../plugin/plugin.ts';
import { addAll, type Problem, type Source, type Span } from '../problem/problem.ts';
import type { ResourceFile } from '../resource/resource.ts';
import { propertiesOf } from '../schema/schema.ts';
import { type Node, spanOf } from '../yaml/yaml.ts';
import { type CompiledValue, compileValue, constant, literalOf } from './compile-value.ts';
import type { ExpressionContext } from './expression.ts';
import * as problems from './problems.ts';
import type { Value, Values } from './rulebook.ts';

/** One argument where it stands. */
export interface Given {
  readonly key: Span;
  readonly node: Node;
  readonly compiled: CompiledValue;
}

/** What a step gives to an op, by name. */
export type GivenArguments = ReadonlyMap<string, Given>;

/** What the names in arguments are looked up in. */
export interface World {
  readonly registry: Registry;
  readonly resources: ReadonlyMap<string, ResourceFile>;
  readonly templates: ReadonlyMap<string, Source>;
  /** Resources whose files could not be read: nothing is said of them but what is wrong with the file. */
  readonly brokenResources?: ReadonlySet<string>;
  /** Whether texts keep their accents where nothing else is said; they do where it is absent. */
  readonly accents?: boolean;
  /** Whose numbers need no country code (ISO 3166-1 alpha-2). */
  readonly region?: string;
}

/**
 * The arguments by name: of a map, its entries; of a list, by position; of a scalar, the op's first one. `names` has the
 * op's own names in their order; `undefined` for an op that does not exist, whose expressions are checked all the same.
 */
export function givenArguments(
  source: Source,
  args: Node,
  at: Span,
  names: readonly string[] | undefined,
  expressions: ExpressionContext,
): { readonly given: GivenArguments; readonly problems: readonly Problem[] } {
  const given = new Map<string, Given>();
  const found: Problem[] = [];
  const add = (name: string, key: Span, node: Node): void => {
    const compiled = compileValue(source, node, expressions);
    addAll(found, compiled.problems);
    given.set(name, { key, node, compiled });
  };
  if (args.kind === 'map') {
    for (const { key, value } of args.entries) add(key.text, spanOf(source, key), value);
    return { given, problems: found };
  }
  const isNothing = args.kind === 'scalar' && args.text === '' && !args.quoted;
  const nodes = isNothing ? [] : args.kind === 'list' ? args.items : [args];
  for (const [index, node] of nodes.entries()) {
    const name = names ? names[index] : String(index);
    if (name !== undefined) add(name, spanOf(source, node), node);
    else found.push(problems.tooManyValues(names?.length ?? 0, at));
  }
  return { given, problems: found };
}

/** The same, with the numbers that are to be reached in E.164 form where they stand there as the people of `region` write them. */
export function withNumbers(given: GivenArguments, op: OpDefinition, { region }: World): GivenArguments {
  if (region === undefined) return given;
  const known = propertiesOf(op.args);
  const changed = [...given].map(([name, argument]) => {
    const literal = literalOf(argument.compiled.value);
    const isNumber = known[name]?.['recipient'] === true && typeof literal === 'string';
    const number = isNumber ? toE164(literal, region) : undefined;
    return [name, number === undefined ? argument : { ...argument, compiled: constant(number, number) }] as const;
  });
  return new Map(changed);
}

/** The arguments as the plan has them. */
export function valuesOf(given: GivenArguments): Values {
  const values: Record<string, Value> = Object.create(null);
  for (const [name, { compiled }] of given) values[name] = compiled.value;
  return values;
}

/** One use of an op, as the op's own check sees it; of a route, one for each resource that it leads to. */
export function usesOf(
  source: Source,
  op: OpDefinition,
  at: Span,
  given: GivenArguments,
  world: World,
): readonly OpUse[] {
  const use = useOf(source, op, at, given, world);
  const named = resourceArgument(op);
  const argument = use.args[named];
  const route = world.resources.get(namedResource(op, given) ?? '');
  if (!argument || !route || !world.registry.resourceClass(route.class)?.ways) return [use];
  const mids = waysThrough(route.mid, world.resources, world.registry);
  return mids.map((literal) => ({ ...use, route, args: { ...use.args, [named]: { ...argument, literal } } }));
}

/** The `mid` of the resource that an op works through, where it stands there: the first argument of the op that names one. */
export function namedResource(op: OpDefinition, given: GivenArguments): string | undefined {
  const value = given.get(resourceArgument(op))?.compiled.value;
  const mid = value && literalOf(value);
  return typeof mid === 'string' ? mid : undefined;
}

function resourceArgument({ args }: OpDefinition): string {
  return Object.entries(propertiesOf(args)).find(([, schema]) => schema['resource'] !== undefined)?.[0] ?? '';
}

function useOf(source: Source, op: OpDefinition, at: Span, given: GivenArguments, world: World): OpUse {
  const classOf = (mid: string) => world.registry.resourceClass(world.resources.get(mid)?.class ?? '');
  const args: Record<string, OpArgument> = Object.create(null);
  for (const [name, { node, compiled }] of given) {
    args[name] = {
      literal: literalOf(compiled.value),
      at: spanOf(source, node),
      ...piecesOf(compiled),
      ...entriesOf(source, node, compiled),
    };
  }
  return {
    op: op.name,
    at,
    args,
    resource: (mid) => world.resources.get(mid),
    senderSetting: (mid) => {
      const known = classOf(mid);
      return known && senderSettingOf(known, world.resources.get(mid)?.settings ?? {});
    },
    isSenderOptional: (mid) => classOf(mid)?.isSenderOptional === true,
    callerSetting: (mid) => classOf(mid)?.caller,
    flowSetting: (mid) => classOf(mid)?.flow,
    flowRefusal: (mid, flow) => classOf(mid)?.flowRefusal?.(flow),
    hasAccents: (mid) => accentsOf(world.resources.get(mid)) ?? world.accents ?? true,
    texts: (mid) => classOf(mid)?.texts,
    template: (name) => world.templates.get(name),
    templateNames: [...world.templates.keys()],
    missing: (names) => problems.argumentsMissing(op.name, names, at),
  };
}

function entriesOf(source: Source, node: Node, compiled: CompiledValue): Pick<OpArgument, 'entries'> {
  if (node.kind !== 'map') return {};
  const entries = node.entries.map(
    ({ key, value }) =>
      [
        key.text,
        { key: spanOf(source, key), at: spanOf(source, value), ...entryOf(compiled.entries?.[key.text]) },
      ] as const,
  );
  return { entries: Object.fromEntries(entries) };
}

function entryOf(compiled: CompiledValue | undefined): Pick<OpArgumentEntry, 'literal' | 'pieces'> {
  const literal = compiled && literalOf(compiled.value);
  return { ...(literal !== undefined && { literal }), ...piecesOf(compiled) };
}

function piecesOf(compiled: CompiledValue | undefined): { readonly pieces?: readonly Piece[] } {
  return compiled?.pieces ? { pieces: compiled.pieces } : {};
}
