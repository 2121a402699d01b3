/** Failpoints: every verb of a journal, every commit, and every request of a host tells when it is reached. */
import type { HttpClient } from '../../src/http/http.ts';
import type { HandOut, Journal } from '../../src/journal/journal.ts';

/** Told of each point as it is reached; what it throws, or does to the process, happens there. */
export type Reach = (point: string) => void;

/** A journal whose verbs tell before they begin and after they are durable, and so does the work that it hands out. */
export function probed(journal: Journal, reach: Reach): Journal {
  return new Proxy(journal, {
    get(target, verb: keyof Journal) {
      if (verb === 'handOut') return target.handOut && probedHandOut(target.handOut, reach);
      const act = target[verb] as ((...args: unknown[]) => Promise<unknown>) | undefined;
      if (act === undefined) return undefined;
      return async (...args: unknown[]) => {
        reach(`before ${verb}`);
        const result = await act.apply(target, args);
        reach(`after ${verb}`);
        return result;
      };
    },
  });
}

/** What is handed out is known to be done only after the last point of it: a job is in between. */
function probedHandOut(handOut: HandOut, reach: Reach): HandOut {
  const around =
    <Item, Result>(name: string, work: (item: Item) => Promise<Result>) =>
    async (item: Item): Promise<Result> => {
      reach(`before the work on ${name}`);
      const result = await work(item);
      reach(`after the work on ${name}`);
      return result;
    };
  return {
    runs: (work) => handOut.runs({ ...work, work: around('a run', work.work) }),
    messages: (work) => handOut.messages({ ...work, work: around('a message', work.work) }),
    events: (accept) => handOut.events(around('an event', accept)),
  };
}

/** A client that tells before the first byte leaves, and when the answer is there and nobody has seen it. */
export function probedClient(http: HttpClient, reach: Reach): HttpClient {
  return {
    close: () => http.close(),
    async request(request) {
      reach('before request');
      const response = await http.request(request);
      reach('after request');
      return response;
    },
  };
}
