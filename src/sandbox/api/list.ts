import { type HttpResponse, json } from '../../http/http.ts';
import type { Json } from '../../schema/schema.ts';
import { type DateFilter, dateFilters } from './date-filter.ts';
import type { Visit } from './endpoint.ts';
import { refusal } from './refusal.ts';

/** A list as it is asked for. */
export interface Listing<Entry> {
  /** The key that the entries stand under. */
  readonly name: string;
  /** Newest first. */
  readonly entries: readonly Entry[];
  /** Names the place of an entry, so that a page begins where the one before it ended. */
  readonly sidOf: (entry: Entry) => string;
  readonly show: (entry: Entry) => Json;
  /** By the name of a parameter: what is asked for has to be this very value, or what the function says of it. */
  readonly equal?: Readonly<Record<string, (entry: Entry, wanted: string) => boolean>>;
  /** By the name of a parameter: when it was. */
  readonly dates?: Readonly<Record<string, (entry: Entry) => number | null>>;
}

/** Twilio's own default and highest page size. */
const PAGE_SIZE = 50;
const PAGE_SIZE_LIMIT = 1000;

/** A page of a list, with the addresses of those around it. */
export function list<Entry>({ path, query }: Visit, listing: Listing<Entry>): HttpResponse {
  const filters = dateFilters(query, Object.keys(listing.dates ?? {}));
  if (!Array.isArray(filters)) return refusal(20001, filters.detail);
  const found = listing.entries.filter((entry) => matches(entry, query, listing) && isInTime(entry, filters, listing));
  const size = Math.min(wholeNumber(query.get('PageSize')) || PAGE_SIZE, PAGE_SIZE_LIMIT);
  const page = wholeNumber(query.get('Page'));
  const from = startOf(found, query.get('PageToken') ?? '', page * size, size, listing);
  const entries = found.slice(from, from + size);
  const uriOf = (number: number, token?: string) => `${path}?${paged(query, size, number, token).toString()}`;
  const [first, last] = [entries.at(0), entries.at(-1)];
  const hasNext = last !== undefined && from + size < found.length;
  return json(200, {
    [listing.name]: entries.map(listing.show),
    end: Math.max(page * size, page * size + entries.length - 1),
    first_page_uri: uriOf(0),
    next_page_uri: hasNext ? uriOf(page + 1, `PA${listing.sidOf(last)}`) : null,
    page,
    page_size: size,
    previous_page_uri: page > 0 ? uriOf(page - 1, first && `PB${listing.sidOf(first)}`) : null,
    start: page * size,
    uri: `${path}${query.size > 0 ? `?${query.toString()}` : ''}`,
  });
}

/** Entries come while a list is read: a page goes on after (`PA`), or ends before (`PB`), the entry that its token names. */
function startOf<Entry>(
  found: readonly Entry[],
  token: string,
  usual: number,
  size: number,
  { sidOf }: Listing<Entry>,
): number {
  const at = found.findIndex((entry) => sidOf(entry) === token.slice(2));
  if (at === -1) return usual;
  return token.startsWith('PA') ? at + 1 : Math.max(0, at - size);
}

function paged(query: URLSearchParams, size: number, page: number, token: string | undefined): URLSearchParams {
  const params = new URLSearchParams(query);
  params.set('PageSize', String(size));
  params.set('Page', String(page));
  params.delete('PageToken');
  if (token !== undefined) params.set('PageToken', token);
  return params;
}

function matches<Entry>(entry: Entry, query: URLSearchParams, { equal = {} }: Listing<Entry>): boolean {
  return Object.entries(equal).every(([name, isIt]) => {
    const wanted = query.get(name);
    return wanted === null || wanted === '' || isIt(entry, wanted);
  });
}

/** What has no such date yet is in no time that is asked for. */
function isInTime<Entry>(entry: Entry, filters: readonly DateFilter[], { dates = {} }: Listing<Entry>): boolean {
  return filters.every(({ name, meets }) => {
    const at = dates[name]?.(entry) ?? null;
    return at !== null && meets(at);
  });
}

function wholeNumber(text: string | null): number {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : 0;
}
