import { OpFailed } from '../../plugin/plugin.ts';
import type { Json } from '../../schema/schema.ts';

/** A correspondance table whose values are words. It has no prototype, so that no name reaches anything but an entry. */
export type Words = Readonly<Record<string, string>>;

/**
 * The words of a correspondance table: texts as they are, numbers and booleans as JSON prints them, nothing for null.
 * Throws `OpFailed` for a list or an object, which have no words of their own.
 */
export function tableWords(table: Json | undefined): Words {
  const words: Record<string, string> = Object.create(null);
  if (table == null) return words;
  if (typeof table !== 'object' || Array.isArray(table)) throw new OpFailed('"correspondance" must be a map');
  for (const [name, value] of Object.entries(table)) words[name] = toWords(name, value);
  return words;
}

function toWords(name: string, value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const kind = Array.isArray(value) ? 'a list' : 'an object';
  throw new OpFailed(`"correspondance" gives ${kind} for "${name}": a text, a number or a boolean can be said`);
}
