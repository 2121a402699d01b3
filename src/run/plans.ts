import type { Journal } from '../journal/journal.ts';
import type { Plan } from '../rulebook/rulebook.ts';

/** Plans that runs began with; there are as many as there were deployments while runs were waiting. */
export function newPlanCache(
  journal: Pick<Journal, 'plan'>,
  current: Plan,
): (hash: string) => Promise<Plan | undefined> {
  const plans = new Map([[current.hash, Promise.resolve<Plan | undefined>(current)]]);
  return (hash) => {
    const plan = plans.get(hash) ?? journal.plan(hash);
    plans.set(hash, plan);
    return plan;
  };
}
