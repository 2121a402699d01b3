import { type MakeProvider, newGatherer } from '../../plugin/plugin.ts';
import { type Account, accountOf } from './account.ts';
import { check, look, type Query, query } from './query.ts';
import { refusalOf, sendAll, type Task } from './send.ts';

/** Messages in one document (pymess sends 20 in one go). */
const BATCH = 20;

/** Text messages through the account of a SmsOperatorConfig. */
export const makeSmsOperatorProvider: MakeProvider = (resource, { http }) => {
  const account = accountOf(resource);
  const send = newGatherer({
    max: BATCH,
    idOf: ({ smsId }: Task) => smsId,
    perform: (tasks) => sendAll(account, http, tasks),
  });
  const ask = newGatherer({
    max: BATCH,
    idOf: ({ smsId }: Query) => smsId,
    perform: (queries) => query(account, http, queries),
  });
  return {
    // SMS Operator calls nobody back, and fetches nothing.
    scriptType: 'text/plain; charset=utf-8',
    readCallback: () => ({ refused: 'SMS Operator makes no callbacks' }),
    isGenuine: () => false,
    send: async (request) => {
      const refusal = refusalOf(account, request.draft);
      return refusal ?? send({ smsId: smsIdOf(account, request.attempt.id), request });
    },
    look: ({ attempt, signal }) => look(ask, smsIdOf(account, attempt.id), signal),
    check: ({ providerId, signal }) => check(ask, providerId, signal),
  };
};

/** An id of one attempt: a second attempt of a message is another message for SMS Operator, and is asked about by itself. */
function smsIdOf({ prefix }: Account, attemptId: string): string {
  return `${prefix}${attemptId}`;
}
