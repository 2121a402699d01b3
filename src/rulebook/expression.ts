import type { ASTNode } from '@marcbachmann/cel-js';
import { hasErrors, type Problem, type Span } from '../problem/problem.ts';
import type { JsonSchema } from '../schema/schema.ts';
import { anyOf } from './expression/combine.ts';
import { infer } from './expression/infer.ts';
import { type Doubt, type Env, EVENT_TYPE, type Known } from './expression/known.ts';
import { parse } from './expression/parse.ts';
import { celTypeOf, schemaOfShape } from './expression/schema-of-shape.ts';
import { isOnly, onlyValue, type Shape } from './expression/shape.ts';
import { isReached, type State, stateWith } from './expression/state.ts';
import * as problems from './expression-problems.ts';
import type { Names, Typing } from './typing.ts';

export { newConditionReader } from './expression/plain.ts';
export { conditionKey, sameCondition } from './expression/same-condition.ts';

/** What the expressions of one place are checked against: one typing for each event type that the rule listens to. */
export interface ExpressionContext {
  readonly typings: readonly { readonly eventType: string; readonly names: Names; readonly typing: Typing }[];
  /** What is proved here: that a field is present, as `data.email`, and what `checkExpression` tells beside that. */
  readonly present: ReadonlySet<string>;
}

/** An expression that was checked. */
export interface CheckedExpression {
  /** Its CEL type, where it has one. */
  readonly type: string | undefined;
  /** What is known of its value: the schema of the field that it names, or what its type says. */
  readonly schema: JsonSchema | undefined;
  /**
   * What is proved wherever it comes to true, and wherever it comes to false: fields that are present (`data.email`), or not
   * null (`data.email != null`), and types that the event is not of (`event.type != "job.end"`).
   */
  readonly whenTrue: ReadonlySet<string>;
  readonly whenFalse: ReadonlySet<string>;
  /** For a condition whose answer is certain before anything runs. */
  readonly verdict: Verdict | undefined;
  readonly problems: readonly Problem[];
}

/** What is certain of a condition, and the problem that a `when`, an `if` or a `while` has with it. */
export interface Verdict {
  readonly holds: 'always' | 'never';
  readonly problem: Problem;
}

/** An expression as one type of event sees it. */
interface Judgement {
  readonly eventType: string;
  readonly known: Known;
  readonly problems: readonly Problem[];
  readonly doubts: readonly Doubt[];
  readonly facts: readonly string[];
  readonly deadEnds: readonly { readonly node: ASTNode; readonly because: readonly ASTNode[] }[];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Checks a CEL expression whose first character stands at `at.start`. The first event type that it does not fit is told,
 * the others would say the same again. Never throws.
 */
export function checkExpression(expression: string, at: Span, context: ExpressionContext): CheckedExpression {
  let known = inOrder.get(context);
  if (!known) {
    known = new Map();
    inOrder.set(context, known);
  }
  const before = known.get(expression);
  if (before) return before;
  const checked = checkAnew(expression, at, context);
  // What is wrong has a place; what is in order is so wherever it stands.
  if (checked.problems.length === 0 && !checked.verdict) known.set(expression, checked);
  return checked;
}

/** Expressions that were found in order, by what they were checked against: a thousand rules say `${title}`. */
const inOrder = new WeakMap<ExpressionContext, Map<string, CheckedExpression>>();

function checkAnew(expression: string, at: Span, context: ExpressionContext): CheckedExpression {
  const parsed = parse(expression);
  if (parsed.kind === 'unreadable') return failed([problems.unreadable(parsed, expression, within(at, parsed))]);
  const { ast } = parsed;
  const judgements = judgementsIn(ast, at, context);
  const wrong = judgements.find((judgement) => judgement.problems.length > 0);
  if (wrong) {
    return failed(
      judgements.length > 1 ? wrong.problems.map((found) => problems.forEvent(found, wrong.eventType)) : wrong.problems,
    );
  }
  const found = doubtsOfAll(judgements, at);
  const shape = anyOf(judgements.map(({ known }) => known.shape));
  return {
    type: celTypeOf(shape),
    schema: schemaOfShape(shape),
    whenTrue: provedIn(judgements, ({ whenTrue }) => whenTrue),
    whenFalse: provedIn(judgements, ({ whenFalse }) => whenFalse),
    verdict: found.length === 0 ? verdictIn(shape, judgements, at) : undefined,
    problems: found,
  };
}

function failed(found: readonly Problem[]): CheckedExpression {
  const type = hasErrors(found) ? undefined : 'dyn';
  return { type, schema: undefined, whenTrue: NONE, whenFalse: NONE, verdict: undefined, problems: found };
}

/** The typings that are left by what was asked of the event's type; all of them, where that left none. */
function typingsFor({ typings, present }: ExpressionContext): ExpressionContext['typings'] {
  const left = typings.filter(({ eventType }) => !present.has(isNotOfType(eventType)));
  return left.length > 0 ? left : typings;
}

function isNotOfType(eventType: string): string {
  return `${EVENT_TYPE} != ${JSON.stringify(eventType)}`;
}

/** One judgement for each type of event that comes here. */
function judgementsIn(ast: ASTNode, at: Span, context: ExpressionContext): readonly Judgement[] {
  const typings = typingsFor(context);
  const eventTypes = typings.map(({ eventType }) => eventType).filter((eventType) => eventType !== '');
  return typings.map((typing) => judge(ast, at, typing, eventTypes, context.present));
}

function judge(
  ast: ASTNode,
  at: Span,
  { eventType, names, typing }: ExpressionContext['typings'][number],
  eventTypes: readonly string[],
  present: ReadonlySet<string>,
): Judgement {
  const found: Problem[] = [];
  const doubts: Doubt[] = [];
  const facts = new Set<string>();
  const deadEnds: { node: ASTNode; because: readonly ASTNode[] }[] = [];
  const env: Env = {
    names,
    isOpen: typing.isOpen,
    eventType,
    eventTypes,
    locals: new Map(),
    at: (node) => within(at, node),
    report: (problem) => void found.push(problem),
    doubt: (doubt) => void doubts.push(doubt),
    settled: (place, shape) => void facts.add(problems.factOf(place, shape) ?? ''),
    deadEnd: (node, because) => void deadEnds.push({ node, because }),
    infer,
  };
  const known = infer(ast, env, stateWith(present));
  return { eventType, known, problems: withoutRepeats(found), doubts, facts: [...facts].filter(Boolean), deadEnds };
}

/** A slip is told where every type of event that comes here makes it one. */
function doubtsOfAll(judgements: readonly Judgement[], at: Span): readonly Problem[] {
  const [first, ...others] = judgements;
  return (first?.doubts ?? []).flatMap((doubt) => {
    const same = others.map(({ doubts }) => doubts.find(({ node }) => node === doubt.node));
    if (same.some((other) => !other)) return [];
    const listed = new Set([doubt, ...same].flatMap((one) => one?.listed ?? []));
    return [problems.notAmongValues(doubt, [...listed], within(at, doubt.node))];
  });
}

/** What every type of event proves that gets there; and which types do not get there at all. */
function provedIn(judgements: readonly Judgement[], stateOf: (known: Known) => State): ReadonlySet<string> {
  const reached = judgements.filter(({ known }) => isReached(stateOf(known)));
  const [first, ...others] = (reached.length > 0 ? reached : judgements).map(({ known }) => stateOf(known).present);
  const proved = [...(first ?? [])].filter(
    (place) => !/^\w+@\d/.test(place) && others.every((other) => other.has(place)),
  );
  const excluded = reached.length > 0 ? judgements.filter((judgement) => !reached.includes(judgement)) : [];
  return new Set([...proved, ...excluded.map(({ eventType }) => isNotOfType(eventType))]);
}

function verdictIn(shape: Shape, judgements: readonly Judgement[], at: Span): Verdict | undefined {
  const [holds] = onlyValue(shape);
  if (!isOnly(shape, 'boolean') || holds === undefined) return undefined;
  const [first] = judgements;
  const reason = first?.facts.slice(0, 2).join('; ') || undefined;
  if (holds === true) return { holds: 'always', problem: problems.conditionAlwaysHolds(at, reason) };
  const end = judgements.length === 1 ? first?.deadEnds[0] : undefined;
  if (!end) return { holds: 'never', problem: problems.conditionNeverHolds(at, reason, []) };
  const because = end.because.map((node) => within(at, node));
  return {
    holds: 'never',
    problem: problems.conditionNeverHolds(within(at, end.node), because.length > 0 ? undefined : reason, because),
  };
}

/** A part of an expression as a stretch of its file, which it never leaves. */
function within(at: Span, { start, end }: { readonly start: number; readonly end: number }): Span {
  const from = Math.min(at.start + start, at.end);
  return { source: at.source, start: from, end: Math.max(from, Math.min(at.start + end, at.end)) };
}

/** A part that is looked at twice is wrong once. */
function withoutRepeats(found: readonly Problem[]): readonly Problem[] {
  const keys = found.map(({ code, message, at }) => `${code} ${at?.start} ${message}`);
  return found.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}
