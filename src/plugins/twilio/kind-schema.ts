/** What the ops that reach into a Twilio account take and come to, by the table of kinds. */
import type { JsonSchema } from '../../schema/schema.ts';
import type { Kind, KindVerb } from './kind.ts';
import { KINDS, type KindName, valuesOf } from './kinds.ts';

/** The schema of what is given to a verb: `where` of a list, `with` of a creation or change. */
export const givenSchema = once((name, verb): JsonSchema => {
  const kind = KINDS[name];
  const required = verb === 'create' ? (kind.createNeeds ?? []) : [];
  return { type: 'object', required, properties: valuesOf(kind, verb) ?? {}, additionalProperties: false };
});

/** The schema of what an op comes to for one kind. */
export const resultSchema = once((name, verb): JsonSchema => {
  const item = itemSchema(KINDS[name]);
  if (verb === 'list') {
    return {
      type: 'object',
      required: ['items', 'more'],
      properties: {
        items: { type: 'array', items: item },
        more: { type: 'boolean', description: 'Whether there are more than `limit`.' },
      },
      additionalProperties: false,
    };
  }
  if (verb !== 'delete') return item;
  return { type: 'object', required: ['deleted'], properties: { deleted: { type: 'boolean' } } };
});

function itemSchema({ fields }: Kind): JsonSchema {
  return { type: 'object', required: Object.keys(fields), properties: fields, additionalProperties: false };
}

/** One schema for each kind and verb: who holds values against it knows it by its identity. */
function once(make: (name: KindName, verb: KindVerb) => JsonSchema): (name: KindName, verb: KindVerb) => JsonSchema {
  const known = new Map<string, JsonSchema>();
  return (name, verb) => {
    const key = `${name} ${verb}`;
    const schema = known.get(key) ?? make(name, verb);
    known.set(key, schema);
    return schema;
  };
}
