import type { Plugin, Registry } from '../plugin/plugin.ts';
import { readSchemaFile } from '../plugin/schema-file.ts';
import { hasErrors, type Problem, type Source } from '../problem/problem.ts';
import type { ResourceFile } from '../resource/resource.ts';
import { compile } from '../rulebook/compile.ts';
import { asObject, asText, type Json, type JsonObject, type JsonSchema, propertiesOf } from '../schema/schema.ts';
import { parseYaml, toJson } from '../yaml/yaml.ts';

/** What comes of the examples of an op. */
export interface ExampleResult {
  readonly count: number;
  readonly problems: readonly Problem[];
}

/** The type of the events that fire the rule in which an example stands. */
const EVENT_TYPE = 'example';

/**
 * Compiles each example of an op in a rule of its own. The resources and templates that it names are taken for granted, and
 * whatever its expressions begin with for a field of the event.
 */
export function compileExamples(plugin: Plugin, op: string, registry: Registry): ExampleResult {
  const { examples } = readSchemaFile(plugin.schemas, `op/${op}.json`);
  const texts = Array.isArray(examples) ? examples.map(String) : [];
  const problems = texts.flatMap((text, index) => problemsOf(text, `example ${index + 1} of ${op}`, op, registry));
  return { count: texts.length, problems };
}

function problemsOf(text: string, file: string, op: string, registry: Registry): readonly Problem[] {
  const steps = text.trimEnd().replaceAll('\n', '\n    ');
  const rulebook = parseYaml({ file, text: `on: ${EVENT_TYPE}\ndo:\n  - ${steps}\n` });
  const { root } = parseYaml({ file, text });
  const step = root && asObject(toJson(root));
  const given = argumentsIn(step, propertiesOf(registry.op(op)?.args ?? {}));
  const { problems } = compile([rulebook], {
    registry,
    resources: new Map(given.flatMap(({ value, schema }) => resourceFor(value, schema, rulebook.source, registry))),
    templates: new Map(given.flatMap(({ value, schema }) => templateFor(value, schema))),
    eventSchemas: new Map([[EVENT_TYPE, eventSchema(text)]]),
  });
  return problems.filter((problem) => hasErrors([problem]));
}

/** The arguments that stand in the only step of an example, in any of their forms. */
function argumentsIn(
  step: JsonObject | undefined,
  properties: Readonly<Record<string, JsonSchema>>,
): readonly { readonly value: Json; readonly schema: JsonSchema }[] {
  const [given = null] = Object.values(step ?? {});
  const byName = asObject(given);
  if (byName) return Object.entries(byName).map(([name, value]) => ({ value, schema: properties[name] ?? {} }));
  const list = Array.isArray(given) ? given : [given];
  return list.map((value, index) => ({ value, schema: Object.values(properties)[index] ?? {} }));
}

function resourceFor(value: Json, schema: JsonSchema, source: Source, registry: Registry): [string, ResourceFile][] {
  const wanted = asObject(schema['resource']);
  const mid = asText(value);
  if (!wanted || mid === undefined) return [];
  const of = registry.resourceClassNames.find((name) => {
    const known = registry.resourceClass(name);
    return wanted['class'] === undefined
      ? known?.sends.some((channel) => channel === wanted['sends']) === true
      : wanted['class'] === name;
  });
  const settings = Object.entries(propertiesOf(registry.resourceClass(of ?? '')?.settings ?? {})).flatMap(
    ([name, { examples }]) =>
      Array.isArray(examples) && examples[0] !== undefined ? [[name, examples[0]] as const] : [],
  );
  const at = { source, start: 0, end: 0 };
  return [[mid, { mid, class: of ?? '', settings: Object.fromEntries(settings), at, spans: {} }]];
}

function templateFor(value: Json, schema: JsonSchema): [string, Source][] {
  const name = schema['template'] === true ? asText(value) : undefined;
  return name === undefined ? [] : [[name, { file: `resources/templates/${name}`, text: '' }]];
}

/** Whatever the references begin with, as a field of any kind. */
function eventSchema(text: string): JsonSchema {
  const names = [...text.matchAll(/\$\{\s*([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '');
  return { type: 'object', required: names, properties: Object.fromEntries(names.map((name) => [name, {}])) };
}
