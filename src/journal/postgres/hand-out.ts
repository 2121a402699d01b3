import { EventEmitter } from 'node:events';
import type { Runner, WorkerEvents } from 'graphile-worker';
import type { Pool } from 'pg';
import type { Message } from '../../message/message.ts';
import type { Clock, FedPump, Pump, Work } from '../../time/time.ts';
import { ClaimLost, type HandOut, type PendingRun } from '../journal.ts';
import { ask } from './connect.ts';
import type { Gather } from './gather.ts';
import type { HostLease } from './host.ts';
import { newInboxTask } from './inbox.ts';
import { toMessage } from './message.ts';
import { integer, type Row, rowsOf } from './row.ts';
import { type Claims, claimRuns } from './run.ts';

/** Jobs under way at once: runs, most of which wait for a provider. */
const CONCURRENCY = 200;
/** Runs under way at once, with those that were claimed with their events: what a busy door brings while others wait for their commits. */
const MOST_RUNS = 500;
/** Fetched ahead of the workers: as many again, so that none of them waits for the database. */
const FETCHED_AHEAD = 400;
/** Jobs that are due later are found by asking; those that are due now are told at once (LISTEN). */
const POLL_MS = 500;
/** After graphile-worker gave up, such as while the database was gone; and between two tries to give a run back. */
const RESTART_MS = 1_000;
/** A stop does not wait longer for a database that is gone: what was left is taken over when the lease has ended. */
const STOP_MS = 10_000;
/** Between two looks at whether everything is done. */
const IDLE_MS = 20;

/** What graphile-worker gives: the id that a job is about. */
type Task = (id: string) => Promise<void>;

interface Parts {
  readonly pool: Pool;
  /** For graphile-worker alone: its workers must not wait for the verbs. */
  readonly openPool: () => Promise<Pool>;
  readonly lease: HostLease;
  readonly gather: Gather;
  readonly claims: Claims;
  readonly clock: Clock;
  readonly giveBack: (run: PendingRun, failure: unknown) => Promise<void>;
  readonly trouble: (what: string, cause: unknown) => void;
}

/** Hands out what is due, by graphile-worker: nothing of a queue is here, but what is done with a job. */
export function newHandOut(parts: Parts): HandOut {
  const tasks = new Map<string, Task>();
  const engine = newEngine(parts, tasks);
  const pumpOf = (name: string, task: Task): Pump => {
    tasks.set(name, task);
    return engine;
  };
  return {
    runs: (work) => {
      const see = newRunWork(parts, engine.isStopping, work);
      return { ...pumpOf('ringbook_run', newRunTask(parts, see)), ...engine.fedWith(see) };
    },
    messages: (work) => pumpOf('ringbook_message', newMessageTask(parts, engine.isStopping, work)),
    events: (accept) => pumpOf('ringbook_event', newInboxTask(parts.pool, parts.clock, accept)),
  };
}

/** Claims the run of a job and works on it. Where another host has it, or it is not its turn, the job is done: there will be another. */
function newRunTask({ gather, claims }: Parts, see: (pending: PendingRun) => Promise<void>): Task {
  const claim = newTogether(async (ids) => {
    const claimed = await claimRuns(gather, claims, { ids });
    return new Map(claimed.map((pending) => [pending.run.id, pending]));
  });
  return async (id) => {
    const pending = await claim(id);
    if (pending) await see(pending);
  };
}

/** Works on a run that was claimed, until this host does not have it any more. */
function newRunWork(
  { claims, giveBack, trouble }: Parts,
  isStopping: () => boolean,
  { work }: Work<PendingRun>,
): (pending: PendingRun) => Promise<void> {
  return async (pending) => {
    const { id } = pending.run;
    const epoch = claims.get(id);
    await work(pending);
    // It could not be given back, as the database was gone: this host lives on, so nobody else would do it.
    while (epoch !== undefined && claims.get(id) === epoch && !isStopping()) {
      try {
        await giveBack(pending, new Error('the database was gone when it ended'));
      } catch (cause) {
        if (cause instanceof ClaimLost) break;
        trouble(`run ${id} could not be given back; it is tried again`, cause);
        await sleep(RESTART_MS);
      }
    }
    if (claims.get(id) === epoch) claims.delete(id);
  };
}

/** Carries the message of a job on until it is not due any more. */
function newMessageTask({ gather }: Parts, isStopping: () => boolean, { work }: Work<Message>): Task {
  const dueAmong = (again: boolean) =>
    newTogether(async (ids) => {
      const due = rowsOf(await gather.do({ verb: 'due', ids, again })).map(toMessage);
      return new Map(due.map((message) => [message.id, message]));
    });
  const first = dueAmong(false);
  const next = dueAmong(true);
  return async (id) => {
    for (let due = await first(id); due; due = await next(id)) {
      if (isStopping()) throw new Error('the host stops: another one, or the next, goes on with it');
      await work(due);
    }
  };
}

/** One question for all who ask in one turn of the event loop. */
function newTogether<Answer>(
  askAll: (ids: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
): (id: string) => Promise<Answer | undefined> {
  let ids: string[] = [];
  let answers: Promise<ReadonlyMap<string, Answer>> | undefined;
  return async (id) => {
    ids.push(id);
    answers ??= new Promise<void>((begin) => setImmediate(begin)).then(() => {
      const asked = ids;
      ids = [];
      answers = undefined;
      return askAll(asked);
    });
    return (await answers).get(id);
  };
}

interface Engine extends Pump {
  readonly isStopping: () => boolean;
  /** Runs that this host has claimed together with their events need no job: they are worked on at once. */
  readonly fedWith: (see: (pending: PendingRun) => Promise<void>) => Pick<FedPump<PendingRun>, 'reserve' | 'feed'>;
}

/** graphile-worker, from the first wake on; started again where it gives up. */
function newEngine({ pool, openPool, lease, trouble }: Parts, tasks: ReadonlyMap<string, Task>): Engine {
  let running: Promise<void> | undefined;
  let runner: Runner | undefined;
  let isStopping = false;
  let underWay = 0;
  let kept = 0;

  async function track(work: Promise<void>): Promise<void> {
    underWay++;
    try {
      await work;
    } finally {
      underWay--;
    }
  }

  const taskList = () =>
    Object.fromEntries([...tasks].map(([name, task]) => [name, (payload: unknown) => track(task(idOf(payload)))]));

  async function keepRunning(): Promise<void> {
    // Everyone who has a task for it has said so by then.
    await new Promise<void>((begin) => setImmediate(begin));
    while (!isStopping) {
      try {
        await runOnce();
      } catch (cause) {
        if (!isStopping) trouble('the engine that hands out the work broke; it is started again', cause);
      }
      if (!isStopping) await sleep(RESTART_MS);
    }
  }

  async function runOnce(): Promise<void> {
    const { run } = await import('graphile-worker');
    const { SILENT } = await import('./engine.ts');
    const own = await openPool();
    const poolIds: string[] = [];
    try {
      const events: WorkerEvents = new EventEmitter();
      events.on('pool:create', ({ workerPool }) => {
        poolIds.push(workerPool.id);
        lease.usePool(workerPool.id).catch((cause: unknown) => trouble('this host could not be registered', cause));
      });
      runner = await run({
        pgPool: own,
        taskList: taskList(),
        parsedCronItems: [],
        noHandleSignals: true,
        logger: SILENT,
        events,
        preset: {
          worker: {
            concurrentJobs: CONCURRENCY,
            pollInterval: POLL_MS,
            localQueue: { size: FETCHED_AHEAD },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      });
      if (isStopping) await runner.stop();
      await runner.promise;
    } finally {
      runner = undefined;
      await own.end();
      await lease.leavePools(poolIds);
    }
  }

  return {
    isStopping: () => isStopping,
    fedWith: (see) => ({
      reserve: (count) => {
        const places = isStopping ? 0 : Math.max(0, Math.min(count, MOST_RUNS - underWay - kept));
        kept += places;
        return places;
      },
      feed: (items, reserved) => {
        kept -= reserved;
        for (const pending of items) void track(see(pending));
      },
    }),
    wake() {
      running ??= keepRunning();
    },
    async idle() {
      while (underWay > 0 || (await someDue(pool))) await sleep(IDLE_MS);
    },
    async drain() {
      isStopping = true;
      await Promise.race([runner?.stop().catch(() => undefined), sleep(STOP_MS)]);
      await Promise.race([running, sleep(STOP_MS)]);
      while (underWay > 0) await sleep(IDLE_MS);
    },
  };
}

async function someDue(pool: Pool): Promise<boolean> {
  const [row = {}] = await ask<Row>(pool, 'jobs due', DUE, []);
  return integer(row, 'due') > 0;
}

const DUE = `SELECT count(*) AS due FROM graphile_worker.jobs
  WHERE task_identifier LIKE 'ringbook\\_%' AND run_at <= now() AND attempts < max_attempts`;

function idOf(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && 'id' in payload && typeof payload.id === 'string') {
    return payload.id;
  }
  throw new TypeError('a job is about nothing');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
