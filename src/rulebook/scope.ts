import { asObject, type Json, type JsonObject, type JsonSchema } from '../schema/schema.ts';
import type { ExpressionContext } from './expression.ts';
import { namesOfEvent, typingOf } from './typing.ts';

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
  const isOfName = new RegExp(`^${name}\\b`);
  const present = new Set([...scope.present].filter((fact) => !isOfName.test(fact)));
  return { ...scope, variables: new Map(scope.variables).set(name, schema), present };
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

/** Makes what expressions are checked against, each once: thousands of rules listen to the same events, and look alike. */
export class Typings {
  readonly #contexts = new Map<string, ExpressionContext>();
  readonly #ofScope = new WeakMap<Scope, ExpressionContext>();
  readonly #ids = new WeakMap<object, number>();
  readonly #forms = new WeakMap<JsonObject, number>();
  readonly #idsOfForms = new Map<string, number>();
  #lastId = 0;

  contextOf(scope: Scope): ExpressionContext {
    const known = this.#ofScope.get(scope);
    if (known) return known;
    const key = this.#keyOf(scope);
    const context = this.#contexts.get(key) ?? newContext(scope);
    this.#contexts.set(key, context);
    this.#ofScope.set(scope, context);
    return context;
  }

  /** The same for scopes in which every expression means the same. */
  #keyOf({ events, vars, variables, present }: Scope): string {
    let key = `${this.#formOf(vars)}`;
    for (const { type, schema } of events) key += `\non ${type}:${this.#idOf(schema)}`;
    for (const [name, schema] of variables) key += `\nname ${name}:${this.#idOf(schema)}`;
    for (const fact of present) key += `\nfact ${fact}`;
    return key;
  }

  /** Constants of one form are typed alike. */
  #formOf(vars: JsonObject): number {
    let form = this.#forms.get(vars);
    if (form === undefined) {
      const text = JSON.stringify(schemaOfConstant(vars));
      form = this.#idsOfForms.get(text) ?? ++this.#lastId;
      this.#idsOfForms.set(text, form);
      this.#forms.set(vars, form);
    }
    return form;
  }

  #idOf(value: object | undefined): number {
    if (!value) return 0;
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#ids.set(value, id);
    }
    return id;
  }
}

function newContext(scope: Scope): ExpressionContext {
  const { events, present } = scope;
  return { typings: events.length > 0 ? events.map((event) => ofEvent(event, scope)) : [ofDef(scope)], present };
}

function ofEvent(event: EventScope, { vars, variables }: Scope): ExpressionContext['typings'][number] {
  const names = namesOfEvent(event.schema, schemaOfConstant(vars));
  for (const [name, schema] of variables) names.set(name, schema);
  // Without a schema every name may be a field of the event.
  return { eventType: event.type, names, typing: typingOf(names, event.schema === undefined) };
}

/** A def sees its parameters and names, and `vars` of its file. */
function ofDef({ vars, variables }: Scope): ExpressionContext['typings'][number] {
  const names = new Map<string, JsonSchema | undefined>([['vars', schemaOfConstant(vars)], ...variables]);
  return { eventType: '', names, typing: typingOf(names, false) };
}
