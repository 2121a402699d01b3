import { callingCodeOf } from '../../message/message.ts';
import type { ResourceWorld } from '../../plugin/plugin.ts';
import type { Problem, Span } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import { circularRoute, countryWithoutRoute, routeNeverTaken, unknownWay, wayThatSendsNothing } from './problems.ts';
import { type Entry, entriesOf, isForAll } from './route-entry.ts';

/** Finds routes that lead nowhere, in a circle, or are never taken, and allowed countries that none leads to. */
export function checkRoute(resource: ResourceFile, world: ResourceWorld): readonly Problem[] {
  const entries = entriesOf(resource.settings);
  return [
    ...entries.flatMap(({ via }, index) => checkWay(via, resource, placeOf(resource, index, 'via'), world)),
    ...entries.flatMap((entry, index) => checkTaken(entry, index, entries, placeOf(resource, index))),
    ...checkAllowed(resource, entries),
  ];
}

function placeOf({ spans, at }: ResourceFile, index: number, part?: string): Span {
  return spans[part === undefined ? `routes.${index}` : `routes.${index}.${part}`] ?? spans['routes'] ?? at;
}

function checkWay(via: string, route: ResourceFile, at: Span, world: ResourceWorld): readonly Problem[] {
  const next = world.resource(via);
  if (!next) return world.isBroken(via) ? [] : [unknownWay(via, world.mids, at)];
  if (world.sendsOf(next).length === 0) return [wayThatSendsNothing(via, next.class, at)];
  const circle = circleFrom(route.mid, via, world, [route.mid]);
  return circle ? [circularRoute(circle, at)] : [];
}

/** The way from a resource back to `start`, where there is one. */
function circleFrom(
  start: string,
  mid: string,
  world: ResourceWorld,
  above: readonly string[],
): readonly string[] | undefined {
  if (mid === start) return [...above, mid];
  const next = world.resource(mid);
  if (!next || above.includes(mid) || !world.isRoute(next)) return undefined;
  for (const { via } of entriesOf(next.settings)) {
    const circle = circleFrom(start, via, world, [...above, mid]);
    if (circle) return circle;
  }
  return undefined;
}

/**
 * A route behind one that takes all of its numbers is the one that is gone on to; where it is for fewer numbers, or leads to
 * the same resource, it can only be meant otherwise.
 */
function checkTaken(entry: Entry, index: number, entries: readonly Entry[], at: Span): readonly Problem[] {
  const first = entries.slice(0, index).findIndex((before) => covers(before, entry));
  const before = entries[first];
  if (!before) return [];
  const isAlike = covers(entry, before);
  return isAlike && before.via !== entry.via ? [] : [routeNeverTaken(index, first, before.via === entry.via, at)];
}

/** Whether all numbers of `inner` are numbers of `outer`, as far as that can be said. */
function covers(outer: Entry, inner: Entry): boolean {
  if (isForAll(outer)) return true;
  if (isForAll(inner)) return false;
  const isWithin = (start: string): boolean => outer.to.some((wider) => start.startsWith(wider));
  return (
    inner.to.every(isWithin) &&
    inner.country.every((country) => outer.country.includes(country) || isWithin(callingCodeOf(country) ?? ''))
  );
}

function checkAllowed({ settings, spans, at }: ResourceFile, entries: readonly Entry[]): readonly Problem[] {
  const { allowedCountries } = settings;
  const allowed = Array.isArray(allowedCountries) ? allowedCountries : [];
  return allowed.flatMap((country, index) =>
    typeof country !== 'string' || entries.some((entry) => leadsInto(entry, country))
      ? []
      : [countryWithoutRoute(country, spans[`allowedCountries.${index}`] ?? at)],
  );
}

/** Whether a route is for numbers of a country, or for some of them. */
function leadsInto(entry: Entry, country: string): boolean {
  if (isForAll(entry) || entry.country.includes(country)) return true;
  const code = callingCodeOf(country);
  return code !== undefined && entry.to.some((start) => start.startsWith(code) || code.startsWith(start));
}
