import { type HttpResponse, json } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import { type Endpoint, shown, type Visit } from './endpoint.ts';
import { flagOf, textOf, wholeOf } from './form.ts';
import { list } from './list.ts';
import { holdsPattern } from './number-pattern.ts';
import { refusal } from './refusal.ts';
import { partsOf, pathOf } from './resource.ts';
import {
  type Area,
  COUNTRIES,
  capabilitiesOf,
  friendlyNumber,
  type NumberType,
  placeOf,
  STOCK,
  type StockNumber,
  typesOf,
} from './stock.ts';

/** Types of numbers by their name in a path. */
const TYPES: Readonly<Record<string, NumberType>> = { Local: 'local', TollFree: 'toll-free', Mobile: 'mobile' };

/** Numbers that can be bought (https://www.twilio.com/docs/phone-numbers/api/availablephonenumber-resource). */
export const availableNumberEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'Accounts/:account/AvailablePhoneNumbers', handle: listCountries },
  { method: 'GET', path: 'Accounts/:account/AvailablePhoneNumbers/:country', handle: fetchCountry },
  { method: 'GET', path: 'Accounts/:account/AvailablePhoneNumbers/:country/:type', handle: listNumbers },
];

type Country = (typeof COUNTRIES)[number];

function listCountries(visit: Visit): HttpResponse {
  return list(visit, {
    name: 'countries',
    entries: COUNTRIES,
    sidOf: ({ code }) => code,
    show: (country) => countryResource(country, visit),
  });
}

function fetchCountry(visit: Visit): HttpResponse {
  const country = COUNTRIES.find(({ code }) => code === visit.params['country']);
  return country ? shown(countryResource(country, visit)) : refusal(20404);
}

function countryResource({ code, name }: Country, { account }: Visit): JsonObject {
  const path = pathOf(account.sid, 'AvailablePhoneNumbers', code);
  const types = typesOf(code);
  return {
    beta: false,
    country: name,
    country_code: code,
    subresource_uris: partsOf(
      path,
      Object.keys(TYPES).filter((type) => types.some((known) => known === TYPES[type])),
    ),
    uri: `${path}.json`,
  };
}

/** Twilio's own default; it has no further pages (https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource). */
const PAGE_SIZE = 30;
const PAGE_SIZE_LIMIT = 1000;

function listNumbers({ network, params, query, path }: Visit): HttpResponse {
  const { country = '', type = '' } = params;
  const wanted = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!wanted || !typesOf(country).includes(wanted)) return refusal(20404);
  if (query.get('AreaCode') && !/^\d{3}$/.test(textOf(query, 'AreaCode'))) return refusal(21451);
  const near = nearOf(query);
  if (near === null) return refusal(20001, 'NearLatLong is no latitude and longitude, such as 37.77,-122.42');
  const bought = new Set(network.books.numbers.all().map(({ phoneNumber }) => phoneNumber));
  const found = STOCK.filter(
    ({ phoneNumber, area }) =>
      area.country === country && area.type === wanted && !bought.has(phoneNumber) && isAsked(phoneNumber, area, query),
  );
  const size = wholeOf(query, 'PageSize', 1, PAGE_SIZE_LIMIT) ?? PAGE_SIZE;
  const numbers = near === undefined ? found : nearest(found, near, radiusOf(query));
  return json(200, {
    available_phone_numbers: numbers.slice(0, size).map(numberResource),
    uri: `${path}${query.size > 0 ? `?${query.toString()}` : ''}`,
  });
}

function isAsked(number: string, { areaCode, place }: Area, query: URLSearchParams): boolean {
  const { voice, sms, mms, fax } = capabilitiesOf(number);
  const can = { VoiceEnabled: voice, SmsEnabled: sms, MmsEnabled: mms, FaxEnabled: fax };
  const is = {
    AreaCode: areaCode,
    InRegion: place?.region,
    InLata: place?.lata,
    InRateCenter: place?.rateCenter,
    InLocality: place?.locality,
    InPostalCode: place?.postalCode,
  };
  return (
    Object.entries(can).every(([name, value]) => [undefined, value].includes(flagOf(query, name))) &&
    Object.entries(is).every(([name, value]) => !query.get(name) || isSame(value, textOf(query, name))) &&
    (!query.get('Contains') || holdsPattern(number, textOf(query, 'Contains')))
  );
}

function isSame(value: string | null | undefined, wanted: string): boolean {
  return value?.toLowerCase() === wanted.toLowerCase();
}

/** In degrees. */
interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** How far around a point numbers are looked for, in miles. */
const RADIUS = 25;
const LONGEST_RADIUS = 500;

function radiusOf(query: URLSearchParams): number {
  return wholeOf(query, 'Distance', 1, LONGEST_RADIUS) ?? RADIUS;
}

/** The point that a query asks for; undefined where it asks for none, null where that cannot be read. A number that is nowhere is far. */
function nearOf(query: URLSearchParams): Point | 'nowhere' | undefined | null {
  const [coordinates, number] = [textOf(query, 'NearLatLong'), textOf(query, 'NearNumber')];
  if (coordinates) {
    const [, latitude, longitude] = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(coordinates) ?? [];
    return latitude === undefined ? null : { latitude: Number(latitude), longitude: Number(longitude) };
  }
  return number ? (placeOf(number.replace(/^(?!\+)/, '+')) ?? 'nowhere') : undefined;
}

function nearest(numbers: readonly StockNumber[], near: Point | 'nowhere', radius: number): readonly StockNumber[] {
  if (near === 'nowhere') return [];
  return numbers
    .flatMap((number) => (number.area.place ? [{ number, miles: milesBetween(number.area.place, near) }] : []))
    .filter(({ miles }) => miles <= radius)
    .toSorted((a, b) => a.miles - b.miles)
    .map(({ number }) => number);
}

const EARTH_RADIUS_MILES = 3958.8;

/** Along a great circle, by the haversine formula. */
function milesBetween(a: Point, b: Point): number {
  const chord =
    haversine(b.latitude - a.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * haversine(b.longitude - a.longitude);
  return 2 * EARTH_RADIUS_MILES * Math.asin(Math.sqrt(chord));
}

function haversine(degrees: number): number {
  return Math.sin(radians(degrees) / 2) ** 2;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function numberResource({ phoneNumber, area }: StockNumber): JsonObject {
  return {
    address_requirements: 'none',
    beta: false,
    capabilities: capabilitiesOf(phoneNumber),
    friendly_name: friendlyNumber(phoneNumber),
    iso_country: area.country,
    lata: area.place?.lata ?? null,
    latitude: area.place?.latitude ?? null,
    locality: area.place?.locality ?? null,
    longitude: area.place?.longitude ?? null,
    phone_number: phoneNumber,
    postal_code: area.place?.postalCode ?? null,
    rate_center: area.place?.rateCenter ?? null,
    region: area.place?.region ?? null,
  };
}
