import { type Table, tableOf } from '../../plugin/plugin.ts';
import type { Json } from '../../schema/schema.ts';

/** The entries of a correspondance table. Throws `OpFailed` for a list or an object, which have no words of their own. */
export function readTable(table: Json | undefined): Table {
  return tableOf('correspondance', table);
}
