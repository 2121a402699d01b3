import { type HttpRequest, type HttpResponse, json, type Route } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Call, Ledger, Sms } from '../ledger.ts';
import { readCall, readSms, refuseCall, refuseSms } from './form.ts';
import { type RefusalCode, refusal } from './refusal.ts';
import { API_VERSION, callResource, smsResource } from './resource.ts';

/** Who may use the API. */
export interface Account {
  readonly accountSid: string;
  readonly authToken: string;
}

/** What the API reads and writes. */
export interface ApiParts {
  readonly account: Account;
  readonly messages: Ledger<Sms>;
  readonly calls: Ledger<Call>;
  /** A fresh id with Twilio's prefix of its kind. */
  readonly newSid: (prefix: string) => string;
  readonly now: () => number;
  /** Sets a message or call on its way, after it was answered. */
  readonly begin: (entry: Sms | Call) => void;
}

/** The routes of Twilio's API: the way of messages and of calls differs in what `Kind` says alone. */
export function apiRoutes(parts: ApiParts): Route[] {
  const { account, messages, calls } = parts;
  return [
    ...kindRoutes(parts, {
      name: 'Messages',
      prefix: 'SM',
      ledger: messages,
      refuse: refuseSms,
      read: readSms,
      show: (sms) => smsResource(sms, account.accountSid),
    }),
    ...kindRoutes(parts, {
      name: 'Calls',
      prefix: 'CA',
      ledger: calls,
      refuse: refuseCall,
      read: readCall,
      show: (call) => callResource(call, account.accountSid),
    }),
  ];
}

interface Kind<Entry extends Sms | Call> {
  readonly name: 'Messages' | 'Calls';
  readonly prefix: string;
  readonly ledger: Ledger<Entry>;
  refuse(form: URLSearchParams): RefusalCode | null;
  read(form: URLSearchParams, sid: string, accountSid: string, now: number): Entry;
  show(entry: Entry): JsonObject;
}

function kindRoutes<Entry extends Sms | Call>(parts: ApiParts, kind: Kind<Entry>): Route[] {
  const path = `/${API_VERSION}/Accounts/:account/${kind.name}`;
  const door = (method: 'GET' | 'POST', end: string, handle: Route['handle']): Route => ({
    method,
    path: `${path}${end}`,
    handle: (request) => refuseStranger(request, parts.account) ?? handle(request),
  });
  return [
    door('POST', '.json', (request) => create(request, parts, kind)),
    door('GET', '.json', (request) => list(request, kind)),
    door('GET', '/:file', (request) => fetchOne(request, kind)),
  ];
}

function refuseStranger(request: HttpRequest, { accountSid, authToken }: Account): HttpResponse | null {
  const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  if (request.headers.authorization !== `Basic ${credentials}`) {
    const refused = refusal(20003);
    return { ...refused, headers: { ...refused.headers, 'www-authenticate': 'Basic realm="Twilio API"' } };
  }
  return request.params.account === accountSid ? null : refusal(20404);
}

function create<Entry extends Sms | Call>(request: HttpRequest, parts: ApiParts, kind: Kind<Entry>): HttpResponse {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const code = kind.refuse(form);
  if (code !== null) return refusal(code);
  const entry = kind.ledger.add(kind.read(form, parts.newSid(kind.prefix), parts.account.accountSid, parts.now()));
  parts.begin(entry);
  return json(201, kind.show(entry));
}

function fetchOne<Entry extends Sms | Call>({ params }: HttpRequest, kind: Kind<Entry>): HttpResponse {
  const [sid = '', format] = (params.file ?? '').split('.');
  const entry = format === 'json' ? kind.ledger.find(sid) : undefined;
  return entry ? json(200, kind.show(entry)) : refusal(20404);
}

/** Twilio's own default and highest page size. */
const PAGE_SIZE = 50;
const PAGE_SIZE_LIMIT = 1000;

function list<Entry extends Sms | Call>({ target, query }: HttpRequest, kind: Kind<Entry>): HttpResponse {
  const found = kind.ledger.all().filter((entry) => matches(entry, query));
  const size = Math.min(wholeNumber(query.get('PageSize')) || PAGE_SIZE, PAGE_SIZE_LIMIT);
  const page = wholeNumber(query.get('Page'));
  const start = page * size;
  const shown = found.slice(start, start + size);
  const uriOf = (number: number) => {
    const paged = new URLSearchParams(query);
    paged.set('PageSize', String(size));
    paged.set('Page', String(number));
    return `${target.split('?')[0]}?${paged.toString()}`;
  };
  return json(200, {
    [kind.name.toLowerCase()]: shown.map((entry) => kind.show(entry)),
    first_page_uri: uriOf(0),
    next_page_uri: start + size < found.length ? uriOf(page + 1) : null,
    previous_page_uri: page > 0 ? uriOf(page - 1) : null,
    uri: target,
    page,
    page_size: size,
    start,
    end: Math.max(start, start + shown.length - 1),
  });
}

function matches(entry: Sms | Call, query: URLSearchParams): boolean {
  const wanted = { To: entry.to, From: entry.from, Status: entry.status };
  return Object.entries(wanted).every(([name, value]) => !query.get(name) || query.get(name) === value);
}

function wholeNumber(text: string | null): number {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : 0;
}
