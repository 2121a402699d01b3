import type { Journal, PendingRun } from '../journal/journal.ts';
import type { Plan } from '../rulebook/rulebook.ts';
import { Deferred, StepFailed } from './flow.ts';
import { type Interpreting, interpret } from './interpret.ts';
import { newRecords, type Records } from './records.ts';

/** What the execution of runs needs from the rest of the house. */
export interface Execution extends Interpreting {
  readonly journal: Pick<Journal, 'steps' | 'recordStep' | 'finishRun' | 'deferRun'>;
  /** The plan of a hash, as the journal has it. */
  readonly planOf: (hash: string) => Promise<Plan | undefined>;
}

/** How a run ended, or until when it waits. */
export type RunEnd =
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'deferred'; readonly until: number };

/**
 * Takes a run from its last recorded step on, with the plan that it began with: to its end, or to a wait. A failure that is
 * the rule's or the world's ends the run as failed, with its reason; rejects only when aborted, or when the journal is gone.
 */
export async function executeRun(pending: PendingRun, execution: Execution, signal: AbortSignal): Promise<RunEnd> {
  const { journal } = execution;
  const { id } = pending.run;
  const records = newRecords(journal, id);
  const end = await attempt(pending, records, execution, signal);
  // The last step and the end: asked for in one turn, and so in one commit.
  const ended = end.state === 'deferred' ? journal.deferRun(id, end.until) : journal.finishRun(id, end);
  await Promise.all([records.written(), ended]);
  return end;
}

async function attempt(
  { run, event, isFresh }: PendingRun,
  records: Records,
  execution: Execution,
  signal: AbortSignal,
): Promise<RunEnd> {
  const plan = await execution.planOf(run.planHash);
  const rule = plan?.rules.find((candidate) => candidate.name === run.rule);
  if (!plan || !rule) return { state: 'failed', error: `the plan of rule "${run.rule}" is not in the journal` };
  const steps = isFresh ? [] : await execution.journal.steps(run.id);
  const recorded = new Map(steps.map((step) => [step.path, step.result]));
  try {
    await interpret({ run, event, plan, rule, recorded, records, execution, signal });
    return { state: 'done' };
  } catch (thrown) {
    if (thrown instanceof StepFailed) return { state: 'failed', error: thrown.message };
    if (thrown instanceof Deferred) return { state: 'deferred', until: thrown.until };
    throw thrown;
  }
}
