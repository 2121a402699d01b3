/* oxlint-disable unicorn/no-thenable -- `then` is a word of JSON Schema, and of rulebooks */
import { asObject, type Json, type JsonSchema } from '../schema/schema.ts';
import type { OpPage } from './op-page.ts';
import { opSchema } from './op-schema.ts';

/**
 * One JSON Schema (2020-12) for rulebook files, for editors: they complete and explain by it. It is never stricter than
 * `ringbook check`, which alone knows what other files define, so that no editor marks what compiles.
 */
export function rulebookSchema(ops: readonly OpPage[]): JsonSchema {
  return withMarkdown({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Ringbook rulebook',
    description:
      'What happens when an event does: rules, each with event types (`on`), a condition (`when`) and ops (`do`).',
    type: 'object',
    properties: { ...SHARED, ...RULE, rules: RULES },
    // Any other key is an event type: a map from event types to what is done.
    additionalProperties: {
      description: 'An event type, and what is done when such an event happens: a list of ops, or a rule without `on`.',
      if: { type: 'array' },
      then: { $ref: '#/$defs/steps' },
      else: ruleSchema(['name', 'when', 'order', 'do'], ['do']),
    },
    $defs: {
      steps: { type: 'array', items: { $ref: '#/$defs/step' } },
      step: stepSchema(ops),
      condition: { type: ['string', 'boolean'] },
      ...Object.fromEntries(ops.map((op) => [definitionOf(op), opSchema(op)])),
    },
  });
}

const STEPS: JsonSchema = { $ref: '#/$defs/steps' };
const CONDITION: JsonSchema = { $ref: '#/$defs/condition' };

/** A word, or a list of words. */
function words(description: string, ...examples: Json[]): JsonSchema {
  return { description, type: ['string', 'array'], items: { type: 'string' }, examples };
}

/** Keys of a rule. */
const RULE: Readonly<Record<string, JsonSchema>> = {
  name: {
    type: ['string', 'number'],
    description: 'What the rule is called in logs. The name of the file, or the number of the rule, where absent.',
  },
  on: words(
    'The event type that fires the rule, or a list of them. `schemas/event/<type>.json` describes its data.',
    'topic.create',
    ['job.start', 'job.end'],
  ),
  when: {
    ...CONDITION,
    description: "A CEL expression over the event's data: the rule fires where it comes to true.",
    examples: ["name_category == 'Incident'", 'has(data.email)'],
  },
  order: {
    enum: ['subject'],
    description: 'With `subject`, what events about one subject start is done one after the other, in their order.',
  },
  do: { ...STEPS, description: 'What is done, one op after the other.' },
};

/** What every form of a file may have beside its rules. */
const SHARED: Readonly<Record<string, JsonSchema>> = {
  name: { type: ['string', 'number'], description: 'What the rulebook is called. The name of the file where absent.' },
  vars: {
    type: 'object',
    description: 'Constants, as `vars.<name>` in expressions.',
    examples: [{ duty: '+34777666555' }],
  },
  import: words('Other rulebooks whose `def`s this one uses.', './greetings.yml'),
  def: {
    type: 'object',
    description: 'Ops of your own: `name (a, b)`, then a list of ops that see `a`, `b` and `vars`, and nothing else.',
    additionalProperties: {
      if: { type: 'array' },
      then: STEPS,
      else: { type: 'object', properties: { do: STEPS }, required: ['do'], additionalProperties: false },
    },
  },
};

const RULES: JsonSchema = {
  type: 'array',
  description: 'Rules, each with the event types that fire it (`on`) and what is done (`do`).',
  items: ruleSchema(['name', 'on', 'when', 'order', 'do'], ['on', 'do']),
};

function ruleSchema(keys: readonly string[], required: readonly string[]): JsonSchema {
  const properties = Object.fromEntries(keys.map((key) => [key, RULE[key] ?? {}]));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** A form of a step that is no op: its own key, the keys that may stand beside it, and those of them that must. */
interface Form {
  readonly value: JsonSchema;
  readonly beside?: Readonly<Record<string, JsonSchema>>;
  readonly needs?: readonly string[];
}

const BRANCH: JsonSchema = {
  type: 'object',
  properties: { if: CONDITION, then: STEPS },
  required: ['if', 'then'],
  additionalProperties: false,
};

/** Every form of a step but the ops, by its first key. A new form is a new entry. */
const FORMS: Readonly<Record<string, Form>> = {
  if: {
    value: { ...CONDITION, description: 'A CEL expression: `then` is done where it comes to true, else what follows.' },
    beside: {
      then: { ...STEPS, description: 'What is done where the condition holds.' },
      elsif: {
        description: 'Further conditions, each `if` and `then`.',
        type: ['array', 'object'],
        items: BRANCH,
        properties: { if: CONDITION, then: STEPS },
      },
      else: { ...STEPS, description: 'What is done where no condition holds.' },
    },
    needs: ['then'],
  },
  foreach: {
    value: {
      description:
        'Does the same for every item of a list: `{ var, in, do }`, or the list, with `do` beside it and the item as `it`.',
      type: ['object', 'string', 'array'],
      properties: {
        var: { type: 'string', description: 'What the item is called in `do`.' },
        in: { type: ['string', 'array'], description: 'The list.' },
        do: { ...STEPS, description: 'What is done for each item.' },
      },
      required: ['in', 'do'],
      additionalProperties: false,
      examples: [{ var: 'phone', in: '${phones}', do: [] }],
    },
  },
  while: {
    value: {
      ...CONDITION,
      description: 'Does `do` again for as long as this CEL expression comes to true, `max` times at most.',
    },
    beside: { max: { type: ['integer', 'string'], description: 'The most times that `do` is done.' } },
    needs: ['do'],
  },
  try: {
    value: { ...STEPS, description: 'What is done; where a step of it fails, `catch` is done, with `error_message`.' },
    beside: {
      catch: { ...STEPS, description: 'What is done where a step of `try` has failed: `error_message` says why.' },
    },
    needs: ['catch'],
  },
  do: { value: { ...STEPS, description: 'A block of ops, or what is done by the `foreach` or `while` beside it.' } },
  parallel: { value: { ...STEPS, description: 'Steps that are done side by side; it ends when all have ended.' } },
  set: {
    value: { type: 'object', description: 'Names and values for the steps that follow.', examples: [{ attempts: 0 }] },
  },
  wait: {
    value: {
      type: ['string', 'number'],
      description: 'Waits: `90s`, `10m`, `1h30m`, `2d`, or a number of seconds. Outlives a restart.',
      examples: ['10m'],
    },
  },
  call: {
    value: { type: 'string', description: 'Does another rule, or a `def`, by its name.' },
    beside: {
      args: { type: ['object', 'array', 'string', 'number', 'boolean'], description: 'The arguments of the `def`.' },
    },
  },
  return: { value: { description: 'Ends the rule, or the `def`, with this value.' } },
  fail: { value: { type: ['string', 'number'], description: 'Ends the rule as failed, with this message.' } },
};

function stepSchema(ops: readonly OpPage[]): JsonSchema {
  const forms = Object.entries(FORMS);
  const opEntries = ops.map((op) => [op.name, { $ref: `#/$defs/${definitionOf(op)}` }] as const);
  return {
    type: 'object',
    description: 'One step: an op with its arguments, or control flow.',
    minProperties: 1,
    properties: {
      ...Object.fromEntries(opEntries),
      ...Object.fromEntries(
        forms.flatMap(([key, { value, beside = {} }]) => [...Object.entries(beside), [key, value]]),
      ),
    },
    patternProperties: {
      ...Object.fromEntries(opEntries.map(([name, of]) => [decorated(name), of])),
      '^[A-Za-z_]\\w*\\s*=$': { description: 'Gives a value a name: `name =: value`.' },
    },
    dependentRequired: Object.fromEntries(
      forms.flatMap(([key, { beside = {}, needs = [] }]) => [
        ...Object.keys(beside).map((sibling) => [sibling, [key]] as const),
        ...(needs.length > 0 ? [[key, needs] as const] : []),
      ]),
    ),
    // An op stands alone in its item; control flow has other keys beside it.
    if: { not: { anyOf: forms.map(([key]) => ({ required: [key] })) } },
    then: { maxProperties: 1 },
  };
}

/** The key of an op with a label or a name for its result: `op [label]`, `name = op`. */
function decorated(op: string): string {
  return `^(?:[A-Za-z_]\\w*\\s*=\\s*${op}(?:\\s*\\[.*\\])?|${op}\\s*\\[.*\\])$`;
}

function definitionOf(op: OpPage): string {
  return `op.${op.name}`;
}

/** Descriptions with code in them, as Markdown too: editors show the backticks of a plain one. */
function withMarkdown(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([key, value]) => [key, inValue(value)] as const);
  const { description, markdownDescription } = schema;
  const isCode = typeof description === 'string' && description.includes('`') && markdownDescription === undefined;
  return { ...Object.fromEntries(entries), ...(isCode && { markdownDescription: description }) };
}

function inValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(inValue);
  const object = asObject(value);
  return object ? withMarkdown(object) : value;
}
