import { durationMs } from '../time/time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** RFC 3339, 5.6; `Date` has the last word on the days of a month. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** A time as tables show it, in UTC: `2026-11-21 08:30:00`. */
export function stampOf(ms: number): string {
  return isoOf(ms).slice(0, 19).replace('T', ' ');
}

/** A time for a script: RFC 3339. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** How far off a time is, in one figure: `in 12 s`, `in 3 h`, or its date; `now` once it has come. */
export function fromNow(ms: number, now: number): string {
  const away = ms - now;
  if (away <= 0) return 'now';
  if (away < 2 * MINUTE_MS) return `in ${Math.ceil(away / 1_000)} s`;
  if (away < 2 * HOUR_MS) return `in ${Math.ceil(away / MINUTE_MS)} min`;
  if (away < 2 * DAY_MS) return `in ${Math.ceil(away / HOUR_MS)} h`;
  return `at ${stampOf(ms)} UTC`;
}

/** The time that `2h` (ago) or a date with a time means, in milliseconds since 1970; undefined for any other text. */
export function momentOf(text: string, now: number): number | undefined {
  const agoMs = durationMs(text);
  if (agoMs !== undefined) return now - agoMs;
  const at = DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
