import { countryOf } from '../../message/message.ts';
import type { ResourceClassEntry } from '../../plugin/plugin.ts';
import { checkRoute } from './route.check.ts';
import { type Entry, entriesOf, isForAll } from './route-entry.ts';

/** Leads to other resources, by the number that something is for. */
export const route: ResourceClassEntry = {
  sends: ['sms', 'call', 'connect', 'flow'],
  isSenderOptional: true,
  isLocal: true,
  ways: (settings, to) =>
    entriesOf(settings).flatMap((entry) => (to === undefined || leadsTo(entry, to) ? entry.via : [])),
  checkBeside: checkRoute,
  load: () => Promise.reject(new Error('a route sends nothing itself')),
};

function leadsTo(entry: Entry, number: string): boolean {
  if (isForAll(entry) || entry.to.some((start) => number.startsWith(start))) return true;
  const of = entry.country.length === 0 ? undefined : countryOf(number);
  return of !== undefined && entry.country.includes(of);
}
