/** What a Twilio account holds: the one table that the ops `twilio_list` to `twilio_delete` and the command `twilio` are made of. */
import type { Kind, KindVerb, Values } from './kind.ts';
import { KIND_TABLE } from './kind-table.ts';
import { texts } from './kind-value.ts';

/** The name of a kind: `messages`. */
export type KindName = keyof typeof KIND_TABLE;

/** The table, by the names of Twilio's REST API. */
export const KINDS: Readonly<Record<KindName, Kind>> = KIND_TABLE;

/** Their names, in the order of the table. */
export const KIND_NAMES = texts<KindName>(KINDS);

/** Whether a name is one of a kind. */
export function isKind(name: unknown): name is KindName {
  return typeof name === 'string' && Object.hasOwn(KINDS, name);
}

/** What may be given to a verb, by name: filters of a list, settings of a creation or change. Undefined where the kind lacks the verb. */
export function valuesOf(kind: Kind, verb: KindVerb): Values | undefined {
  switch (verb) {
    case 'list':
      return kind.filters;
    case 'create':
      return kind.create;
    case 'update':
      return kind.update;
    case 'fetch':
      return kind.canFetch ? {} : undefined;
    case 'delete':
      return kind.canDelete ? {} : undefined;
  }
}
