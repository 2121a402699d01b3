/** What the table of kinds is made of. */
import type { JsonSchema } from '../../schema/schema.ts';

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
