/** Failpoints: every verb of a journal, every commit, and every request of a host tells when it is reached. */
import type { HttpClient } from '../../src/http/http.ts';
import type { Journal } from '../../src/journal/journal.ts';

/** Told of each point as it is reached; what it throws, or does to the process, happens there. */
export type Reach = (point: string) => void;

/** A journal whose verbs tell before they begin and after they are durable. */
export function probed(journal: Journal, reach: Reach): Journal {
  return new Proxy(journal, {
    get(target, verb: keyof Journal) {
      const act: unknown = target[verb];
      if (typeof act !== 'function') return act;
      return async (...args: unknown[]) => {
        reach(`before ${verb}`);
        const result: unknown = await act.apply(target, args);
        reach(`after ${verb}`);
        return result;
      };
    },
  });
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
