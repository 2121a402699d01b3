import { readFileSync } from 'node:fs';
import { asObject, compileSchema, type JsonSchema } from '../schema/schema.ts';
import type { EventType } from './event-type.ts';

/** Types of the events that the host itself emits about messages and calls, by the file of `schemas/told/` that describes them. */
const TYPES = {
  message: ['delivered', 'undelivered', 'failed', 'canceled'],
  call: ['completed', 'busy', 'no-answer', 'failed', 'canceled'],
} as const;

/** What people do, each with a file of its own. */
const HEARD = { 'call.digits': 'digits', 'message.received': 'received' } as const;

/** The event types that come with Ringbook: a rule listens to them as to any other. */
export function toldTypes(): readonly EventType[] {
  const heard = Object.entries(HEARD).map(([type, file]) => toldType(type, readSchema(file)));
  const told = Object.entries(TYPES).flatMap(([kind, states]) => {
    const schema = readSchema(kind);
    return states.map((state) => toldType(`${kind}.${state}`, schema));
  });
  return [...told, ...heard];
}

function toldType(type: string, schema: JsonSchema): EventType {
  return { type, schema, validate: (value: unknown) => compileSchema(schema)(value), isTold: true };
}

function readSchema(kind: string): JsonSchema {
  return asObject(JSON.parse(readFileSync(new URL(`../../schemas/told/${kind}.json`, import.meta.url), 'utf8'))) ?? {};
}
