import type { Clock } from '../../time/time.ts';
import type { Journal, PendingRun } from '../journal.ts';
import type { Call } from './batch.ts';
import { claimedRun, eventArgument, newlyAppended, runArguments, toAppended, toPendingRun } from './event.ts';
import type { Gather } from './gather.ts';
import { integer, rowsOf } from './row.ts';

type WrittenVerbs = Pick<
  Journal,
  | 'keepPlan'
  | 'appendEvent'
  | 'claimRuns'
  | 'deferRun'
  | 'releaseRun'
  | 'wakeRun'
  | 'recordStep'
  | 'finishRun'
  | 'resumeRun'
>;

/**
 * What this host has claimed, and the epoch of each claim: a write that comes late is known by it. A claim that was lost stays
 * here for as long as somebody may still work on the run.
 */
export type Claims = Map<string, number>;

/** Events, and runs on their way. */
export function runVerbs(gather: Gather, claims: Claims, clock: Clock, keptPlans: Map<string, string>): WrittenVerbs {
  const fenced = (call: Call, runId: string): Promise<unknown> => {
    const epoch = claims.get(runId);
    return gather.do({ ...call, run: runId, ...(epoch !== undefined && { epoch }) });
  };
  const ended = async (call: Call, runId: string): Promise<void> => {
    const epoch = claims.get(runId);
    await fenced(call, runId);
    if (claims.get(runId) === epoch) claims.delete(runId);
  };
  const dueOf = (until: number): number | null => (until <= clock.now() ? null : Math.ceil(until));
  return {
    keepPlan: async (plan) => {
      const body = JSON.stringify(plan);
      await gather.do({ verb: 'plan', hash: plan.hash, body });
      keptPlans.set(plan.hash, body);
    },
    appendEvent: async (event, runs, room = 0) => {
      const told = eventArgument(event);
      const result = await gather.do({ verb: 'append', event: told, runs: runArguments(runs), room });
      const appended = typeof result === 'number' ? newlyAppended(result, runs.length, room) : toAppended(result);
      for (const id of appended.claimed) claims.set(id, 1);
      const read = appended.claimed.length === 0 ? event : { ...event, data: JSON.parse(String(told['data'])) };
      const claimed = runs.flatMap((run, place) => {
        const id = appended.runIds[place] ?? '';
        return appended.claimed.includes(id) ? [claimedRun(id, appended.eventId, run, read)] : [];
      });
      return { ...appended, claimed };
    },
    claimRuns: (limit) => claimRuns(gather, claims, { limit }),
    deferRun: (runId, until) => ended({ verb: 'giveBack', due: dueOf(until) }, runId),
    releaseRun: (runId, until, error) => ended({ verb: 'giveBack', due: dueOf(until), error }, runId),
    wakeRun: async (run) => void (await gather.do({ verb: 'wake', run })),
    recordStep: async (runId, { path, op, result }) =>
      void (await fenced({ verb: 'step', path, op, result: JSON.stringify(result) }, runId)),
    finishRun: (runId, end) => ended({ verb: 'finish', ...end }, runId),
    resumeRun: async (run) => (await gather.do({ verb: 'resume', run })) === true,
  };
}

/** Claims what is due, or of those `ids` what is. */
export async function claimRuns(
  gather: Gather,
  claims: Claims,
  which: { readonly limit: number } | { readonly ids: readonly string[] },
): Promise<readonly PendingRun[]> {
  return rowsOf(await gather.do({ verb: 'claim', ...which })).map((row): PendingRun => {
    const pending = toPendingRun(row);
    claims.set(pending.run.id, integer(row, 'epoch'));
    return pending;
  });
}
