import type { HttpClient, IncomingResponse } from '../../http/http.ts';
import type { Resource } from '../../resource/resource.ts';
import { asText, type Json } from '../../schema/schema.ts';

/** An account at SMS Operator, as its resource has it. */
export interface Account {
  readonly url: string;
  readonly username: string;
  /** Only for the wire. */
  readonly password: () => string;
  /** Stands before every id, so that several applications share an account; empty, or with its dash. */
  readonly prefix: string;
  readonly postsForm: boolean;
}

const DEFAULT_URL = 'https://www.sms-operator.cz/webservices/webservice.aspx';

export function accountOf({ settings, secrets }: Resource): Account {
  const prefix = words(settings['uniqPrefix']);
  return {
    url: words(settings['url']) || DEFAULT_URL,
    username: words(settings['username']),
    password: () => secrets['password']?.reveal() ?? '',
    prefix: prefix === '' ? '' : `${prefix}-`,
    postsForm: settings['post'] === 'form',
  };
}

/** From the connection to the last byte of the answer, as with the other operator of the country. */
const TIMEOUT_MS = 5_000;

/** Hands a document over, once. Rejects with `RequestFailed` when no whole answer came. */
export function post(
  { url, postsForm }: Account,
  http: HttpClient,
  document: string,
  signal: AbortSignal,
): Promise<IncomingResponse> {
  const type = postsForm ? 'application/x-www-form-urlencoded' : 'text/xml; charset=utf-8';
  const body = postsForm ? new URLSearchParams({ xml: document }).toString() : document;
  return http.request({
    method: 'POST',
    url,
    headers: { 'content-type': type },
    body,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}

function words(setting: Json | undefined): string {
  return asText(setting)?.trim() ?? '';
}
