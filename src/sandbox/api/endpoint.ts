import { type HttpResponse, json } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { AccountEntry } from '../ledger.ts';
import type { Lives, Network } from '../network.ts';

/** What is asked of an endpoint, after the door let it in. */
export interface Visit {
  readonly network: Network;
  readonly lives: Lives;
  /** Whose things are asked for: the one of the path, or, where the path has none, the one that asks. */
  readonly account: AccountEntry;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  /** As it stood on the wire, without the query. */
  readonly path: string;
}

/** One thing that can be asked of the API. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** From the version on and without `.json`: `Accounts/:account/Calls/:call`. */
  readonly path: string;
  /** Whether it sets something on its way to a phone: the faults of the API meet these. */
  readonly isCreation?: boolean;
  /** Whether it is answered about an account that is suspended or closed. */
  readonly isAlwaysOpen?: boolean;
  handle(visit: Visit): HttpResponse;
}

/** What was deleted has no answer but its status. */
export function deleted(): HttpResponse {
  return { status: 204 };
}

export function shown(resource: JsonObject): HttpResponse {
  return json(200, resource);
}

export function created(resource: JsonObject): HttpResponse {
  return json(201, resource);
}

/** A thing of the books that belongs to the account which is asked for. */
export function own<Entry extends { readonly accountSid: string }>(
  entry: Entry | undefined,
  account: AccountEntry,
): Entry | undefined {
  return entry?.accountSid === account.sid ? entry : undefined;
}

/** All of them, newest first. */
export function allOwn<Entry extends { readonly accountSid: string }>(
  entries: readonly Entry[],
  account: AccountEntry,
): readonly Entry[] {
  return entries.filter(({ accountSid }) => accountSid === account.sid);
}
