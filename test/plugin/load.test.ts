import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { registryOf } from '../../src/registry-of.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringbook-'));
  await mkdir(join(folder, 'rulebooks'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

/** What is said of a project that names these plugins, with these files. */
async function said(names: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<string> {
  await write({ 'ringbook.yml': `plugins: ${JSON.stringify(names)}\n`, ...files });
  return pretty(loadProject(folder, await registryOf(folder)).problems, false);
}

/** The code of a plugin, with `parts` of it as they are written. */
function code(parts: Readonly<Record<string, string>>, head = 'export default'): string {
  const all = { api: '1', name: "'own'", schemas: "new URL('./', import.meta.url)", ops: '{}', resourceClasses: '{}' };
  const lines = Object.entries({ ...all, ...parts }).map(([key, value]) => `${key}: ${value}`);
  return `${head} { ${lines.join(', ')} };`;
}

const OP = '{ load: async () => async () => null }';
const SCHEMA = JSON.stringify({ arguments: { type: 'object', properties: {} }, result: { type: 'null' } });

describe('a plugin is found', () => {
  const own = { 'op/own_op.json': SCHEMA, 'plugin.js': code({ ops: `{ own_op: ${OP} }` }) };
  const placed = (place: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(files).map(([file, text]) => [`${place}/${file}`, text]));
  const manifest = (more: object): string => JSON.stringify({ name: 'x', type: 'module', ...more });

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['in a folder', './own', placed('own', own)],
    ['in a folder above', '../own', {}],
    [
      'in a package, by its main file',
      'ringbook-own',
      placed('node_modules/ringbook-own', { ...own, 'package.json': manifest({ main: 'plugin.js' }) }),
    ],
    [
      'in a package, by what it exports',
      '@own/plugin',
      placed('node_modules/@own/plugin', {
        ...own,
        'package.json': manifest({ exports: { '.': { types: './x.d.ts', import: './plugin.js' } } }),
      }),
    ],
    ['as a file', './own/plugin.js', placed('own', own)],
    [
      'as the export that is called plugin',
      './own',
      placed('own', { ...own, 'plugin.js': code({ ops: `{ own_op: ${OP} }` }, 'export const plugin =') }),
    ],
  ])('%s', async (_, name, files) => {
    if (name.startsWith('../')) {
      await write(placed('own', own));
      folder = join(folder, 'project');
      await write({ 'rulebooks/none.yml': '' });
    }
    expect(await said([name], files)).not.toContain('RB09');
    expect((await registryOf(folder)).opNames).toContain('own_op');
    if (name.startsWith('../')) folder = dirname(folder);
  });
});

test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['a folder that is not there', ['./none'], {}],
  ['a package that is not there', ['ringbook-none'], {}],
  ['a folder without a file to begin with', ['./own'], { 'own/readme.md': '' }],
  ['a module that throws', ['./own'], { 'own/plugin.js': "throw new Error('no key for +12025550123');" }],
  ['a module that imports what is not there', ['./own'], { 'own/plugin.js': "import 'ringbook-none';" }],
  ['a package.json that is not JSON', ['./own'], { 'own/package.json': '{' }],
  ['a module without a plugin', ['./own'], { 'own/plugin.js': 'export const a = 1;' }],
  ['a plugin without most of it', ['./own'], { 'own/plugin.js': 'export default { api: 1 };' }],
  ['an op without load', ['./own'], { 'own/plugin.js': code({ ops: '{ own_op: {} }' }) }],
  ['names of the wrong form', ['./own'], { 'own/plugin.js': code({ name: "'Own'", ops: `{ OwnOp: ${OP} }` }) }],
  [
    'a class that sends what nothing can',
    ['./own'],
    { 'own/plugin.js': code({ resourceClasses: "{ Own: { sends: ['fax'], load() {} } }" }) },
  ],
  ['another version', ['./own'], { 'own/plugin.js': code({ api: '2' }) }],
  ['no version', ['./own'], { 'own/plugin.js': code({ api: 'undefined' }) }],
  [
    'an op that is built in',
    ['./own'],
    { 'own/plugin.js': code({ ops: `{ log: ${OP} }` }), 'own/op/log.json': SCHEMA },
  ],
  ['the name of one that is built in', ['./own'], { 'own/plugin.js': code({ name: "'twilio'" }) }],
  [
    'two that bring one op',
    ['./a', './b'],
    {
      'a/plugin.js': code({ name: "'a'", ops: `{ own_op: ${OP} }` }),
      'a/op/own_op.json': SCHEMA,
      'b/plugin.js': code({ name: "'b'", ops: `{ own_op: ${OP} }` }),
      'b/op/own_op.json': SCHEMA,
    },
  ],
  ['the same twice', ['./own', './own'], { 'own/plugin.js': code({}) }],
  ['an op without a schema', ['./own'], { 'own/plugin.js': code({ ops: `{ own_op: ${OP} }` }) }],
  [
    'a schema that is not JSON',
    ['./own'],
    { 'own/plugin.js': code({ ops: `{ own_op: ${OP} }` }), 'own/op/own_op.json': '{' },
  ],
  [
    'a schema without its parts',
    ['./own'],
    {
      'own/plugin.js': code({ ops: `{ own_op: ${OP} }` }),
      'own/op/own_op.json': '{ "arguments": { "type": "objekt" } }',
    },
  ],
  ['a source without a schema', ['./own'], { 'own/plugin.js': code({ eventSources: '{ Own: { load() {} } }' }) }],
  [
    'a type of events that is of Ringbook itself',
    ['./own'],
    {
      'own/plugin.js': code({ eventTypes: "['message.delivered']" }),
      'own/event/message.delivered.json': '{ "type": "object" }',
    },
  ],
  [
    'two that bring one type of events',
    ['./a', './b'],
    {
      'a/plugin.js': code({ name: "'a'", eventTypes: "['own.done']" }),
      'a/event/own.done.json': '{ "type": "object" }',
      'b/plugin.js': code({ name: "'b'", eventTypes: "['own.done']" }),
      'b/event/own.done.json': '{ "type": "object" }',
    },
  ],
  ['a type of events without a schema', ['./own'], { 'own/plugin.js': code({ eventTypes: "['own.done']" }) }],
  ['settings that name no plugins', [], { 'ringbook.yml': 'plugins: ./own\n' }],
])('%s is refused with its place', async (_, names, files) => {
  const words = (await said(names, files)).replaceAll(folder, '<project>');
  await expect(`${words}\n`).toMatchFileSnapshot(`golden/${_.replaceAll(' ', '-')}.txt`);
});

test('a project may describe a type of events of a plugin more closely', async () => {
  const files = {
    'own/plugin.js': code({ eventTypes: "['own.done']" }),
    'own/event/own.done.json': '{ "type": "object" }',
    'schemas/event/own.done.json':
      '{ "type": "object", "required": ["size"], "properties": { "size": { "type": "integer" } } }',
    'rulebooks/own.yml': 'on: own.done\nwhen: size > 3\ndo:\n  - log: It is large.\n',
  };
  expect(await said(['./own'], files)).toBe('');
});

test('what a plugin that is missing would bring is no mistake of the rulebooks', async () => {
  const files = {
    'rulebooks/own.yml': 'on: own\ndo:\n  - own_op: {}\n',
    'resources/own.yml': 'class: Own\n',
    'schemas/event/own.json': '{ "type": "object" }',
  };
  expect(await said(['./none'], files)).toMatch(/^ringbook\.yml:1:11 error RB0901\n(?!.*error)/s);
});
