import type { MessageFilter } from '../journal/journal.ts';
import { isE164, STATES } from '../message/message.ts';
import { didYouMean } from '../problem/problem.ts';
import { type Option, type Options, textOf, WrongUsage } from './command.ts';
import { momentOf } from './moment.ts';

/** What is listed unless `--limit` says otherwise: a screenful. */
const DEFAULT_LIMIT = 20;

/** `--limit`, which every command that lists has. */
export const limitOption: Option = { value: 'N', about: `list: at most so many (default: ${DEFAULT_LIMIT})` };

/** What `messages list` is narrowed by. */
export const FILTERS: Readonly<Record<string, Option>> = {
  state: { value: 'STATES', about: 'list: only these states, such as waiting,unknown' },
  to: { value: 'NUMBER', about: 'list: only to this number, in E.164 form' },
  tag: { value: 'TAG', about: 'list: only with this tag' },
  template: { value: 'SLUG', about: 'list: only with the words of this template' },
  related: { value: 'TYPE:ID', about: 'list: only about this, such as job:4711' },
  extra: { value: 'KEY=VALUE', about: "list: only with this in the author's own data" },
  resource: { value: 'MID', about: 'list: only through this resource' },
  since: { value: 'TIME', about: 'list: only from 2h ago on, or from 2026-11-21T08:30:00Z on' },
  until: { value: 'TIME', about: 'list: only before that time' },
  limit: limitOption,
};

/** Throws `WrongUsage` for a value that can mean nothing. */
export function filterOf(options: Options, now: number): MessageFilter {
  const [to, tag, template, related, extra, resource] = ['to', 'tag', 'template', 'related', 'extra', 'resource'].map(
    (name) => textOf(options, name),
  );
  const states = namesOf(textOf(options, 'state'), STATES);
  const since = timeOf(options, 'since', now);
  const until = timeOf(options, 'until', now);
  if (to !== undefined && !isE164(to)) throw new WrongUsage('--to takes a whole number in E.164 form: +12025550123');
  if (related !== undefined && !/^[^:]+:./.test(related))
    throw new WrongUsage('--related takes type:id, as in job:4711');
  return {
    ...(states && { states }),
    ...(to !== undefined && { to }),
    ...(tag !== undefined && { tag }),
    ...(template !== undefined && { template }),
    ...(related !== undefined && { related }),
    ...(extra !== undefined && { extra: extraOf(extra) }),
    ...(resource !== undefined && { resource }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** The names of a list with commas. Throws `WrongUsage` for one that is not known. */
export function namesOf<Name extends string>(
  text: string | undefined,
  known: Readonly<Record<Name, unknown>>,
): readonly Name[] | undefined {
  const isKnown = (name: string): name is Name => Object.hasOwn(known, name);
  return text?.split(',').map((part) => {
    const name = part.trim();
    if (isKnown(name)) return name;
    const meant = didYouMean(name, Object.keys(known));
    const help = meant === undefined ? `the states are ${Object.keys(known).join(', ')}` : `did you mean "${meant}"?`;
    throw new WrongUsage(`there is no state "${name}"; ${help}`);
  });
}

function extraOf(text: string): { key: string; value: string } {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new WrongUsage('--extra takes key=value, as in customer=4711');
  return { key, value };
}

function timeOf(options: Options, name: 'since' | 'until', now: number): number | undefined {
  const text = textOf(options, name);
  if (text === undefined) return undefined;
  const at = momentOf(text, now);
  if (at !== undefined) return at;
  throw new WrongUsage(`--${name} takes a time ago, such as 30m or 2h, or 2026-11-21T08:30:00Z, and not "${text}"`);
}

/** Throws `WrongUsage` for anything but a number from 1 on. */
export function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new WrongUsage(`--limit takes a number from 1 to 999999, and not "${text}"`);
  return Number(text);
}
