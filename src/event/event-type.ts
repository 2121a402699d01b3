import { basename } from 'node:path';
import { error, type Problem, reasonOf, type Source } from '../problem/problem.ts';
import { asObject, compileSchema, type JsonSchema, type Validate } from '../schema/schema.ts';

/** A type of event: what its data looks like. */
export interface EventType {
  readonly type: string;
  readonly schema: JsonSchema;
  readonly validate: Validate;
}

/** Reads `schemas/event/<type>.json`. The file's name is the type. */
export function readEventType(source: Source): {
  readonly eventType?: EventType;
  readonly problems: readonly Problem[];
} {
  const start = { source, start: 0, end: Math.min(1, source.text.length) };
  let schema: JsonSchema | undefined;
  try {
    schema = asObject(JSON.parse(source.text));
  } catch (failure) {
    return {
      problems: [error('RB0005', `not valid JSON: ${reasonOf(failure)}`, jsonErrorSpan(source, failure))],
    };
  }
  if (!schema) return { problems: [error('RB0601', 'an event schema must be a JSON object', start)] };
  try {
    const validate = compileSchema(schema);
    return {
      eventType: { type: basename(source.file, '.json'), schema, validate },
      problems: [],
    };
  } catch (failure) {
    return { problems: [error('RB0601', `not a valid JSON Schema (2020-12): ${reasonOf(failure)}`, start)] };
  }
}

/** V8 says "at position 12"; where it does not, the whole file is pointed at. */
function jsonErrorSpan(source: Source, failure: unknown): NonNullable<Problem['at']> {
  const position = /position (\d+)/.exec(reasonOf(failure))?.[1];
  const start = Math.min(position === undefined ? 0 : Number(position), source.text.length);
  return { source, start, end: Math.min(start + 1, source.text.length) };
}
