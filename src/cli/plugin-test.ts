import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LoadedPlugin } from '../plugin/load.ts';
import type { Plugin, Registry } from '../plugin/plugin.ts';
import { newRegistry } from '../plugin/registry.ts';
import { readSchemaFile } from '../plugin/schema-file.ts';
import { builtIn } from '../plugins/plugins.ts';
import { hasErrors, ProblemsFound, reasonOf } from '../problem/problem.ts';
import { pluginsOf } from '../registry-of.ts';
import { asObject, asText, type JsonSchema, propertiesOf } from '../schema/schema.ts';
import { type Command, type Terminal, textOf, WrongUsage } from './command.ts';
import { compileExamples } from './plugin-examples.ts';
import { plural } from './plural.ts';

/** `plugin test [name]` */
export const testPlugins: Command['run'] = async ([name], options, terminal) => {
  const project = resolve(terminal.folder, textOf(options, 'project') ?? '.');
  const chosen = await choose(name, project);
  if (chosen.length === 0) {
    terminal.err(
      'there is nothing to test: `plugins` in ringbook.yml names none; ringbook plugin new <name> writes one',
    );
    return 1;
  }
  const registry = newRegistry([...builtIn, ...chosen.map(({ plugin }) => plugin)]);
  let failed = 0;
  for (const one of chosen) if (!(await testOne(one, registry, terminal))) failed++;
  return failed > 0 ? 1 : 0;
};

/** The plugin that is named as ringbook.yml names it, by its own name, or by its folder; all of the project where none is. */
async function choose(name: string | undefined, project: string): Promise<readonly LoadedPlugin[]> {
  const { loaded, problems } = await pluginsOf(project);
  if (name === undefined) {
    if (hasErrors(problems)) throw new ProblemsFound(problems);
    return loaded;
  }
  const found = loaded.filter(({ plugin, named }) => plugin.name === name || named.name === name);
  if (found.length > 0) return found;
  const { isPath } = await import('../plugin/entry.ts');
  if (!isPath(name)) {
    if (hasErrors(problems)) throw new ProblemsFound(problems);
    throw new WrongUsage(`no plugin of this project is called "${name}"; a folder is named as ./${name}`);
  }
  const { loadPlugins } = await import('../plugin/load.ts');
  const source = { file: 'the command line', text: name };
  const alone = await loadPlugins([{ name, at: { source, start: 0, end: name.length } }], project, builtIn);
  if (hasErrors(alone.problems)) throw new ProblemsFound(alone.problems);
  return alone.loaded;
}

/** Whether it keeps the contract; every step is told. */
async function testOne({ plugin, folder }: LoadedPlugin, registry: Registry, terminal: Terminal): Promise<boolean> {
  terminal.out(plugin.name);
  // What is loaded was held against both before.
  terminal.out('  ok    its structure, and its schemas');
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['every argument and setting is described', undescribed(plugin)],
    ['everything can be loaded', await unloadable(plugin)],
    ...Object.keys(plugin.ops).map((op) => examplesOf(plugin, op, registry)),
  ];
  for (const [what, faults] of steps) {
    terminal.out(`  ${faults.length === 0 ? 'ok  ' : 'FAIL'}  ${what}`);
    for (const fault of faults) terminal.out(`          ${fault}`);
  }
  const isSound = steps.every(([, faults]) => faults.length === 0);
  return (await contractTests(folder, terminal)) && isSound;
}

function undescribed({ ops, resourceClasses, eventSources = {}, schemas }: Plugin): readonly string[] {
  const classes = [...new Set([...Object.keys(resourceClasses), ...Object.keys(eventSources)])];
  return [
    ...Object.keys(ops).flatMap((name) => {
      const schema = readSchemaFile(schemas, `op/${name}.json`);
      return lacking(`op/${name}.json`, schema, asObject(schema['arguments']) ?? {});
    }),
    ...classes.flatMap((name) => {
      const schema = readSchemaFile(schemas, `resource/${name}.json`);
      return lacking(`resource/${name}.json`, schema, schema);
    }),
  ];
}

function lacking(file: string, whole: JsonSchema, fields: JsonSchema): readonly string[] {
  return [
    ...(asText(whole['description']) === undefined ? [`${file} has no description`] : []),
    ...Object.entries(propertiesOf(fields))
      .filter(([, schema]) => asText(schema['description']) === undefined)
      .map(([name]) => `"${name}" of ${file} has no description`),
  ];
}

async function unloadable({ ops, resourceClasses, eventSources = {} }: Plugin): Promise<readonly string[]> {
  const entries = [ops, resourceClasses, eventSources].flatMap((part) =>
    Object.entries<{ load(): Promise<unknown> }>(part),
  );
  const faults: string[] = [];
  for (const [name, entry] of entries) {
    try {
      const loaded = await entry.load();
      if (typeof loaded !== 'function') faults.push(`what ${name} loads is no function`);
    } catch (thrown) {
      faults.push(`${name} cannot be loaded: ${reasonOf(thrown)}`);
    }
  }
  return faults;
}

function examplesOf(plugin: Plugin, op: string, registry: Registry): readonly [string, readonly string[]] {
  const { count, problems } = compileExamples(plugin, op, registry);
  if (count === 0) return [`the examples of ${op}`, [`op/${op}.json has no "examples"`]];
  const faults = problems.map(({ code, message, at }) => `${at?.source.file ?? op}: ${code} ${message}`);
  return [`${plural(count, 'example')} of ${op} compile${count === 1 ? 's' : ''}`, faults];
}

/** Runs the plugin's own tests, where it has some, by the vitest beside it. */
async function contractTests(folder: string, terminal: Terminal): Promise<boolean> {
  if (!hasTests(folder)) {
    terminal.out('  none  tests of its own; a provider is held against providerContract of ringbook/testing');
    return true;
  }
  const { runVitest } = await import('./plugin-vitest.ts');
  const result = await runVitest(folder, terminal);
  if (result.kind === 'absent') {
    terminal.out(`  FAIL  its own tests could not be run: ${result.what} is not installed`);
    terminal.out(`          npm install --save-dev ${result.what}`);
    return false;
  }
  terminal.out(`  ${result.passed ? 'ok  ' : 'FAIL'}  its own tests`);
  return result.passed;
}

function hasTests(folder: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && /\.test\.[cm]?[jt]s$/.test(entry.name) && !/node_modules/.test(entry.parentPath),
  );
}
