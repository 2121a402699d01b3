import type { JsonSchema } from '../schema/schema.ts';
import { schemaOfShape } from './expression/schema-of-shape.ts';
import { noteWhole } from './expression/schema-reference.ts';
import { shapeOfSchema } from './expression/shape-of-schema.ts';

/** What is known of the names that an expression may use: a schema for each. `undefined` is a name of unknown type. */
export type Names = ReadonlyMap<string, JsonSchema | undefined>;

/** What expressions are typed against. */
export interface Typing {
  readonly names: Names;
  /** Takes a name that is not among them for one of unknown type. */
  readonly isOpen: boolean;
}

/** The envelope of every event (CloudEvents 1.0), as `event` in expressions. Ringbook gives an event its time where it has none. */
const ENVELOPE: JsonSchema = {
  type: 'object',
  required: ['id', 'type', 'source', 'time'],
  properties: {
    id: { type: 'string', minLength: 1 },
    type: { type: 'string', minLength: 1 },
    source: { type: 'string', minLength: 1 },
    subject: { type: 'string', minLength: 1 },
    time: { type: 'string', format: 'date-time' },
  },
};

const NONE: ReadonlyMap<string, JsonSchema> = new Map();

/** Fields of events by the schema of their data: always the same objects, so that a bare name is known for a field. */
const fields = new WeakMap<JsonSchema, ReadonlyMap<string, JsonSchema>>();

/** The names that every expression of a rule for this event can use: its fields, `data`, `event` and `vars`. */
export function namesOfEvent(data: JsonSchema | undefined, vars: JsonSchema): Map<string, JsonSchema | undefined> {
  const names = new Map<string, JsonSchema | undefined>(fieldsOfEvent(data));
  names.set('data', data);
  names.set('event', ENVELOPE);
  names.set('vars', vars);
  return names;
}

/** The fields that data is known to have, which expressions can name without `data.` before them. */
export function fieldsOfEvent(data: JsonSchema | undefined): ReadonlyMap<string, JsonSchema> {
  if (!data) return NONE;
  let known = fields.get(data);
  if (!known) {
    noteWhole(data);
    const { known: entries } = shapeOfSchema(data).fields();
    known = new Map([...entries].map(([name, { shape }]) => [name, schemaOfShape(shape) ?? {}]));
    fields.set(data, known);
  }
  return known;
}

/** Typing against `names`; `open` takes a name that is not among them for one of unknown type. */
export function typingOf(names: Names, open: boolean): Typing {
  for (const schema of names.values()) if (schema) noteWhole(schema);
  return { names, isOpen: open };
}
