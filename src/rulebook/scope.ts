import { asObject, type Json, type JsonObject, type JsonSchema } from '../schema/schema.ts';
import type { ExpressionContext } from './expression.ts';
import { namesOfEvent, type Typing, typingOf } from './typing.ts';

/** What expressions can name at one place of a rule, and what is known of it. Never changed: each step makes the next. */
export interface Scope {
  /** The event types that may have brought the run here; none in a def, which sees nothing of an event. */
  readonly events: readonly EventScope[];
  readonly vars: JsonObject;
  /** Results, variables and loop variables by name; `undefined` where their type is not known. */
  readonly variables: ReadonlyMap<string, JsonSchema | undefined>;
  /** Fields that may be absent, and are proved to be present here. */
  readonly present: ReadonlySet<string>;
}

/** An event as expressions see it. */
interface EventScope {
  readonly type: string;
  /** Schema of its data; `undefined` where none describes it, and every name may be one of its fields. */
  readonly schema: JsonSchema | undefined;
}

/** The scope at the start of a rule. */
export function scopeOfRule(on: readonly string[], schemas: ReadonlyMap<string, JsonSchema>, vars: JsonObject): Scope {
  // A rule that is only run by name may be run for any event.
  const types = on.length > 0 ? on : [''];
  const events = types.map((type) => ({ type, schema: schemas.get(type) }));
  return { events, vars, variables: new Map(), present: new Set() };
}

/** The scope at the start of a def: its parameters, of whatever type they are given, and nothing of an event. */
export function scopeOfDef(parameters: readonly string[], vars: JsonObject): Scope {
  return {
    events: [],
    vars,
    variables: new Map(parameters.map((parameter) => [parameter, undefined])),
    present: new Set(),
  };
}

/** The scope after a name was given a value. */
export function withVariable(scope: Scope, name: string, schema: JsonSchema | undefined): Scope {
  // What was proved of the value that had the name before says nothing of this one.
  const present = [...scope.present].filter((fact) => !new RegExp(`^${name}\\b`).test(fact));
  return { ...scope, variables: new Map([...scope.variables, [name, schema]]), present: new Set(present) };
}

/** The scope where these fields are present too. */
export function withPresent(scope: Scope, present: ReadonlySet<string>): Scope {
  return present.size === 0 ? scope : { ...scope, present: new Set([...scope.present, ...present]) };
}

/**
 * The scope after blocks of which one was run: names that were there before, with what is known of them at the end of each
 * block; fields that are present at the end of each. Names that a block brought end with it.
 */
export function afterBlocks(before: Scope, ends: readonly Scope[]): Scope {
  if (ends.length === 0) return before;
  const variables = new Map<string, JsonSchema | undefined>();
  for (const name of before.variables.keys())
    variables.set(name, commonSchema(ends.map((end) => end.variables.get(name))));
  const [first, ...others] = ends.map((end) => end.present);
  const present = new Set([...(first ?? [])].filter((field) => others.every((other) => other.has(field))));
  return { ...before, variables, present };
}

/** What holds of a value that fits one of these schemas: the schema itself where all are one, else its type alone. */
function commonSchema(schemas: readonly (JsonSchema | undefined)[]): JsonSchema | undefined {
  const [first, ...others] = schemas;
  if (first === undefined || others.every((other) => other === first)) return first;
  const types = new Set(schemas.map((schema) => JSON.stringify(schema?.['type'])));
  return types.size === 1 && first['type'] !== undefined ? { type: first['type'] } : undefined;
}

/** The schema that a constant's own form gives. */
export function schemaOfConstant(value: Json): JsonSchema {
  if (value === null) return { type: 'null' };
  if (Array.isArray(value)) {
    const items = new Map(value.map((item: Json) => [JSON.stringify(schemaOfConstant(item)), schemaOfConstant(item)]));
    const [only] = items.values();
    return items.size === 1 && only ? { type: 'array', items: only } : { type: 'array' };
  }
  const object = asObject(value);
  if (!object) return { type: typeof value };
  const properties = Object.fromEntries(Object.entries(object).map(([field, of]) => [field, schemaOfConstant(of)]));
  return { type: 'object', required: Object.keys(properties), properties };
}

/** Makes what expressions are checked against, each typing once: thousands of rules listen to the same events. */
export class Typings {
  readonly #made = new Map<string, { names: Map<string, JsonSchema | undefined>; typing: Typing }>();
  readonly #varsIds = new WeakMap<JsonObject, number>();
  #lastId = 0;

  contextOf(scope: Scope): ExpressionContext {
    const { events, present } = scope;
    return {
      typings: events.length > 0 ? events.map((event) => this.#typingOf(event, scope)) : [ofDef(scope)],
      present,
    };
  }

  #typingOf(event: EventScope, { vars, variables }: Scope): ExpressionContext['typings'][number] {
    const isBare = variables.size === 0;
    const key = `${event.type}\n${event.schema === undefined}\n${this.#idOf(vars)}`;
    const known = isBare ? this.#made.get(key) : undefined;
    if (known) return { eventType: event.type, ...known };
    const names = namesOfEvent(event.schema, schemaOfConstant(vars));
    for (const [name, schema] of variables) names.set(name, schema);
    // Without a schema every name may be a field of the event.
    const made = { names, typing: typingOf(names, event.schema === undefined) };
    if (isBare) this.#made.set(key, made);
    return { eventType: event.type, ...made };
  }

  #idOf(vars: JsonObject): number {
    if (Object.keys(vars).length === 0) return 0;
    let id = this.#varsIds.get(vars);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#varsIds.set(vars, id);
    }
    return id;
  }
}

/** A def sees its parameters and names, and `vars` of its file. */
function ofDef({ vars, variables }: Scope): ExpressionContext['typings'][number] {
  const names = new Map<string, JsonSchema | undefined>([['vars', schemaOfConstant(vars)], ...variables]);
  return { eventType: '', names, typing: typingOf(names, false) };
}
