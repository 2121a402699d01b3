import type { Environment, TypeCheckResult } from '@marcbachmann/cel-js';
import { asObject, type JsonSchema, propertiesOf } from '../schema/schema.ts';
import { newEnvironment } from './cel.ts';

/** A type of CEL, or the fields of an object. */
type CelType = string | { [field: string]: CelType };

/** What is known of the names that an expression may use: a schema for each. `undefined` is a name of unknown type. */
export type Names = ReadonlyMap<string, JsonSchema | undefined>;

/** Checks expressions against names. */
export interface Typing {
  check(expression: string): TypeCheckResult;
}

/** The envelope of every event (CloudEvents 1.0), as `event` in expressions. */
const ENVELOPE: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    type: { type: 'string' },
    source: { type: 'string' },
    subject: { type: 'string' },
    time: { type: 'string' },
  },
};

/** The names that every expression of a rule for this event can use: its fields, `data`, `event` and `vars`. */
export function namesOfEvent(data: JsonSchema | undefined, vars: JsonSchema): Map<string, JsonSchema | undefined> {
  const names = new Map<string, JsonSchema | undefined>();
  for (const [field, schema] of Object.entries(propertiesOf(data))) names.set(field, schema);
  names.set('data', data);
  names.set('event', ENVELOPE);
  names.set('vars', vars);
  return names;
}

/** Typing against `names`; `open` takes a name that is not among them for one of unknown type. */
export function typingOf(names: Names, open: boolean): Typing {
  const environment = newEnvironment(open ? 'untyped' : 'typed');
  for (const [name, schema] of names) register(environment, name, schema);
  return { check: (expression) => environment.check(expression) };
}

function register(environment: Environment, name: string, schema: JsonSchema | undefined): void {
  // A field may bear a name that CEL cannot write, such as `content-type`; it is reached as data["content-type"].
  if (!/^[A-Za-z_]\w*$/.test(name)) return;
  const type = celType(schema);
  if (typeof type === 'string') environment.registerVariable(name, type);
  else environment.registerVariable({ name, schema: type });
}

/** The CEL type of the values that fit a JSON Schema; `dyn` where the schema does not pin one down. */
function celType(schema: JsonSchema | undefined): CelType {
  switch (schema?.['type']) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'double';
    case 'boolean':
      return 'bool';
    case 'array': {
      const item = celType(asObject(schema['items']));
      return typeof item === 'string' ? `list<${item}>` : 'list';
    }
    case 'object': {
      const fields = Object.entries(propertiesOf(schema));
      if (fields.length === 0) return 'map';
      return Object.fromEntries(fields.map(([field, of]) => [field, celType(of)]));
    }
    default:
      return 'dyn';
  }
}
