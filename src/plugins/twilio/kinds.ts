/** What a Twilio account holds: the one table that the ops `twilio_list` to `twilio_delete` and the command `twilio` are made of. */
import type { JsonSchema } from '../../schema/schema.ts';
import { KIND_TABLE } from './kind-table.ts';
import { texts } from './kind-value.ts';

/** What can be done with things of a kind. */
export type KindVerb = 'list' | 'fetch' | 'create' | 'update' | 'delete';

/** Values by their names on the wire, in Twilio's words. */
export type Values = Readonly<Record<string, JsonSchema>>;

/** One kind of thing. */
export interface Kind {
  /** In the words of the command line: `message`. */
  readonly one: string;
  /** The name of the id in its fields: `sid`, or that of the call that a participant is. */
  readonly key: 'sid' | 'call_sid' | 'phone_number';
  /** The thing that it is a part of, by the argument that names it. */
  readonly within?: 'conference';
  readonly filters: Values;
  /** What can be given at its creation; absent where the API creates none. */
  readonly create?: Values;
  /** Which of them must be. */
  readonly createNeeds?: readonly string[];
  readonly update?: Values;
  readonly canFetch: boolean;
  readonly canDelete: boolean;
  readonly fields: Values;
  /** Why something is not done here that the API does, and what does it. */
  readonly refused?: Partial<Record<KindVerb, { readonly why: string; readonly help: string }>>;
}

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
