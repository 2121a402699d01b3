import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { readResource } from '../../src/resource/read.ts';
import { compileSchema, type Json, type JsonObject, propertiesOf, requiredOf } from '../../src/schema/schema.ts';
import { parseYaml } from '../../src/yaml/yaml.ts';
import { problemsOf, registry } from './project.ts';

const all = newRegistry(builtIn);

const ROOT = new URL('../../', import.meta.url);

function readJson(file: string): JsonObject {
  return JSON.parse(readFileSync(new URL(file, ROOT), 'utf8'));
}

test.each(registry.opNames)('has a schema for the op %s with every argument described', (name) => {
  const { args, result } = registry.op(name) ?? {};
  for (const schema of [args, result]) expect(() => compileSchema(schema ?? {})).not.toThrow();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the loop then proves
  for (const [argument, schema] of Object.entries((args?.['properties'] ?? {}) as Record<string, JsonObject>)) {
    expect([argument, schema['description']]).toEqual([argument, expect.any(String)]);
    expect([argument, schema['examples']]).toEqual([argument, expect.any(Array)]);
  }
});

test.each(registry.opNames)('has examples of the op %s that are YAML', (name) => {
  const examples = readJson(`schemas/op/${name}.json`)['examples'];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- YAML texts, by the shape of these files
  for (const text of examples as readonly string[]) {
    expect(parseYaml({ file: 'example.yml', text }).problems).toEqual([]);
  }
});

const SETTINGS = builtIn
  .flatMap(({ resourceClasses }) => Object.keys(resourceClasses))
  .flatMap((name) =>
    Object.entries(propertiesOf(all.resourceClass(name)?.settings ?? {})).map((entry) => [name, ...entry] as const),
  );

test.each(SETTINGS)('describes the setting %s.%s, with examples that are in order', (_, __, schema) => {
  expect(schema['description']).toEqual(expect.any(String));
  const examples = schema['examples'];
  expect(examples).toEqual(expect.arrayContaining([expect.anything()]));
  const validate = compileSchema(schema);
  for (const example of Array.isArray(examples) ? examples : []) {
    if (!String(example).includes('${env.')) expect(validate(example)).toEqual([]);
  }
});

test.each(all.resourceClassNames)('names each setting that a resource of class %s must have', (name) => {
  const settings = all.resourceClass(name)?.settings ?? {};
  const read = readResource(parseYaml({ file: 'resources/r.yml', text: `class: ${name}` }), {
    classNames: all.resourceClassNames,
    templateNames: [],
    settingsOf: () => settings,
  });
  expect(read.problems.map(({ message }) => message)).toEqual(
    requiredOf(settings).map(
      (setting) => `Setting ${setting} must be specified: resource "r" of class ${name} has none`,
    ),
  );
});

test.each<[Json, boolean]>([
  ['1', true],
  [1, true],
  [true, true],
  ['0', true],
  [0, true],
  [false, true],
  ['yes', false],
  [2, false],
  [null, false],
])('with default_number %j is a call of the right form: %s', (value, fits) => {
  const validate = compileSchema(registry.op('twilio_call')?.args ?? {});
  expect(validate({ twilio_resource: 'phone', default_number: value }).length === 0).toBe(fits);
});

test('has a resource that its class finds complete', () => {
  const file = 'resources/twilio_resource.yml';
  const read = readResource(parseYaml({ file, text: readFileSync(new URL(file, ROOT), 'utf8') }), {
    classNames: registry.resourceClassNames,
    templateNames: ['incident.xml'],
    settingsOf: (name) => registry.resourceClass(name)?.settings,
  });
  expect(read.problems).toEqual([]);
  expect(read.resource?.mid).toBe('twilio_resource');
});

test('takes a resource as Clarive has it, with all five fields', () => {
  const phone =
    "responseUrl: https://myresponse.com/code\ntwilioNumber: '+34666555777'\ndestinationNumber: '+34777666555'";
  const call = `- twilio_call:\n    twilio_resource: 'phone'\n    default_number: '1'\n    correspondance: { name : \${title} }\n`;
  expect(problemsOf({ do: call, phone })).toEqual([]);
});
