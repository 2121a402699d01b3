/** What takes one task at a time, and does those together that come at the same moment. */
export type Gathered<Task, Result> = (task: Task) => Promise<Result>;

/** How tasks are done together. */
export interface Gathering<Task, Result> {
  /** Tasks in one go. */
  readonly max: number;
  /** Two tasks of the same id never go together. */
  readonly idOf: (task: Task) => string;
  /** Does them together: a result for each, in their order. Where it rejects, all of them do. */
  readonly perform: (tasks: readonly Task[]) => Promise<readonly Result[]>;
}

/**
 * For providers whose wire takes many messages in one request, while the house sends one at a time. Whatever is asked before
 * the event loop comes round goes together, up to `max`; those whose attempts were journaled by one commit do. Nothing waits
 * for company longer than that, and nothing is kept beyond it.
 */
export function newGatherer<Task, Result>(gathering: Gathering<Task, Result>): Gathered<Task, Result> {
  let waiting: Waiting<Task, Result>[] = [];
  const flush = (): void => {
    const all = waiting;
    waiting = [];
    for (const batch of inBatches(all, gathering)) void settle(batch, gathering);
  };
  return (task) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ task, resolve, reject });
    });
}

interface Waiting<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** Each into the first batch that has room for it, and none of its id. */
function inBatches<Task, Result>(
  all: readonly Waiting<Task, Result>[],
  { max, idOf }: Gathering<Task, Result>,
): readonly (readonly Waiting<Task, Result>[])[] {
  const batches: { readonly ids: Set<string>; readonly tasks: Waiting<Task, Result>[] }[] = [];
  for (const one of all) {
    const id = idOf(one.task);
    let batch = batches.find(({ ids, tasks }) => tasks.length < max && !ids.has(id));
    if (!batch) batches.push((batch = { ids: new Set(), tasks: [] }));
    batch.ids.add(id);
    batch.tasks.push(one);
  }
  return batches.map(({ tasks }) => tasks);
}

async function settle<Task, Result>(
  batch: readonly Waiting<Task, Result>[],
  { perform }: Gathering<Task, Result>,
): Promise<void> {
  try {
    const results = await perform(batch.map(({ task }) => task));
    if (results.length !== batch.length) throw new Error(`${batch.length} tasks came to ${results.length} results`);
    for (const [index, result] of results.entries()) batch[index]?.resolve(result);
  } catch (thrown) {
    for (const { reject } of batch) reject(thrown);
  }
}

/** A signal for what is done for several: it aborts when all of theirs have. `release` it when that is done. */
export function whenAllAbort(signals: readonly AbortSignal[]): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const all = new AbortController();
  const release = new AbortController();
  let left = signals.filter(({ aborted }) => !aborted).length;
  const abort = (): void => all.abort(signals[0]?.reason);
  if (left === 0 && signals.length > 0) abort();
  for (const signal of signals) {
    const told = (): void => void (--left === 0 && abort());
    if (!signal.aborted) signal.addEventListener('abort', told, { once: true, signal: release.signal });
  }
  return { signal: all.signal, release: () => release.abort() };
}
