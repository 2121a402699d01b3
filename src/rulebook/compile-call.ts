import type { Problem, Span } from '../problem/problem.ts';
import { type Json, propertiesOf } from '../schema/schema.ts';
import { type Node, spanOf } from '../yaml/yaml.ts';
import { type BlockContext, type CompiledStep, named, namingOf, type Of } from './block.ts';
import { checkArguments, checkNames } from './check/argument.ts';
import { checkCountries } from './check/country.ts';
import { checkLacking } from './check/lacking.ts';
import { literalOf } from './compile-value.ts';
import { type GivenArguments, givenArguments, usesOf, valuesOf, withNumbers } from './given.ts';
import { lineOf } from './place.ts';
import * as problems from './problems.ts';
import type { Step } from './rulebook.ts';
import type { Scope } from './scope.ts';
import type { ResultName } from './step-syntax.ts';

/** Compiles an op of a plugin, or one that the rulebook defines. */
export function compileOp(syntax: Of<'op'>, scope: Scope, context: BlockContext): CompiledStep {
  const { source, world, rulebook, typings } = context;
  if (rulebook.defs.has(syntax.op)) return compileDefCall(syntax.op, syntax.args, syntax, scope, context);
  const op = world.registry.op(syntax.op);
  const names = op && Object.keys(propertiesOf(op.args));
  const written = givenArguments(source, syntax.args, syntax.at, names, typings.contextOf(scope));
  const found = written.problems;
  const given = op ? withNumbers(written.given, op, world) : written.given;
  const wrong = op
    ? [
        ...checkArguments(source, op, syntax.at, given, world),
        ...checkCountries(source, op, given, world),
        ...checkLacking(op, given, world),
      ]
    : [problems.unknownOp(syntax.op, [...world.registry.opNames, ...rulebook.defs.keys()], syntax.at)];
  // What the op itself checks would only repeat what was found.
  const own =
    op?.check && found.length + wrong.length === 0 ? usesOf(source, op, syntax.at, given, world).flatMap(op.check) : [];
  const { label, name } = syntax;
  const step: Step = {
    kind: 'op',
    place: lineOf(syntax.at),
    op: syntax.op,
    ...(label !== undefined && { label }),
    ...(name && { name: name.text }),
    args: valuesOf(given),
  };
  const problemsHere = [...found, ...wrong, ...own, ...namingOf(name, scope)];
  const literal = (argument: string): Json | undefined => {
    const value = given.get(argument)?.compiled.value;
    return value && literalOf(value);
  };
  return { step, ...named(name, op?.resultFor(literal), scope), problems: problemsHere };
}

function compileDefCall(
  name: string,
  args: Node | undefined,
  { at, name: result }: { readonly at: Span; readonly name: ResultName | undefined },
  scope: Scope,
  context: BlockContext,
): CompiledStep {
  const def = context.rulebook.defs.get(name);
  const parameters = def?.syntax.parameters ?? [];
  const expressions = context.typings.contextOf(scope);
  const { given, problems: found }: { given: GivenArguments; problems: readonly Problem[] } = args
    ? givenArguments(context.source, args, at, parameters, expressions)
    : { given: new Map(), problems: [] };
  const wrong = checkNames(name, parameters, parameters, at, given);
  const step: Step = {
    kind: 'def',
    place: lineOf(at),
    def: def?.key ?? name,
    ...(result && { name: result.text }),
    args: valuesOf(given),
  };
  return { step, ...named(result, undefined, scope), problems: [...found, ...wrong, ...namingOf(result, scope)] };
}

/** Compiles `call`: of a rule, or of a def. */
export function compileCall(syntax: Of<'call'>, scope: Scope, context: BlockContext): CompiledStep {
  const { target, args, name, at } = syntax;
  const { rulebook, callees, source } = context;
  if (rulebook.defs.has(target.text)) return compileDefCall(target.text, args, syntax, scope, context);
  const callee = callees.find(target.text, rulebook.syntax);
  const place = spanOf(source, target);
  if (!callee) {
    const unknown = problems.unknownCallee(target.text, [...rulebook.defs.keys(), ...callees.names], place);
    return { scope, problems: [unknown] };
  }
  const found = [...context.callRule(callee.rule.name, scope, place), ...namingOf(name, scope)];
  if (args) found.push(problems.unknownKey('args', 'the call of a rule', [], spanOf(source, args)));
  const step: Step = { kind: 'call', place: lineOf(at), rule: callee.rule.name, ...(name && { name: name.text }) };
  return { step, ...named(name, undefined, scope), problems: found };
}
