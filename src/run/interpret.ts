import type { Event } from '../event/event.ts';
import { isFinal, type Message } from '../message/message.ts';
import type { StepNote } from '../plugin/plugin.ts';
import {
  durationMs,
  ExpressionFailed,
  type Plan,
  type Rule,
  type Scope,
  type Step,
  type Value,
  type Values,
} from '../rulebook/rulebook.ts';
import { inWords, type Json } from '../schema/schema.ts';
import { Deferred, failed, StepFailed } from './flow.ts';
import { scopeOf } from './match.ts';
import { type OpExecution, runOp } from './op.ts';
import type { Records } from './records.ts';
import type { Run } from './run.ts';

/** What steps are run with. */
export interface Interpreting extends OpExecution {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of each step that is come to, and of which way it goes where it has several. */
  readonly observe?: Observe;
}

/**
 * A step of `plan` is come to; or it goes one of its ways, counted from 0: of an `if` its branches and then `else`, of a loop
 * its first round, of a `try` its `catch`.
 */
export type Observe = (plan: Plan, step: Step, way?: number) => void;

/** One run at work. */
export interface Interpretation {
  readonly run: Run;
  readonly event: Event;
  readonly plan: Plan;
  readonly rule: Rule;
  /** Results of the steps that were done before, by path. */
  readonly recorded: ReadonlyMap<string, Json>;
  /** Takes the results of further ones. */
  readonly records: Records;
  readonly execution: Interpreting;
  readonly signal: AbortSignal;
}

/** What the steps of one rule or def see, and the names they give. */
interface Frame {
  readonly base: Scope;
  readonly variables: Record<string, Json>;
  /** Whether a `try` catches what fails here. */
  readonly isGuarded: boolean;
}

/** Whether a block goes on to the next step, or has returned. */
type Flow = { readonly kind: 'next' } | { readonly kind: 'return'; readonly value: Json };

/** Twilio keeps a message or call waiting for 10 hours at most (its own queue limit); after that nothing more is told. */
const AWAIT_MS = 10 * 3_600_000;

const NEXT: Flow = { kind: 'next' };

/**
 * Runs a rule from its start. Ops and waits that were recorded are not done again; all else is pure, and comes out as it did.
 * A path is a step's place in the run (`2.0.1`: third step, first branch or round, second step in it).
 * Throws `StepFailed`, or `Deferred` at a wait.
 */
export async function interpret(at: Interpretation): Promise<void> {
  await runSteps(
    at.rule.steps,
    { base: scopeOf(at.event, at.rule), variables: Object.create(null), isGuarded: false },
    '',
    at,
  );
}

async function runSteps(steps: readonly Step[], frame: Frame, path: string, at: Interpretation): Promise<Flow> {
  for (const [index, step] of steps.entries()) {
    const flow = await runStep(step, frame, path === '' ? String(index) : `${path}.${index}`, at);
    if (flow.kind === 'return') return flow;
  }
  return NEXT;
}

async function runStep(step: Step, frame: Frame, path: string, at: Interpretation): Promise<Flow> {
  at.execution.observe?.(at.plan, step);
  switch (step.kind) {
    case 'op':
      name(frame, step.name, await recordedOp(step, frame, path, at));
      return NEXT;
    case 'def':
      name(frame, step.name, await runDef(step, frame, path, at));
      return NEXT;
    case 'call':
      name(frame, step.name, await runRule(step, frame, path, at));
      return NEXT;
    case 'set':
      Object.assign(frame.variables, valuesIn(step, step.values, frame, at));
      return NEXT;
    case 'if':
      return runIf(step, frame, path, at);
    case 'foreach':
      return runForeach(step, frame, path, at);
    case 'while':
      return runWhile(step, frame, path, at);
    case 'try':
      return runTry(step, frame, path, at);
    case 'parallel':
      return runParallel(step, frame, path, at);
    case 'do':
      return runSteps(step.steps, frame, path, at);
    case 'wait':
      await wait(step, frame, path, at);
      return NEXT;
    case 'return':
      return { kind: 'return', value: valueOf(step, step.value, frame, at) };
    case 'fail':
      throw failed('fail', step.place, inWords(valueOf(step, step.message, frame, at)));
  }
}

type Of<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

async function recordedOp(step: Of<'op'>, frame: Frame, path: string, at: Interpretation): Promise<Json> {
  const { run, plan, signal, execution, recorded, records } = at;
  const known = recorded.get(path);
  if (known !== undefined) return known;
  const failure = recorded.get(failurePath(path));
  if (typeof failure === 'string') throw new StepFailed(failure);
  signal.throwIfAborted();
  const args = valuesIn(step, step.args, frame, at);
  await records.written();
  try {
    const note = noteOf(step, path, at);
    const call = { id: `${run.id}.${path}`, run, step, plan, note, signal, follow: records.follow };
    const { result, sent } = await runOp(call, args, execution);
    if (args['await'] === 'finished') holdUntilFinished(sent, execution.now());
    records.add({ path, op: step.op, result });
    return result;
  } catch (thrown) {
    // What was caught once must fail again when the run is taken up again, or the run would go another way.
    if (thrown instanceof StepFailed && frame.isGuarded) {
      records.add({ path: failurePath(path), op: step.op, result: thrown.message });
    }
    throw thrown;
  }
}

/**
 * Puts the run off while something can still become of a message. The step is not recorded: when the run is taken up, the op
 * finds the messages that it had sent, as they then are. Whoever moves a message to its last state wakes the run.
 */
function holdUntilFinished(sent: readonly Message[], now: number): void {
  // What becomes of an untracked one, its provider cannot say: there is nothing to wait for.
  const open = sent.filter(({ state }) => !isFinal(state) && state !== 'untracked');
  const givenUp = Math.max(...open.map(({ createdAt }) => createdAt + AWAIT_MS));
  if (open.length > 0 && now < givenUp) throw new Deferred(givenUp);
}

/** What a step noted is kept beside it. */
function noteOf({ op }: Of<'op'>, path: string, { recorded, records }: Interpretation): StepNote {
  const place = `${path}?`;
  return {
    kept: recorded.get(place),
    keep: async (note) => {
      records.add({ path: place, op, result: note });
      await records.written();
    },
  };
}

function failurePath(path: string): string {
  return `${path}!`;
}

async function runDef(step: Of<'def'>, frame: Frame, path: string, at: Interpretation): Promise<Json> {
  const def = at.plan.defs[step.def];
  if (!def) throw failed(step.def, step.place, 'its definition is not in the plan');
  const own: Frame = {
    base: { vars: def.vars },
    variables: valuesIn(step, step.args, frame, at),
    isGuarded: frame.isGuarded,
  };
  const flow = await runSteps(def.steps, own, path, at);
  return flow.kind === 'return' ? flow.value : null;
}

/** A rule that is called works on the same event, with names of its own. */
async function runRule(step: Of<'call'>, frame: Frame, path: string, at: Interpretation): Promise<Json> {
  const rule = at.plan.rules.find((candidate) => candidate.name === step.rule);
  if (!rule) throw failed(`call ${step.rule}`, step.place, 'the rule is not in the plan');
  const own: Frame = { base: scopeOf(at.event, rule), variables: Object.create(null), isGuarded: frame.isGuarded };
  const flow = await runSteps(rule.steps, own, path, at);
  return flow.kind === 'return' ? flow.value : null;
}

async function runIf(step: Of<'if'>, frame: Frame, path: string, at: Interpretation): Promise<Flow> {
  for (const [index, { condition, steps }] of step.branches.entries()) {
    if (!holds(step, condition, frame, at)) continue;
    at.execution.observe?.(at.plan, step, index);
    return runSteps(steps, frame, `${path}.${index}`, at);
  }
  at.execution.observe?.(at.plan, step, step.branches.length);
  return runSteps(step.otherwise, frame, `${path}.${step.branches.length}`, at);
}

async function runForeach(step: Of<'foreach'>, frame: Frame, path: string, at: Interpretation): Promise<Flow> {
  const list = valueOf(step, step.in, frame, at);
  if (!Array.isArray(list)) throw failed('foreach', step.place, 'this is no list');
  for (const [round, item] of (list as readonly Json[]).entries()) {
    at.execution.observe?.(at.plan, step, 0);
    frame.variables[step.variable] = item;
    const flow = await runSteps(step.steps, frame, `${path}.${round}`, at);
    if (flow.kind === 'return') return flow;
  }
  return NEXT;
}

async function runWhile(step: Of<'while'>, frame: Frame, path: string, at: Interpretation): Promise<Flow> {
  for (let round = 0; holds(step, step.condition, frame, at); round++) {
    if (round === step.max) {
      throw failed('while', step.place, `it still holds after ${step.max} rounds`);
    }
    at.execution.observe?.(at.plan, step, 0);
    const flow = await runSteps(step.steps, frame, `${path}.${round}`, at);
    if (flow.kind === 'return') return flow;
  }
  return NEXT;
}

async function runTry(step: Of<'try'>, frame: Frame, path: string, at: Interpretation): Promise<Flow> {
  try {
    return await runSteps(step.steps, { ...frame, isGuarded: true }, `${path}.0`, at);
  } catch (thrown) {
    if (!(thrown instanceof StepFailed)) throw thrown;
    at.execution.observe?.(at.plan, step, 0);
    frame.variables['error_message'] = thrown.message;
    return runSteps(step.caught, frame, `${path}.1`, at);
  }
}

/** All branches are seen to their end or wait; then the first failure counts, and else the earliest wait. */
async function runParallel(step: Of<'parallel'>, frame: Frame, path: string, at: Interpretation): Promise<Flow> {
  const branches = await Promise.allSettled(
    step.branches.map((steps, index) =>
      runSteps(steps, { ...frame, variables: { ...frame.variables } }, `${path}.${index}`, at),
    ),
  );
  const thrown = branches.flatMap((branch) => (branch.status === 'rejected' ? [branch.reason as unknown] : []));
  const failure = thrown.find((reason) => !(reason instanceof Deferred));
  if (failure !== undefined) throw failure;
  const waits = thrown.flatMap((reason) => (reason instanceof Deferred ? [reason.until] : []));
  if (waits.length > 0) throw new Deferred(Math.min(...waits));
  return (
    branches.flatMap((branch) =>
      branch.status === 'fulfilled' && branch.value.kind === 'return' ? [branch.value] : [],
    )[0] ?? NEXT
  );
}

/** The due time is journaled when the wait begins, so that a restart does not begin it anew. */
async function wait(step: Of<'wait'>, frame: Frame, path: string, at: Interpretation): Promise<void> {
  const { recorded, records, execution } = at;
  let until = recorded.get(path);
  if (typeof until !== 'number') {
    const duration = valueOf(step, step.duration, frame, at);
    const ms = typeof duration === 'string' || typeof duration === 'number' ? durationMs(duration) : undefined;
    if (ms === undefined) throw failed('wait', step.place, 'this is no duration');
    until = execution.now() + ms;
    records.add({ path, op: 'wait', result: until });
  }
  if (execution.now() < until) throw new Deferred(until);
}

function name(frame: Frame, as: string | undefined, result: Json): void {
  if (as !== undefined) frame.variables[as] = result;
}

function scopeIn({ base, variables }: Frame): Scope {
  const scope: Record<string, unknown> = Object.create(null);
  return Object.assign(scope, base, variables);
}

function holds(step: Step, condition: string, frame: Frame, at: Interpretation): boolean {
  return valueOf(step, { kind: 'expression', source: condition }, frame, at) === true;
}

function valuesIn(step: Step, values: Values, frame: Frame, at: Interpretation): Record<string, Json> {
  const found: Record<string, Json> = Object.create(null);
  const scope = scopeIn(frame);
  for (const [key, value] of Object.entries(values)) found[key] = valueWith(step, value, scope, at);
  return found;
}

function valueOf(step: Step, value: Value, frame: Frame, at: Interpretation): Json {
  return valueWith(step, value, scopeIn(frame), at);
}

function valueWith(step: Step, value: Value, scope: Scope, { execution }: Interpretation): Json {
  try {
    return execution.valueIn(value, scope, execution.evaluate);
  } catch (failure) {
    if (!(failure instanceof ExpressionFailed)) throw failure;
    throw failed(step.kind === 'op' ? step.op : step.kind, step.place, failure.message, failure);
  }
}
