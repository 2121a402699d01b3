/** What the database is asked to do, by `ringbook.do_call` of the migrations. */
export interface Call {
  readonly verb: string;
  readonly [argument: string]: unknown;
}

/** A call with the time at which it is made. */
type TimedCall = Call & { readonly now: number };

/** Calls as `ringbook.act` takes them, in the order in which it answers: verb by verb, then those done one by one. */
export interface Batch {
  readonly together: Readonly<Record<string, readonly TimedCall[]>>;
  readonly oneByOne: readonly TimedCall[];
  /** The results of the calls, in the order in which they were made, from those that `act` returned. */
  resultsOf(answers: readonly unknown[]): readonly unknown[];
}

/**
 * What a statement that does many calls at once knows of each. A call that says anything else is done by itself. The verbs are in
 * the order in which a run comes to them: whoever makes two calls about it in one turn means the later one to be done later.
 */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  append: ['event', 'runs', 'room'],
  intend: 'id run op channel resource to from content options priority labels attempt epoch'.split(' '),
  settle: 'attempt outcome counts moves providerId answer detail message next'.split(' '),
  step: ['run', 'path', 'op', 'result', 'epoch'],
  finish: ['run', 'state', 'epoch'],
};
const KNOWN_OF = new Map(Object.entries(KNOWN).map(([verb, names]) => [verb, new Set(['verb', ...names])]));

/** What a call is about, where it can be done together with others that are about something else. */
function subjectOf(call: Call): string | undefined {
  const known = KNOWN_OF.get(call.verb);
  if (!known || Object.keys(call).some((name) => !known.has(name))) return undefined;
  switch (call.verb) {
    case 'append':
      return isUnordered(call['runs']) ? eventKey(call['event']) : undefined;
    case 'intend':
      return has(call, 'attempt', 'epoch') ? String(call['id']) : undefined;
    case 'settle':
      return call['outcome'] === 'accepted' && has(call, 'message') ? String(call['message']) : undefined;
    case 'step':
      return has(call, 'epoch') ? `${String(call['run'])} ${String(call['path'])}` : undefined;
    case 'finish':
      return has(call, 'epoch') && call['state'] === 'done' ? String(call['run']) : undefined;
    default:
      return undefined;
  }
}

function has(call: Call, ...names: readonly string[]): boolean {
  return names.every((name) => call[name] !== undefined);
}

function isUnordered(runs: unknown): boolean {
  return Array.isArray(runs) && runs.every((run: object) => !('orderKey' in run));
}

function eventKey(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || !('source' in event) || !('id' in event)) return undefined;
  return `${String(event.source)}\n${String(event.id)}`;
}

/** Sorts calls by how they can be done. */
export function batchOf(calls: readonly Call[], now: () => number): Batch {
  const places = new Map(Object.keys(KNOWN).map((verb) => [verb, new Map<string, number[]>()]));
  const alone: number[] = [];
  for (const [place, call] of calls.entries()) {
    const subject = subjectOf(call);
    const alike = places.get(call.verb);
    const same = subject === undefined ? undefined : alike?.get(subject);
    if (subject === undefined || !alike) alone.push(place);
    else if (!same) alike.set(subject, [place]);
    // The same step again changes nothing.
    else if (call.verb === 'step' && calls[same[0] ?? 0]?.['epoch'] === call['epoch']) same.push(place);
    else alone.push(place);
  }
  const lastSteps = takeLastSteps(calls, places);
  const timed = (place: number): TimedCall => {
    const call = calls[place] ?? { verb: '' };
    const steps = lastSteps.get(place);
    return { ...call, ...(steps && { steps }), now: now() };
  };
  const groups = [...places].flatMap(([verb, alike]) => (alike.size > 0 ? [{ verb, taken: [...alike.values()] }] : []));
  const order = [...groups.flatMap(({ taken }) => taken), ...alone.map((place) => [place])];
  return {
    together: Object.fromEntries(groups.map(({ verb, taken }) => [verb, taken.map(([place = 0]) => timed(place))])),
    oneByOne: alone.map(timed),
    resultsOf: (answers) => {
      const results: unknown[] = calls.map(() => null);
      for (const [nth, taken] of order.entries()) for (const place of taken) results[place] = answers[nth];
      return results;
    },
  };
}

type Steps = readonly Readonly<Record<string, unknown>>[];

/** Steps that are recorded together with the end of their run stand in its row: they are told with that, by its place. */
function takeLastSteps(
  calls: readonly Call[],
  places: ReadonlyMap<string, Map<string, number[]>>,
): ReadonlyMap<number, Steps> {
  const ends = places.get('finish') ?? new Map<string, number[]>();
  const lastSteps = new Map<number, Steps>();
  const steps = places.get('step') ?? new Map<string, number[]>();
  for (const [subject, same] of steps) {
    const [place = 0] = same;
    const { run, path, op, result, epoch } = calls[place] ?? { verb: '' };
    const taken = ends.get(String(run));
    const end = taken?.[0];
    if (end === undefined || calls[end]?.['epoch'] !== epoch) continue;
    steps.delete(subject);
    taken?.push(...same);
    lastSteps.set(end, [...(lastSteps.get(end) ?? []), { path, op, result }]);
  }
  return lastSteps;
}
