import type { HttpClient } from '../../http/http.ts';
import type { Outcome, SendRequest } from '../../message/message.ts';
import { type MakeProvider, reachableUrl } from '../../plugin/plugin.ts';
import { type Account, accountOf } from './account.ts';
import { post } from './api.ts';
import { check } from './ask.ts';
import { readCallback } from './callback.ts';
import { postingOf } from './form.ts';
import { look } from './look.ts';
import { outcomeOf } from './outcome.ts';

/** Texts and calls through the account of an ExotelConfig. */
export const makeExotelProvider: MakeProvider = (resource, { http }) => {
  const account = accountOf(resource);
  return {
    // Exotel fetches no scripts: its flows are kept there.
    scriptType: 'text/plain',
    isGenuine: () => false,
    send: (request) => send(account, http, request),
    readCallback: (request) => readCallback(account, http, request),
    look: (request) => look(account, http, request),
    check: (request) => check(account, http, request),
  };
};

async function send(account: Account, http: HttpClient, request: SendRequest): Promise<Outcome> {
  const posting = postingOf(account, request.draft, reachableUrl(request.callbackUrl, account.baseUrl));
  if (typeof posting === 'string') return { kind: 'rejected', reason: posting };
  return outcomeOf(account, await post(account, http, posting.path, posting.form, request.signal));
}
