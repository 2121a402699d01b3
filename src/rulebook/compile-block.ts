import { addAll, type Problem } from '../problem/problem.ts';
import { asObject } from '../schema/schema.ts';
import { type Node, spanOf } from '../yaml/yaml.ts';
import { type BlockContext, type CompiledBlock, type CompiledStep, naming, type Of } from './block.ts';
import { compileCall, compileOp } from './compile-call.ts';
import { type CompiledValue, compileValue, literalOf } from './compile-value.ts';
import { conditionIn } from './condition.ts';
import { type CheckedExpression, checkExpression } from './expression.ts';
import { lineOf } from './place.ts';
import * as problems from './problems.ts';
import { durationMs, type Step, type Value } from './rulebook.ts';
import { afterBlocks, type Scope, withPresent, withVariable } from './scope.ts';
import type { StepSyntax } from './step-syntax.ts';

/** More rounds than any rule of people has; a loop that needs more is no loop of a rule. */
const MAX_ROUNDS = 10_000;

/** Compiles steps in order, each with what the ones before it made known. */
export function compileBlock(steps: readonly StepSyntax[], start: Scope, context: BlockContext): CompiledBlock {
  const compiled: Step[] = [];
  const found: Problem[] = [];
  let scope = start;
  let ends = false;
  for (const syntax of steps) {
    if (ends) {
      found.push(problems.neverReached(syntax.at));
      break;
    }
    const next = compileStep(syntax, scope, context);
    if (next.step) compiled.push(next.step);
    addAll(found, next.problems);
    scope = next.scope;
    ends = next.ends === true;
  }
  return { steps: compiled, scope, ends, problems: found };
}

function compileStep(syntax: StepSyntax, scope: Scope, context: BlockContext): CompiledStep {
  switch (syntax.kind) {
    case 'op':
      return compileOp(syntax, scope, context);
    case 'call':
      return compileCall(syntax, scope, context);
    case 'set':
      return compileSet(syntax, scope, context);
    case 'if':
      return compileIf(syntax, scope, context);
    case 'foreach':
      return compileForeach(syntax, scope, context);
    case 'while':
      return compileWhile(syntax, scope, context);
    case 'try':
      return compileTry(syntax, scope, context);
    case 'parallel':
      return compileParallel(syntax, scope, context);
    case 'do': {
      const block = compileBlock(syntax.steps, scope, context);
      return { ...inOwnBlock(scope, [block]), step: { kind: 'do', place: lineOf(syntax.at), steps: block.steps } };
    }
    case 'wait':
      return compileWait(syntax, scope, context);
    case 'return': {
      const { value, problems: found } = compiledIn(syntax.value, scope, context);
      return { step: { kind: 'return', place: lineOf(syntax.at), value }, scope, ends: true, problems: found };
    }
    case 'fail':
      return compileFail(syntax, scope, context);
  }
}

function compileSet({ entries, at }: Of<'set'>, scope: Scope, context: BlockContext): CompiledStep {
  const values: Record<string, Value> = Object.create(null);
  const found: Problem[] = [];
  let next = scope;
  for (const { key, value } of entries) {
    const compiled = compiledIn(value, scope, context);
    const place = spanOf(context.source, key);
    addAll(found, [...compiled.problems, ...naming(key.text, place, scope)]);
    values[key.text] = compiled.value;
    next = withVariable(next, key.text, compiled.schema);
  }
  return { step: { kind: 'set', place: lineOf(at), values }, scope: next, problems: found };
}

function compileIf(syntax: Of<'if'>, scope: Scope, context: BlockContext): CompiledStep {
  const found: Problem[] = [];
  const blocks: CompiledBlock[] = [];
  const branches: { condition: string; steps: readonly Step[] }[] = [];
  // What holds where no condition so far did.
  let otherwise = scope;
  for (const { condition, steps } of syntax.branches) {
    const { expression, checked } = checkedCondition(condition, otherwise, context, 'if', found);
    const block = compileBlock(steps, withPresent(otherwise, checked.whenTrue), context);
    otherwise = withPresent(otherwise, checked.whenFalse);
    blocks.push(block);
    branches.push({ condition: expression, steps: block.steps });
  }
  const last = compileBlock(syntax.otherwise, otherwise, context);
  const step: Step = { kind: 'if', place: lineOf(syntax.at), branches, otherwise: last.steps };
  const compiled = inOwnBlock(scope, [...blocks, last]);
  return { ...compiled, step, problems: [...found, ...compiled.problems] };
}

function compileForeach(syntax: Of<'foreach'>, scope: Scope, context: BlockContext): CompiledStep {
  const { list, variable, at } = syntax;
  const over = compiledList(list, scope, context);
  const items = asObject(over.schema?.['items']);
  const type = over.type;
  const wrong =
    type !== undefined && type !== 'dyn' && !type.startsWith('list')
      ? [problems.notAList(type, spanOf(context.source, list))]
      : [];
  const block = compileLoop(syntax.steps, scope, (entry) => withVariable(entry, variable, items), context);
  return {
    step: { kind: 'foreach', place: lineOf(at), variable, in: over.value, steps: block.steps },
    scope: afterBlocks(scope, [scope, block.scope]),
    problems: [...over.problems, ...wrong, ...naming(variable, at, scope), ...block.problems],
  };
}

/** `foreach: names` is an expression, as `when` is; `${names}` says the same; a YAML list is a list. */
function compiledList(list: Node, scope: Scope, context: BlockContext): CompiledValue {
  if (list.kind !== 'scalar' || !list.text.trim()) return compiledIn(list, scope, context);
  const { expression, at } = conditionIn(context.source, list);
  const { type, schema, problems: found } = checkExpression(expression, at, context.typings.contextOf(scope));
  return { value: { kind: 'expression', source: expression }, type, schema, problems: found };
}

function compileWhile(syntax: Of<'while'>, scope: Scope, context: BlockContext): CompiledStep {
  const { condition, max, at } = syntax;
  const found: Problem[] = [];
  const rounds = max?.kind === 'scalar' && typeof max.value === 'number' ? max.value : undefined;
  const isBound = rounds !== undefined && Number.isInteger(rounds) && rounds >= 1 && rounds <= MAX_ROUNDS;
  if (!isBound)
    found.push(problems.whileWithoutBound(MAX_ROUNDS, max ? spanOf(context.source, max) : at, max !== undefined));
  const { expression } = checkedCondition(condition, scope, context, 'while', found);
  const narrowed = (entry: Scope): Scope =>
    withPresent(entry, checkedCondition(condition, entry, context, 'while', []).checked.whenTrue);
  const block = compileLoop(syntax.steps, scope, narrowed, context);
  return {
    step: { kind: 'while', place: lineOf(at), condition: expression, max: rounds ?? 1, steps: block.steps },
    scope: afterBlocks(scope, [scope, block.scope]),
    problems: [...found, ...block.problems],
  };
}

/** A body that may come again sees what its own end makes of the names: it is compiled with what holds in every round. */
function compileLoop(
  steps: readonly StepSyntax[],
  scope: Scope,
  enter: (scope: Scope) => Scope,
  context: BlockContext,
): CompiledBlock {
  const once = compileBlock(steps, enter(scope), context);
  const always = afterBlocks(scope, [scope, once.scope]);
  const isSame = [...scope.variables].every(([name, schema]) => always.variables.get(name) === schema);
  return isSame ? once : compileBlock(steps, enter(always), context);
}

function compileTry(syntax: Of<'try'>, scope: Scope, context: BlockContext): CompiledStep {
  const block = compileBlock(syntax.steps, scope, context);
  // It may break off anywhere in the block.
  const broken = withVariable(afterBlocks(scope, [scope, block.scope]), 'error_message', { type: 'string' });
  const caught = compileBlock(syntax.caught, broken, context);
  const step: Step = { kind: 'try', place: lineOf(syntax.at), steps: block.steps, caught: caught.steps };
  return { ...inOwnBlock(scope, [block, caught]), step };
}

function compileParallel(syntax: Of<'parallel'>, scope: Scope, context: BlockContext): CompiledStep {
  const blocks = syntax.branches.map((steps) => compileBlock(steps, scope, context));
  const step: Step = { kind: 'parallel', place: lineOf(syntax.at), branches: blocks.map(({ steps }) => steps) };
  // Branches do not see each other, and what they name ends with them.
  return { step, scope, ends: blocks.some(({ ends }) => ends), problems: blocks.flatMap((block) => block.problems) };
}

function compileWait({ duration, at }: Of<'wait'>, scope: Scope, context: BlockContext): CompiledStep {
  const { value, problems: found } = compiledIn(duration, scope, context);
  const literal = literalOf(value);
  const isWrong =
    literal !== undefined &&
    ((typeof literal !== 'string' && typeof literal !== 'number') || durationMs(literal) === undefined);
  const wrong = isWrong ? [problems.notADuration(spanOf(context.source, duration))] : [];
  return { step: { kind: 'wait', place: lineOf(at), duration: value }, scope, problems: [...found, ...wrong] };
}

function compileFail({ message, at }: Of<'fail'>, scope: Scope, context: BlockContext): CompiledStep {
  const { value, type, problems: found } = compiledIn(message, scope, context);
  const literal = literalOf(value);
  const isText =
    literal === undefined ? type === undefined || type === 'string' || type === 'dyn' : typeof literal === 'string';
  const wrong = isText ? [] : [problems.notAMessage(type ?? 'object', spanOf(context.source, message))];
  return {
    step: { kind: 'fail', place: lineOf(at), message: value },
    scope,
    ends: true,
    problems: [...found, ...wrong],
  };
}

/** A condition, checked; it must come to true or false. */
export function checkedCondition(
  node: Of<'while'>['condition'],
  scope: Scope,
  context: Pick<BlockContext, 'source' | 'typings'>,
  owner: 'when' | 'if' | 'while',
  found: Problem[],
): { readonly expression: string; readonly checked: CheckedExpression } {
  const { expression, at } = conditionIn(context.source, node);
  const checked = checkExpression(expression, at, context.typings.contextOf(scope));
  addAll(found, checked.problems);
  const { type, verdict } = checked;
  if (type !== undefined && type !== 'bool' && type !== 'dyn') found.push(problems.conditionNotBoolean(type, at));
  // A loop may go on until a step inside of it ends the rule.
  if (verdict && !(owner === 'while' && verdict.holds === 'always')) found.push(verdict.problem);
  return { expression, checked };
}

function compiledIn(node: Node, scope: Scope, { source, typings }: BlockContext): CompiledValue {
  return compileValue(source, node, typings.contextOf(scope));
}

/** The names of a block end with it; what it gave to names that were there before stays. */
function inOwnBlock(scope: Scope, blocks: readonly CompiledBlock[]): Omit<CompiledStep, 'step'> {
  const going = blocks.filter(({ ends }) => !ends);
  return {
    scope: afterBlocks(
      scope,
      going.map((block) => block.scope),
    ),
    ends: going.length === 0,
    problems: blocks.flatMap((block) => block.problems),
  };
}
