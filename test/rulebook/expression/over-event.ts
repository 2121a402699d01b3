/** Expressions over one event, whose schema has something of everything. */
import type { Problem } from '../../../src/problem/problem.ts';
import { newEvaluator, valueIn } from '../../../src/rulebook/evaluate.ts';
import { type CheckedExpression, checkExpression, type ExpressionContext } from '../../../src/rulebook/expression.ts';
import { namesOfEvent, typingOf } from '../../../src/rulebook/typing.ts';
import type { Json, JsonObject, JsonSchema } from '../../../src/schema/schema.ts';

export const SCHEMA: JsonSchema = {
  type: 'object',
  required: ['status', 'n', 'title', 'ok', 'items', 'tags', 'address', 'nick', 'type', 'level'],
  $defs: {
    address: {
      type: 'object',
      required: ['street'],
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    status: { enum: ['OPEN', 'CLOSED', 'FINISHED'] },
    n: { type: 'integer', minimum: 0, maximum: 100 },
    ratio: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    title: { type: 'string', minLength: 1, maxLength: 80 },
    email: { type: 'string' },
    ok: { type: 'boolean' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'ok'],
        properties: { name: { type: 'string' }, ok: { type: 'boolean' }, mail: { type: 'string' } },
      },
    },
    tags: { type: 'array', items: { type: 'string', maxLength: 5 }, maxItems: 3 },
    address: { $ref: '#/$defs/address' },
    home: { $ref: '#/$defs/address' },
    nick: { type: ['string', 'null'], maxLength: 9 },
    type: { type: 'string' },
    level: { anyOf: [{ const: 1 }, { const: 2 }, { type: 'string', maxLength: 3 }] },
    'content-type': { type: 'string' },
    in: { type: 'string' },
    for: { type: 'string' },
    desks: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object' },
    anything: {},
  },
};

export const DATA: JsonObject = {
  status: 'OPEN',
  n: 3,
  title: 'hello',
  ok: true,
  items: [
    { name: 'one', ok: true },
    { name: 'two', ok: false, mail: 'two@example.com' },
  ],
  tags: ['a', 'b'],
  address: { street: 'Mayor' },
  nick: null,
  type: 'T',
  level: 2,
};

const CALL: JsonSchema = {
  type: 'object',
  required: ['state'],
  properties: {
    state: { enum: ['completed', 'no-answer'] },
    error: { type: 'object', required: ['code'], properties: { code: { type: 'string' } } },
  },
};

/** What expressions are checked against: this event, `vars.desk`, and `call`, the result of an op. */
export function contextOf(
  eventTypes: Readonly<Record<string, JsonSchema>>,
  present: Iterable<string> = [],
): ExpressionContext {
  const vars: JsonSchema = { type: 'object', required: ['desk'], properties: { desk: { type: 'string' } } };
  const typings = Object.entries(eventTypes).map(([eventType, schema]) => {
    const names = namesOfEvent(schema, vars).set('call', CALL);
    return { eventType, names, typing: typingOf(names, false) };
  });
  return { typings, present: new Set(present) };
}

const context = contextOf({ 'job.end': SCHEMA });

export function check(expression: string, within: ExpressionContext = context): CheckedExpression {
  return checkExpression(
    expression,
    { source: { file: 'f', text: expression }, start: 0, end: expression.length },
    within,
  );
}

/** Problems on a line each: code, what is underlined, message, help. */
export function told(expression: string, within?: ExpressionContext): readonly string[] {
  return check(expression, within).problems.map((problem) => lineOf(expression, problem));
}

export function lineOf(expression: string, { code, message, at, help }: Problem): string {
  return [`${code} [${expression.slice(at?.start, at?.end)}] ${message}`, ...(help === undefined ? [] : [help])].join(
    ' // ',
  );
}

const evaluate = newEvaluator();

function scopeOf(data: JsonObject): JsonObject {
  const event = { id: '1', type: 'job.end', source: 'test', time: '2026-11-21T10:00:00Z' };
  return { ...data, data, event, vars: { desk: 'front' }, call: { state: 'completed' } };
}

/** What an expression comes to over `data`. */
export function valueOf(expression: string, data: JsonObject = DATA): Json {
  return valueIn({ kind: 'expression', source: expression }, scopeOf(data), evaluate);
}
