import type { HttpClient, IncomingResponse } from '../../http/http.ts';
import type { Resource } from '../../resource/resource.ts';
import { asText, type Json } from '../../schema/schema.ts';

/** An account at ATS, as its resource has it. */
export interface Account {
  readonly url: string;
  readonly username: string;
  /** Only for the wire. */
  readonly password: () => string;
  /** Stands before every id, so that several applications share an account; empty, or with its dash. */
  readonly prefix: string;
  readonly validityMinutes: number;
  readonly keyword: string;
  readonly operatorId: string;
  /** A text that handsets show as sender. */
  readonly textId: string | undefined;
}

const DEFAULT_URL = 'https://fik.atspraha.cz/gwfcgi/XMLServerWrapper.fcgi';
/** The original's. */
const VALIDITY_MINUTES = 60;

export function accountOf({ settings, secrets }: Resource): Account {
  const prefix = words(settings['uniqPrefix']);
  const { validityMinutes } = settings;
  return {
    url: words(settings['url']) || DEFAULT_URL,
    username: words(settings['username']),
    password: () => secrets['password']?.reveal() ?? '',
    prefix: prefix === '' ? '' : `${prefix}-`,
    validityMinutes: Number(validityMinutes ?? VALIDITY_MINUTES),
    keyword: words(settings['projectKeyword']),
    operatorId: words(settings['operatorId']),
    textId: asText(settings['textId']),
  };
}

/** From the connection to the last byte of the answer. */
const TIMEOUT_MS = 5_000;

/** Hands a document over, once. Rejects with `RequestFailed` when no whole answer came. */
export function post(
  account: Account,
  http: HttpClient,
  document: string,
  signal: AbortSignal,
): Promise<IncomingResponse> {
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  return http.request({ method: 'POST', url: account.url, headers, body: document, timeoutMs: TIMEOUT_MS, signal });
}

function words(setting: Json | undefined): string {
  return asText(setting)?.trim() ?? '';
}
