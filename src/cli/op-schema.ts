import { asObject, type Json, type JsonSchema } from '../schema/schema.ts';
import type { OpPage } from './op-page.ts';

/** Text with a reference in it, whose value is known only when the event is there. */
const REFERENCE: JsonSchema = { type: 'string', pattern: '\\$\\{' };

/** Keywords that are for people: they stay outside when the rest becomes one of two ways to write a value. */
const FOR_PEOPLE = new Set(['title', 'description', 'examples', 'default', 'deprecated']);
/** Keywords and formats of the house, which no editor knows. */
const OF_THE_HOUSE = new Set(['resource', 'template']);

/**
 * The arguments of an op as they stand in a rulebook: a map by name; a list by position; one value alone where no more are
 * required. Any value may be a reference. The keywords for maps say nothing of the other forms, so one schema does for all.
 */
export function opSchema(op: OpPage): JsonSchema {
  const required = op.arguments.filter((argument) => argument.required).map(({ name }) => name);
  return {
    // Editors show it above the description, and offer it as "everything that is required at once".
    title: `arguments of ${op.name}`,
    description: op.description,
    markdownDescription: [
      op.description,
      ...op.examples.map((example) => `\`\`\`yaml\n- ${indented(example)}\n\`\`\``),
    ].join('\n\n'),
    type: ['object', 'array', ...(required.length <= 1 ? SCALARS : []), ...(required.length === 0 ? ['null'] : [])],
    properties: Object.fromEntries(op.arguments.map(({ name, schema }) => [name, asWritten(schema)])),
    required,
    ...(op.choices !== undefined && { anyOf: op.choices }),
    additionalProperties: false,
    minItems: required.length,
    maxItems: op.arguments.length,
  };
}

const SCALARS = ['string', 'number', 'boolean'];

function indented(example: string): string {
  return example.trimEnd().replaceAll('\n', '\n  ');
}

/** A schema of values as a schema of what is written for them: a `${}` may stand for any of them. */
export function asWritten(schema: JsonSchema): JsonSchema {
  const kept = Object.entries(schema).filter(([keyword]) => !OF_THE_HOUSE.has(keyword));
  const forPeople = Object.fromEntries(kept.filter(([keyword]) => FOR_PEOPLE.has(keyword)));
  const rules = Object.fromEntries(kept.filter(([keyword]) => !FOR_PEOPLE.has(keyword)).map(inside));
  if (rules['format'] === 'e164') {
    delete rules['format'];
    rules['pattern'] = '^\\+[1-9]\\d{6,14}$';
  }
  return takesAnyText(rules) ? { ...forPeople, ...rules } : { ...forPeople, anyOf: [rules, REFERENCE] };
}

/** Schemas inside a schema are as written, too. */
function inside([keyword, value]: readonly [string, Json]): readonly [string, Json] {
  const schema = asObject(value);
  if (schema && (keyword === 'items' || keyword === 'additionalProperties')) return [keyword, asWritten(schema)];
  if (schema && keyword === 'properties') {
    return [
      keyword,
      Object.fromEntries(Object.entries(schema).map(([name, of]) => [name, asWritten(asObject(of) ?? {})])),
    ];
  }
  return [keyword, value];
}

function takesAnyText(rules: Readonly<Record<string, Json>>): boolean {
  const keywords = Object.keys(rules);
  const free = keywords.every((keyword) => keyword === 'type' || keyword === 'minLength');
  const types = [rules['type'] ?? 'string'].flat();
  return free && types.includes('string');
}
