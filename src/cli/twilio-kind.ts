import type { Kind, Values } from '../plugins/twilio/kind.ts';
import { KIND_NAMES, KINDS, type KindName, valuesOf } from '../plugins/twilio/kinds.ts';
import { didYouMean } from '../problem/problem.ts';
import { asText, inWords, type JsonObject, type JsonSchema, typesOf } from '../schema/schema.ts';
import { type Option, type Options, WrongUsage } from './command.ts';

/** What a kind is called on the command line, where that is not its name. */
const SHORT: Partial<Record<KindName, string>> = { incoming_phone_numbers: 'numbers' };

/** Those that have a verb of their own instead: `numbers search`. */
const HIDDEN: readonly KindName[] = ['available_phone_numbers'];

/** Names of the kinds, as they are typed. */
export const TYPED_KINDS: readonly string[] = KIND_NAMES.filter((name) => !HIDDEN.includes(name)).map(typed);

/** Throws `WrongUsage` for what is no kind. */
export function kindNamed(word: string | undefined): KindName {
  const found = KIND_NAMES.find((name) => !HIDDEN.includes(name) && (typed(name) === word || name === word));
  if (found) return found;
  const there = `there are ${TYPED_KINDS.join(', ')}`;
  if (word === undefined) throw new WrongUsage(`say what: ${there}`);
  const near = didYouMean(word, TYPED_KINDS);
  throw new WrongUsage(`there are no "${word}"; ${near ? `did you mean "${near}"?` : there}`);
}

export function typed(name: KindName): string {
  return SHORT[name] ?? name;
}

/** `in_region` -> `region`, `date_sent_after` -> `date-sent-after`: the option of a filter or setting. */
export function optionName(name: string): string {
  return name.replace(/^in_/, '').replaceAll('_', '-');
}

/** One option for each filter and setting of the table. They take a value, also for yes and no. */
export function tableOptions(): Readonly<Record<string, Option>> {
  const options: Record<string, Option> = {};
  for (const name of KIND_NAMES) {
    for (const verb of ['list', 'create', 'update'] as const) {
      for (const [value, schema] of Object.entries(valuesOf(KINDS[name], verb) ?? {})) {
        options[optionName(value)] ??= { value: placeholder(schema), about: '', isOfKind: true };
      }
    }
  }
  return options;
}

/** What was given of `values`, as the schemas have it. Throws `WrongUsage` for an option that belongs to something else. */
export function givenValues(values: Values, options: Options, beside: readonly string[], what: string): JsonObject {
  const byOption = new Map(Object.keys(values).map((name) => [optionName(name), name]));
  const given: Record<string, string | number | boolean> = {};
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || beside.includes(option)) continue;
    const name = byOption.get(option);
    if (name === undefined) throw new WrongUsage(notTaken(option, [...byOption.keys()], what));
    given[name] = readValue(option, String(value), values[name] ?? {});
  }
  return given;
}

function notTaken(option: string, known: readonly string[], what: string): string {
  const near = didYouMean(option, known);
  const there = known.length === 0 ? '' : `; it takes ${known.map((name) => `--${name}`).join(' ')}`;
  return `${what} takes no --${option}${near ? `; did you mean --${near}?` : there}`;
}

function readValue(option: string, text: string, schema: JsonSchema): string | number | boolean {
  const types = typesOf(schema);
  const isNumber =
    types.includes('integer') || (Array.isArray(schema['enum']) && typeof schema['enum'][0] === 'number');
  if (types.includes('boolean')) {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new WrongUsage(`--${option} takes true or false, and not "${text}"`);
  }
  if (!isNumber) return text;
  if (!/^\d{1,9}$/.test(text)) throw new WrongUsage(`--${option} takes a number, and not "${text}"`);
  return Number(text);
}

function placeholder(schema: JsonSchema): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].join('|');
  if (typesOf(schema).includes('boolean')) return 'true|false';
  return exampleOf(schema)?.slice(0, WIDEST_EXAMPLE) || 'TEXT';
}

const WIDEST_EXAMPLE = 24;

/** The first example of a schema, in words. */
export function exampleOf({ examples }: JsonSchema): string | undefined {
  const [example] = Array.isArray(examples) ? examples : [];
  return example === undefined ? undefined : inWords(example);
}

/** The help of one kind: what can be done, with what, and the fields that are told. */
export function kindPage(name: KindName): string {
  const kind = KINDS[name];
  const verbs = verbsOf(name);
  return [
    `Usage: ringbook twilio ${typed(name)} [${verbs.join(' | ')}]`,
    ...section('list and count are narrowed by:', kind.filters),
    ...(name === 'incoming_phone_numbers'
      ? section('search takes, of numbers that can be bought:', KINDS.available_phone_numbers.filters)
      : []),
    ...section(
      name === 'incoming_phone_numbers' ? 'buy takes the number, and:' : 'create takes:',
      createSettings(kind),
    ),
    ...section('update takes the SID, and:', kind.update ?? {}),
    '',
    `Fields: ${Object.keys(kind.fields).join(', ')}`,
  ].join('\n');
}

/** All verbs of a kind. */
export function verbsOf(name: KindName): readonly string[] {
  const kind = KINDS[name];
  const isNumber = name === 'incoming_phone_numbers';
  return [
    'list',
    'count',
    ...(kind.canFetch ? ['get'] : []),
    ...(isNumber ? ['search', 'buy'] : []),
    ...(kind.create && !isNumber ? ['create'] : []),
    ...(kind.update ? ['update'] : []),
    ...(name === 'participants' ? ['mute', 'unmute'] : []),
    ...(kind.canDelete ? ['delete'] : []),
  ];
}

function createSettings({ create = {} }: Kind): Values {
  return Object.fromEntries(Object.entries(create).filter(([name]) => name !== 'phone_number'));
}

function section(heading: string, values: Values): readonly string[] {
  const rows = Object.entries(values).map(
    ([name, schema]) => [`--${optionName(name)} ${placeholder(schema)}`, asText(schema['description']) ?? ''] as const,
  );
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([option]) => option.length));
  return ['', heading, ...rows.map(([option, about]) => `  ${option.padEnd(width)}  ${about}`)];
}
