import { basename } from 'node:path';
import { error, type Problem, reasonOf, type Source } from '../problem/problem.ts';
import {
  asObject,
  compileSchema,
  faultsIn,
  type JsonSchema,
  type SchemaFault,
  type Validate,
} from '../schema/schema.ts';
import { keyAt, nodeAt, parseYaml, spanOf } from '../yaml/yaml.ts';

/** A type of event: what its data looks like. */
export interface EventType {
  readonly type: string;
  readonly schema: JsonSchema;
  /** Compiled when the first event is held against it: a check only proves that it can be. */
  readonly validate: Validate;
  /** It is one of Ringbook's own. */
  readonly isTold?: true;
}

/** Reads `schemas/event/<type>.json`. The file's name is the type. */
export function readEventType(source: Source): {
  readonly eventType?: EventType;
  readonly problems: readonly Problem[];
} {
  let schema: JsonSchema | undefined;
  try {
    schema = asObject(JSON.parse(source.text));
  } catch (failure) {
    return {
      problems: [error('RB0005', `not valid JSON: ${reasonOf(failure)}`, jsonErrorSpan(source, failure))],
    };
  }
  if (!schema) return { problems: [error('RB0601', 'an event schema must be a JSON object', startOf(source))] };
  const faults = faultsIn(schema);
  if (faults.length > 0) return { problems: problemsOf(faults, source) };
  const proved = schema;
  const validate: Validate = (value) => compileSchema(proved)(value);
  return { eventType: { type: basename(source.file, '.json'), schema, validate }, problems: [] };
}

/** JSON is YAML: read as such, its values have places. */
function problemsOf(faults: readonly SchemaFault[], source: Source): readonly Problem[] {
  const { root } = parseYaml(source);
  return faults.map(({ path, isKey, message, help }) => {
    const place = path.length === 0 || !root ? undefined : isKey ? keyAt(root, path) : nodeAt(root, path);
    const name = path.length > 0 && !isKey ? `"${path.join('.')}"` : 'this';
    const words = isKey ? message : `${name} ${message}`;
    const at = place ? spanOf(source, place) : startOf(source);
    return error('RB0601', `not a valid JSON Schema (2020-12): ${words}`, at, help);
  });
}

function startOf(source: Source): NonNullable<Problem['at']> {
  return { source, start: 0, end: Math.min(1, source.text.length) };
}

/** V8 says "at position 12"; where it does not, the whole file is pointed at. */
function jsonErrorSpan(source: Source, failure: unknown): NonNullable<Problem['at']> {
  const position = /position (\d+)/.exec(reasonOf(failure))?.[1];
  const start = Math.min(position === undefined ? 0 : Number(position), source.text.length);
  return { source, start, end: Math.min(start + 1, source.text.length) };
}
