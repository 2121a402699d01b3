import type { HttpClient } from '../http/http.ts';
import { reasonOf } from '../problem/problem.ts';
import type { Resource } from '../resource/resource.ts';
import type { JsonObject } from '../schema/schema.ts';
import type { Clock } from '../time/time.ts';
import { inPublic } from './answer.ts';
import type { EventSourceEntry, EventVerdict, Registry } from './plugin.ts';

/** Before a source that broke is started again; doubled with each time that it breaks, up to the longest. */
const PAUSE_MS = { first: 1_000, longest: 60_000 } as const;
/** One that went on for so long has not broken for the same reason again. */
const STEADY_MS = 60_000;
/** A source that does not end when it is told to is left behind after this. */
const PATIENCE_MS = 5_000;

/** What sources of events run with. */
export interface SourceHouse {
  readonly registry: Pick<Registry, 'resourceClass'>;
  readonly resources: ReadonlyMap<string, Resource>;
  /** Rejects where the event could not be journaled. */
  readonly accept: (event: JsonObject) => Promise<EventVerdict>;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly log: (line: string) => void;
  readonly trouble: (what: string, cause: unknown) => void;
}

/** Starts the source of each resource that is one. `stop` ends all of them, and resolves once what they brought is answered. */
export function startSources(house: SourceHouse): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const open = new Set<Promise<EventVerdict>>();
  const accept = async (event: JsonObject): Promise<EventVerdict> => {
    if (stopped.signal.aborted) throw new Error('the host stops: bring the event again when it is back');
    const verdict = house.accept(event);
    open.add(verdict);
    try {
      return await verdict;
    } finally {
      open.delete(verdict);
    }
  };
  const running = [...house.resources.values()].flatMap((resource) => {
    const source = house.registry.resourceClass(resource.class)?.source;
    return source ? [keepUp(resource, source, { ...house, accept }, stopped.signal)] : [];
  });
  return {
    stop: async () => {
      stopped.abort();
      const patience = new AbortController();
      const late = house.clock.sleep(PATIENCE_MS, patience.signal).then(
        () => house.trouble('a source of events did not end, and is left behind', undefined),
        () => undefined,
      );
      await Promise.race([Promise.all(running), late]);
      patience.abort();
      await Promise.allSettled(open);
    },
  };
}

/** Runs one source, again and again where it breaks, until the host stops. */
async function keepUp(
  resource: Resource,
  source: EventSourceEntry,
  { accept, clock, http, log, trouble }: SourceHouse,
  signal: AbortSignal,
): Promise<void> {
  const name = `the source of events "${resource.mid}"`;
  const secrets = Object.values(resource.secrets).map((secret) => secret.reveal());
  const inWords = (line: string): string => inPublic(line, secrets);
  let pauseMs: number = PAUSE_MS.first;
  while (!signal.aborted) {
    const beganAt = clock.now();
    try {
      const run = await source.load();
      await run(resource, { accept, signal, http, log: (line) => log(inWords(line)) });
      if (!signal.aborted) log(`${name} has ended`);
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      if (clock.now() - beganAt > STEADY_MS) pauseMs = PAUSE_MS.first;
      trouble(`${name} broke, and is started again in ${pauseMs / 1_000} s: ${inWords(reasonOf(thrown))}`, thrown);
    }
    await clock.sleep(pauseMs, signal).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS.longest);
  }
}
