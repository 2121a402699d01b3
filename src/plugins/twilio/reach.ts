/** The reach into a Twilio account: what it holds, page by page, and changes to it. */
import type { HttpClient } from '../../http/http.ts';
import { inPublic, readObject } from '../../plugin/plugin.ts';
import { asObject, asText, type Json, type JsonObject } from '../../schema/schema.ts';
import { camelCased } from './camel-case.ts';
import { meaningOfCode } from './error-code.ts';
import { KINDS, type KindName } from './kinds.ts';
import { type Account, newSdkClient, type SdkClient } from './sdk.ts';

/** Lists, fetches and changes what an account holds. Each rejects with `Refused` or `Lost`. */
export interface Reach {
  /** All that fits, in Twilio's order, page by page: a page is asked for when the ones before it were used up. */
  list(
    kind: KindName,
    where: JsonObject,
    more?: { readonly pageSize?: number; readonly conference?: string },
  ): AsyncIterable<JsonObject>;
  /** Undefined where there is none. */
  fetch(kind: KindName, sid: string, conference?: string): Promise<JsonObject | undefined>;
  create(kind: KindName, settings: JsonObject): Promise<JsonObject>;
  /** Undefined where there is none. */
  update(kind: KindName, sid: string, settings: JsonObject, conference?: string): Promise<JsonObject | undefined>;
  /** False where there is none. */
  remove(kind: KindName, sid: string, conference?: string): Promise<boolean>;
}

/** Twilio said no; the message says why, without a number. */
export class Refused extends Error {
  readonly code: string | undefined;

  constructor(reason: string, code?: string) {
    super(reason);
    this.name = 'Refused';
    this.code = code;
  }
}

/** No answer came that tells; `mayBeDone` is false only where it is certain that nothing was done. */
export class Lost extends Error {
  readonly mayBeDone: boolean;

  constructor(reason: string, mayBeDone: boolean, cause?: unknown) {
    super(reason, { cause });
    this.name = 'Lost';
    this.mayBeDone = mayBeDone;
  }
}

/** A page of a few hundred is far below what an answer may have, 1 MiB. */
const PAGE_SIZE = 200;

/** Where Twilio's own API is. */
const TWILIO = 'https://api.twilio.com';

/** `account` may be one that does not hold what is asked for; Twilio says so. */
export function newReach(account: Account, http: HttpClient, signal: AbortSignal): Reach {
  const ask = (request: (client: SdkClient) => Promise<unknown>) => exchange(account, http, signal, request);
  return {
    async *list(kind, where, { pageSize = PAGE_SIZE, conference } = {}) {
      let page = await ask((client) =>
        listOf(client, kind, { ...where, conference }).page({ ...filtersOf(kind, where), pageSize }),
      );
      for (;;) {
        const items = page[listKey(kind)];
        if (!Array.isArray(items)) throw new Lost('Twilio answered with no list', false);
        for (const item of items) yield shown(kind, asObject(item) ?? {});
        const next = asText(page['next_page_uri']);
        // Only a path: whatever answers must not lead the credentials elsewhere.
        if (next === undefined || !next.startsWith('/2010-04-01/') || items.length === 0) return;
        const address = `${account.baseUrl ?? TWILIO}${next}`;
        page = await ask((client) => listOf(client, kind, { ...where, conference }).getPage(address));
      }
    },
    fetch: (kind, sid, conference) =>
      orAbsent(async () => shown(kind, await ask((client) => oneOf(client, kind, sid, conference).fetch()))),
    create: async (kind, settings) =>
      shown(kind, await ask((client) => makerOf(client, kind).create(camelCased(settings)))),
    update: (kind, sid, settings, conference) =>
      orAbsent(async () =>
        shown(kind, await ask((client) => changed(client, kind, sid, conference).update(camelCased(settings)))),
      ),
    remove: async (kind, sid, conference) =>
      (await orAbsent(async () => {
        await ask((client) => removable(client, kind, sid, conference).remove());
        return true;
      })) ?? false,
  };
}

/** What of an answer is told: the fields of the table, null for what it lacks. Links and tokens stay outside. */
function shown(kind: KindName, item: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(KINDS[kind].fields).map((name): [string, Json] => [name, item[name] ?? null]));
}

async function orAbsent<Found>(ask: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await ask();
  } catch (failure) {
    if (failure instanceof Refused && failure.code === NOT_THERE) return undefined;
    throw failure;
  }
}

/** https://www.twilio.com/docs/api/errors/20404 */
const NOT_THERE = '20404';

async function exchange(
  account: Account,
  http: HttpClient,
  signal: AbortSignal,
  request: (client: SdkClient) => Promise<unknown>,
): Promise<JsonObject> {
  // The SDK throws for these before it sends anything.
  if (!account.sid.startsWith('AC')) throw new Refused('the account SID does not begin with AC');
  if (account.token === '') throw new Refused('the auth token is empty');
  const client = await newSdkClient(account, http, signal);
  try {
    await request(client);
  } catch (thrown) {
    if (!client.exchange()) throw thrown;
  }
  const answered = client.exchange();
  if (!answered || 'failure' in answered) {
    signal.throwIfAborted();
    const failure = answered?.failure;
    const words = inPublic(failure instanceof Error ? failure.message : 'no answer', [account.token]);
    throw new Lost(`Twilio could not be asked: ${words}`, wasSent(failure), failure);
  }
  return bodyOf(answered.answer, account.token);
}

function wasSent(failure: unknown): boolean {
  return !(failure instanceof Error && 'sent' in failure && failure.sent === false);
}

function bodyOf({ status, body }: { readonly status: number; readonly body: string }, secret: string): JsonObject {
  const read = readObject(body);
  if (status >= 200 && status < 300) {
    // A deletion is answered with nothing.
    if (read || status === 204) return read ?? {};
    throw new Lost(`Twilio answered ${status}, and nothing that can be read`, true);
  }
  const code = typeof read?.['code'] === 'number' ? String(read['code']) : undefined;
  const said = asText(read?.['message']);
  const words = (code && meaningOfCode(code)) ?? (said && inPublic(said, [secret]));
  if (status === 404) throw new Refused('Twilio has no such thing', NOT_THERE);
  // 429 is never processed; any other 4xx in Twilio's own form is a refusal.
  if (status >= 500 || (status !== 429 && code === undefined)) {
    throw new Lost(`Twilio answered ${status}, which does not tell`, true);
  }
  throw new Refused(`Twilio refused it (${code ?? status})${words ? `: ${words}` : ''}`, code);
}

// The SDK, as far as it is used: its classes differ in their options alone.

interface SdkList {
  page(options: object): Promise<unknown>;
  getPage(address: string): Promise<unknown>;
}

interface SdkOne {
  fetch(): Promise<unknown>;
}

interface SdkMaker {
  create(settings: object): Promise<unknown>;
}

interface SdkChanged {
  update(settings: object): Promise<unknown>;
}

interface SdkRemovable {
  remove(): Promise<unknown>;
}

function listOf({ sdk }: SdkClient, kind: KindName, where: Readonly<Record<string, Json | undefined>>): SdkList {
  switch (kind) {
    case 'available_phone_numbers': {
      const country = sdk.availablePhoneNumbers(asText(where['country']) ?? 'US');
      const type = where['type'] ?? 'local';
      return type === 'toll-free' ? country.tollFree : type === 'mobile' ? country.mobile : country.local;
    }
    case 'participants':
      return sdk.conferences(asText(where['conference']) ?? '').participants;
    case 'transcriptions': {
      const recording = asText(where['recording_sid']);
      return recording === undefined ? sdk.transcriptions : sdk.recordings(recording).transcriptions;
    }
    case 'incoming_phone_numbers':
      return sdk.incomingPhoneNumbers;
    case 'accounts':
      return sdk.api.v2010.accounts;
    default:
      return sdk[kind];
  }
}

/** The key of a page that its items stand under. */
function listKey(kind: KindName): string {
  return kind;
}

/** Filters that are part of the path, and no parameters. */
const IN_PATH: Partial<Record<KindName, readonly string[]>> = {
  available_phone_numbers: ['country', 'type'],
  transcriptions: ['recording_sid'],
};

function filtersOf(kind: KindName, where: JsonObject): JsonObject {
  const inPath = IN_PATH[kind] ?? [];
  return camelCased(Object.fromEntries(Object.entries(where).filter(([name]) => !inPath.includes(name))));
}

function oneOf({ sdk }: SdkClient, kind: KindName, sid: string, conference = ''): SdkOne {
  switch (kind) {
    case 'available_phone_numbers':
      throw new Error('a number that can be bought has no page of its own');
    case 'participants':
      return sdk.conferences(conference).participants(sid);
    case 'incoming_phone_numbers':
      return sdk.incomingPhoneNumbers(sid);
    case 'accounts':
      return sdk.api.v2010.accounts(sid);
    default:
      return sdk[kind](sid);
  }
}

function makerOf({ sdk }: SdkClient, kind: KindName): SdkMaker {
  if (kind === 'incoming_phone_numbers') return sdk.incomingPhoneNumbers;
  if (kind === 'accounts') return sdk.api.v2010.accounts;
  throw new Error(`${kind} are not created here`);
}

function changed({ sdk }: SdkClient, kind: KindName, sid: string, conference = ''): SdkChanged {
  switch (kind) {
    case 'messages':
    case 'calls':
    case 'conferences':
      return sdk[kind](sid);
    case 'participants':
      return sdk.conferences(conference).participants(sid);
    case 'incoming_phone_numbers':
      return sdk.incomingPhoneNumbers(sid);
    case 'accounts':
      return sdk.api.v2010.accounts(sid);
    default:
      throw new Error(`${kind} are not changed here`);
  }
}

function removable({ sdk }: SdkClient, kind: KindName, sid: string, conference = ''): SdkRemovable {
  switch (kind) {
    case 'messages':
    case 'calls':
    case 'recordings':
    case 'transcriptions':
      return sdk[kind](sid);
    case 'participants':
      return sdk.conferences(conference).participants(sid);
    case 'incoming_phone_numbers':
      return sdk.incomingPhoneNumbers(sid);
    default:
      throw new Error(`${kind} are not deleted here`);
  }
}
