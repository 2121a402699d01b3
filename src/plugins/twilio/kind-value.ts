/** The values of the table of kinds, as JSON Schemas. */
import type { JsonSchema } from '../../schema/schema.ts';

export const text: JsonSchema = { type: 'string' };

/** Twilio says null for what it does not know. */
export const maybeText: JsonSchema = { type: ['string', 'null'] };

export const maybeNumber: JsonSchema = { type: ['number', 'null'] };

export function words(description: string, maxLength: number): JsonSchema {
  return { type: 'string', minLength: 1, maxLength, description };
}

export function number(description: string): JsonSchema {
  return { type: 'integer', minimum: 0, description, examples: [25] };
}

export function flag(description: string): JsonSchema {
  return { type: 'boolean', description, examples: [true] };
}

export function oneOf(description: string, ...values: readonly string[]): JsonSchema {
  return { enum: values, description, examples: values.slice(0, 1) };
}

export function phone(description: string): JsonSchema {
  return { type: 'string', format: 'e164', description, examples: ['+12025550123'] };
}

export function url(description: string): JsonSchema {
  // Twilio takes an empty one for none.
  return {
    type: 'string',
    pattern: '^(https?://.+)?$',
    maxLength: 2048,
    description,
    examples: ['https://example.com/twiml'],
  };
}

export function method(of: string): JsonSchema {
  return { enum: ['GET', 'POST'], description: `how ${of} is asked`, examples: ['POST'] };
}

export function sid(prefix: string, description: string): JsonSchema {
  return {
    type: 'string',
    pattern: `^${prefix}[0-9a-fA-F]{32}$`,
    description,
    examples: [`${prefix}0123456789abcdef0123456789abcdef`],
  };
}

/** A day, or a moment of it, as Twilio reads it. */
export function day(description: string): JsonSchema {
  return {
    type: 'string',
    pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}Z)?$',
    description,
    examples: ['2026-11-21'],
  };
}

/** The keys of a table, typed. */
export function texts<Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a literal table has the keys of its type and no others
  return Object.keys(table) as Key[];
}
