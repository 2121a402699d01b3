/** What is asked of a date: `StartTime>=2026-11-09`. */
export interface DateFilter {
  /** The parameter, without a sign. */
  readonly name: string;
  readonly meets: (at: number) => boolean;
}

/** Units that a date can be asked for in: whole days (UTC) and, with a time, seconds. */
const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;

/**
 * Reads what a query asks of dates, in Twilio's spelling. `StartTime>=2026-11-09` arrives as the name `StartTime>` with that
 * value, which is also how the SDKs write it; without the equals sign the whole is a name. Or says what cannot be read.
 */
export function dateFilters(query: URLSearchParams, names: readonly string[]): DateFilter[] | { detail: string } {
  const filters: DateFilter[] = [];
  for (const [key, value] of query) {
    const [, name = '', sign = '', rest = ''] = /^(\w+)([<>]=?)?(.*)$/s.exec(key) ?? [];
    if (!names.includes(name)) continue;
    const wanted = value || rest;
    if (wanted === '') continue;
    const at = Date.parse(wanted);
    if (Number.isNaN(at)) return { detail: `${name} is no date` };
    const unit = /^\d{4}-\d\d-\d\d$/.test(wanted) ? DAY_MS : SECOND_MS;
    const isStrict = value === '' && !sign.endsWith('=');
    const bound = Math.floor(at / unit);
    filters.push({ name, meets: (time) => compare(Math.floor(time / unit), bound, sign.charAt(0), isStrict) });
  }
  return filters;
}

function compare(time: number, bound: number, sign: string, isStrict: boolean): boolean {
  if (sign === '<') return isStrict ? time < bound : time <= bound;
  if (sign === '>') return isStrict ? time > bound : time >= bound;
  return time === bound;
}
