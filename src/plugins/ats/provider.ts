import type { HttpClient } from '../../http/http.ts';
import { type MakeProvider, newGatherer } from '../../plugin/plugin.ts';
import { type Account, accountOf } from './account.ts';
import { check, look, type Query, query } from './query.ts';
import { refusalOf, sendAll, type Task } from './send.ts';

/** Messages in one document (pymess sends 20 in one go). */
const BATCH = 20;

/** Text messages through the account of an AtsConfig. */
export const makeAtsProvider: MakeProvider = (resource, { http }) => {
  const account = accountOf(resource);
  const send = newGatherer({
    max: BATCH,
    // An id that stands twice in a document is an error of ATS (300).
    idOf: ({ uniq }: Task) => uniq,
    perform: (tasks) => sendAll(account, http, tasks),
  });
  const ask = newQueries(account, http);
  return {
    // ATS calls nobody back, and fetches nothing.
    scriptType: 'text/plain; charset=utf-8',
    readCallback: () => ({ refused: 'ATS makes no callbacks' }),
    isGenuine: () => false,
    send: async (request) => {
      const refusal = refusalOf(account, request.draft);
      return refusal ?? send({ uniq: uniqOf(account, request.attempt.id), request });
    },
    look: ({ attempt, signal }) => look(ask, uniqOf(account, attempt.id), signal),
    check: ({ providerId, signal }) => check(ask, providerId, signal),
  };
};

function newQueries(account: Account, http: HttpClient) {
  return newGatherer({
    max: BATCH,
    idOf: ({ uniq }: Query) => uniq,
    perform: (queries) => query(account, http, queries),
  });
}

/**
 * An id of one attempt, which nobody else can have made: message ids begin anew with every journal, and ATS would take a
 * new message for an old one that it knows.
 */
function uniqOf({ prefix }: Account, attemptId: string): string {
  return `${prefix}${attemptId}`;
}
