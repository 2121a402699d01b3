/** The numbers that can be bought: fictitious ones, so that none is anyone's, and always the same. */

/** Where the numbers of an area are, in the terms in which they are looked for. */
export interface Area {
  readonly country: 'US' | 'CA' | 'GB';
  readonly type: NumberType;
  /** What all its numbers begin with, up to the last two digits. */
  readonly prefix: string;
  /** Of the North American plan; empty elsewhere. */
  readonly areaCode: string;
  readonly place: Place | null;
}

export type NumberType = 'local' | 'toll-free' | 'mobile';

interface Place {
  readonly region: string | null;
  readonly locality: string;
  readonly lata: string | null;
  readonly rateCenter: string | null;
  readonly postalCode: string | null;
  readonly latitude: number;
  readonly longitude: number;
}

/** A number that can be bought. */
export interface StockNumber {
  readonly phoneNumber: string;
  readonly area: Area;
}

/**
 * 555-0100 to 555-0199 are kept for fiction in every area of the North American plan (ATIS-0300115), and these ranges in the
 * United Kingdom (https://www.ofcom.org.uk: telephone numbers for use in TV and radio drama programmes).
 */
const AREAS: readonly Area[] = [
  american('US', '212', 'NY', 'New York', '132', 'NWYRCYZN01', '10001', 40.7128, -74.006),
  american('US', '202', 'DC', 'Washington', '236', 'WSHNGTNZN1', '20001', 38.9072, -77.0369),
  american('US', '415', 'CA', 'San Francisco', '722', 'SNFC CNTRL', '94102', 37.7749, -122.4194),
  american('US', '510', 'CA', 'Oakland', '722', 'OKLD MN-PD', '94607', 37.8044, -122.2712),
  american('US', '206', 'WA', 'Seattle', '674', 'SEATTLE', '98101', 47.6062, -122.3321),
  american('US', '312', 'IL', 'Chicago', '358', 'CHICAGO', '60601', 41.8781, -87.6298),
  american('US', '512', 'TX', 'Austin', '558', 'AUSTIN', '78701', 30.2672, -97.7431),
  american('US', '305', 'FL', 'Miami', '460', 'MIAMI', '33101', 25.7617, -80.1918),
  american('US', '617', 'MA', 'Boston', '128', 'BOSTON', '02108', 42.3601, -71.0589),
  american('US', '303', 'CO', 'Denver', '656', 'DENVER', '80202', 39.7392, -104.9903),
  american('CA', '416', 'ON', 'Toronto', '888', 'TORONTO', 'M5H 2N2', 43.6532, -79.3832),
  american('CA', '604', 'BC', 'Vancouver', '888', 'VANCOUVER', 'V6B 1A1', 49.2827, -123.1207),
  ...['800', '833', '844', '855', '866', '877', '888'].flatMap((areaCode): Area[] =>
    (['US', 'CA'] as const).map((country) => ({
      country,
      type: 'toll-free',
      prefix: `+1${areaCode}55501`,
      areaCode,
      place: null,
    })),
  ),
  british('local', '+442079460', 'London', 51.5072, -0.1276),
  british('local', '+441134960', 'Leeds', 53.8008, -1.5491),
  { country: 'GB', type: 'mobile', prefix: '+4477009000', areaCode: '', place: null },
  { country: 'GB', type: 'toll-free', prefix: '+4480815700', areaCode: '', place: null },
];

function american(
  country: 'US' | 'CA',
  areaCode: string,
  region: string,
  locality: string,
  lata: string,
  rateCenter: string,
  postalCode: string,
  latitude: number,
  longitude: number,
): Area {
  const place = { region, locality, lata, rateCenter, postalCode, latitude, longitude };
  return { country, type: 'local', prefix: `+1${areaCode}55501`, areaCode, place };
}

function british(type: NumberType, prefix: string, locality: string, latitude: number, longitude: number): Area {
  const place = { region: null, locality, lata: null, rateCenter: null, postalCode: null, latitude, longitude };
  return { country: 'GB', type, prefix: `${prefix}0`, areaCode: '', place };
}

/** Numbers of one area: its last two digits. */
const LINES = Array.from({ length: 100 }, (_, line) => String(line).padStart(2, '0'));

/** Every area at once, so that the first of a list are not all of one place. */
export const STOCK: readonly StockNumber[] = LINES.flatMap((line) =>
  AREAS.map((area) => ({ phoneNumber: `${area.prefix}${line}`, area })),
);

/** The countries that have numbers, and the types that each has. */
export const COUNTRIES: readonly { readonly code: Area['country']; readonly name: string }[] = [
  { code: 'US', name: 'United States' },
  { code: 'CA', name: 'Canada' },
  { code: 'GB', name: 'United Kingdom' },
];

export function typesOf(country: string): readonly NumberType[] {
  return [...new Set(AREAS.filter((area) => area.country === country).map(({ type }) => type))];
}

/** Where a number of the plan is, of those areas that are known here. */
export function placeOf(number: string): Area['place'] {
  return AREAS.find(({ areaCode, place }) => place && areaCode && number.startsWith(`+1${areaCode}`))?.place ?? null;
}

/** What kind of number it is, of whatever country. */
export function typeOf(number: string): NumberType {
  if (/^\+1(?:800|833|844|855|866|877|888)|^\+44808/.test(number)) return 'toll-free';
  return number.startsWith('+447') ? 'mobile' : 'local';
}

/** What can be done with a number: in Britain those that cost the caller nothing take no messages, and none takes pictures. */
export function capabilitiesOf(number: string): Readonly<Record<'fax' | 'mms' | 'sms' | 'voice', boolean>> {
  return { fax: false, mms: !number.startsWith('+44'), sms: !number.startsWith('+44808'), voice: true };
}

/** `(415) 555-0123` in the North American plan, as it is elsewhere. */
export function friendlyNumber(number: string): string {
  return number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');
}
