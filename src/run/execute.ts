import type { Event } from '../event/event.ts';
import type { Journal } from '../journal/journal.ts';
import { type Draft, type Message, NotSent } from '../message/message.ts';
import { type OpContext, OpFailed, type Registry } from '../plugin/plugin.ts';
import type { Resource } from '../resource/resource.ts';
import {
  type Evaluate,
  ExpressionFailed,
  type Plan,
  type Rule,
  type Scope,
  type Step,
  type Value,
} from '../rulebook/rulebook.ts';
import { compileSchema, type Json, type JsonObject, type JsonSchema } from '../schema/schema.ts';
import { scopeOf } from './match.ts';
import type { Run } from './run.ts';

/** What the execution of runs needs from the rest of the house. */
export interface Execution {
  readonly journal: Pick<Journal, 'plan' | 'steps' | 'recordStep' | 'finishRun'>;
  readonly registry: Registry;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly evaluate: Evaluate;
  readonly valueIn: (value: Value, scope: Scope, evaluate: Evaluate) => Json;
  /** Takes a message on, and resolves when its first fate is known. */
  readonly deliver: (id: string, run: Run, op: string, draft: Draft, signal: AbortSignal) => Promise<Message>;
  readonly log: (line: string) => void;
}

/** How a run ended. */
export type RunEnd = { readonly state: 'done' } | { readonly state: 'failed'; readonly error: string };

/**
 * Takes a run from its last recorded step to its end, with the plan that it began with. A failure that is the rule's or the
 * world's ends the run as failed, with its reason; rejects only when aborted, or when the journal is gone.
 */
export async function executeRun(run: Run, event: Event, execution: Execution, signal: AbortSignal): Promise<RunEnd> {
  const plan = await execution.journal.plan(run.planHash);
  const rule = plan?.rules.find((candidate) => candidate.name === run.rule);
  const end = plan && rule ? await attempt(run, event, plan, rule, execution, signal) : planLost(run);
  await execution.journal.finishRun(run.id, end);
  return end;
}

function planLost(run: Run): RunEnd {
  return { state: 'failed', error: `the plan of rule "${run.rule}" is not in the journal` };
}

async function attempt(
  run: Run,
  event: Event,
  plan: Plan,
  rule: Rule,
  execution: Execution,
  signal: AbortSignal,
): Promise<RunEnd> {
  try {
    await executeSteps(run, event, plan, rule, execution, signal);
    return { state: 'done' };
  } catch (failure) {
    if (failure instanceof StepFailed) return { state: 'failed', error: failure.message };
    throw failure;
  }
}

async function executeSteps(
  run: Run,
  event: Event,
  plan: Plan,
  rule: Rule,
  execution: Execution,
  signal: AbortSignal,
): Promise<void> {
  const recorded = new Map((await execution.journal.steps(run.id)).map((step) => [step.path, step.result]));
  const results: Record<string, Json> = Object.create(null);
  for (const [index, step] of rule.steps.entries()) {
    const path = String(index);
    let result = recorded.get(path);
    if (result === undefined) {
      signal.throwIfAborted();
      result = await executeStep(
        `${run.id}.${path}`,
        run,
        step,
        plan,
        { ...scopeOf(event, rule), ...results },
        execution,
        signal,
      );
      await execution.journal.recordStep(run.id, { path, op: step.op, result });
    }
    if (step.name !== undefined) results[step.name] = result;
  }
}

async function executeStep(
  id: string,
  run: Run,
  step: Step,
  plan: Plan,
  scope: Scope,
  execution: Execution,
  signal: AbortSignal,
): Promise<Json> {
  const op = execution.registry.op(step.op);
  if (!op) throw new StepFailed(step, `there is no op "${step.op}" any more`);
  const args = argumentsOf(step, scope, execution, op.args);
  const perform = await op.load();
  try {
    return await perform(args, contextOf(id, run, step, plan, execution, signal));
  } catch (failure) {
    if (failure instanceof OpFailed || failure instanceof NotSent) throw new StepFailed(step, failure.message, failure);
    throw failure;
  }
}

/** The arguments as data has them; what the compiler could not prove is held against the op's schema here. */
function argumentsOf(step: Step, scope: Scope, execution: Execution, schema: JsonSchema): JsonObject {
  const args: Record<string, Json> = Object.create(null);
  try {
    for (const [name, value] of Object.entries(step.args))
      args[name] = execution.valueIn(value, scope, execution.evaluate);
  } catch (failure) {
    if (failure instanceof ExpressionFailed) throw new StepFailed(step, failure.message, failure);
    throw failure;
  }
  const [violation] = compileSchema(schema)(args);
  if (violation) throw new StepFailed(step, `argument "${violation.path.join('.')}" ${violation.message}`);
  return args;
}

function contextOf(id: string, run: Run, step: Step, plan: Plan, execution: Execution, signal: AbortSignal): OpContext {
  let sends = 0;
  const resource = (mid: string): Resource => {
    const found = execution.resources.get(mid);
    if (!found) throw new OpFailed(`there is no resource "${mid}"`);
    return found;
  };
  return {
    signal,
    resource,
    sender: (mid) => {
      const setting = execution.registry.resourceClass(resource(mid).class)?.sender;
      const number = setting === undefined ? undefined : resource(mid).settings[setting];
      return typeof number === 'string' ? number : undefined;
    },
    template: (name) => {
      const text = plan.templates[name];
      if (text === undefined) throw new OpFailed(`there is no template "${name}"`);
      return { file: `resources/templates/${name}`, text };
    },
    // The id is made of the place in the run, so that a run which is taken up again finds the message it had taken on.
    send: (draft) => execution.deliver(`${id}.${sends++}`, run, step.op, draft, signal),
    log: (line) => execution.log(`${step.place} ${line}`),
  };
}

/** A step could not be done; the message says which, where, and why. */
class StepFailed extends Error {
  constructor(step: Step, reason: string, cause?: unknown) {
    super(`${step.op} (${step.place}): ${reason}`, { cause });
    this.name = 'StepFailed';
  }
}
