import type { Json } from '../schema/schema.ts';
import { OpFailed } from './op-failed.ts';

/** What the names of a template stand for, as it can be said. It has no prototype, so that no name reaches anything but an entry. */
export type Table = Readonly<Record<string, Sayable>>;

type Sayable = string | number | boolean | null;

/**
 * The entries of the table that an op was given as `argument`. Throws `OpFailed` for a list or an object, which have no words
 * of their own.
 */
export function tableOf(argument: string, table: Json | undefined): Table {
  const entries: Record<string, Sayable> = Object.create(null);
  if (table == null) return entries;
  if (typeof table !== 'object' || Array.isArray(table)) throw new OpFailed(`"${argument}" must be a map`);
  for (const [name, value] of Object.entries(table)) entries[name] = sayable(argument, name, value);
  return entries;
}

/** The words of an entry: texts as they are, numbers and booleans as JSON prints them, nothing for null or no entry. */
export function wordsOf(table: Table, name: string): string {
  const value = valueOf(table, name);
  if (value == null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a section with this name is said: not for false, null, an empty text, 0 or no entry, as mustache has it. */
export function isThere(table: Table, name: string): boolean {
  return Boolean(valueOf(table, name));
}

/** Own entries only: `{{constructor}}` names nothing. */
function valueOf(table: Table, name: string): Sayable | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function sayable(argument: string, name: string, value: Json): Sayable {
  if (value === null || typeof value !== 'object') return value;
  const kind = Array.isArray(value) ? 'a list' : 'an object';
  throw new OpFailed(`"${argument}" gives ${kind} for "${name}": a text, a number or a boolean can be said`);
}
