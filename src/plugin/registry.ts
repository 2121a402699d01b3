import type { Problem } from '../problem/problem.ts';
import { asObject, inWords, type JsonObject } from '../schema/schema.ts';
import type { OpDefinition, Plugin, Registry, ResourceClassDefinition, ResourceClassEntry } from './plugin.ts';
import { readSchemaFile } from './schema-file.ts';

/** Brings plugins together. Throws where two bring the same name: that is a mistake of whoever put them together. */
export function newRegistry(plugins: readonly Plugin[], problems: readonly Problem[] = []): Registry {
  const ops = gather(plugins, (plugin) => plugin.ops, 'op');
  const classes = gather(plugins, classesOf, 'resource class');
  const op = (name: string): OpDefinition | undefined => {
    const found = ops.get(name);
    if (!found) return undefined;
    const schema = readSchema(found.plugin, `op/${name}.json`);
    const result = part(schema, 'result');
    const resultFor: OpDefinition['resultFor'] = (literal) => found.entry.result?.(literal) ?? result;
    return { ...found.entry, name, args: part(schema, 'arguments'), result, resultFor };
  };
  const resourceClass = (name: string): ResourceClassDefinition | undefined => {
    const found = classes.get(name);
    return found && { ...found.entry, name, settings: readSchema(found.plugin, `resource/${name}.json`) };
  };
  return {
    plugins,
    problems,
    opNames: [...ops.keys()],
    resourceClassNames: [...classes.keys()],
    op: once(op),
    resourceClass: once(resourceClass),
  };
}

/** The classes of resources of a plugin, those that are only sources of events among them. */
export function classesOf({ resourceClasses, eventSources = {} }: Plugin): Readonly<Record<string, ClassEntry>> {
  const names = [...new Set([...Object.keys(resourceClasses), ...Object.keys(eventSources)])];
  return Object.fromEntries(
    names.map((name) => {
      const source = eventSources[name];
      return [name, { ...(resourceClasses[name] ?? silent(name)), ...(source && { source }) }];
    }),
  );
}

type ClassEntry = ResourceClassEntry & Pick<ResourceClassDefinition, 'source'>;

function silent(name: string): ResourceClassEntry {
  return { sends: [], load: () => Promise.reject(new Error(`a resource of class ${name} sends nothing`)) };
}

function gather<Entry>(
  plugins: readonly Plugin[],
  entriesOf: (plugin: Plugin) => Readonly<Record<string, Entry>>,
  what: string,
): ReadonlyMap<string, { plugin: Plugin; entry: Entry }> {
  const all = new Map<string, { plugin: Plugin; entry: Entry }>();
  for (const plugin of plugins) {
    for (const [name, entry] of Object.entries(entriesOf(plugin))) {
      const first = all.get(name);
      if (first) throw new Error(`the plugins ${first.plugin.name} and ${plugin.name} both bring the ${what} ${name}`);
      all.set(name, { plugin, entry });
    }
  }
  return all;
}

function readSchema(plugin: Plugin, file: string): JsonObject {
  try {
    return readSchemaFile(plugin.schemas, file);
  } catch (cause) {
    throw new Error(`the plugin ${plugin.name} has no readable schema ${file}`, { cause });
  }
}

function part(schema: JsonObject, name: string): JsonObject {
  const found = asObject(schema[name]);
  if (!found) throw new Error(`the schema "${inWords(schema['title'] ?? '')}" has no part "${name}"`);
  return found;
}

function once<Value>(look: (name: string) => Value): (name: string) => Value {
  const known = new Map<string, Value>();
  return (name) => {
    let value = known.get(name);
    if (value === undefined) {
      value = look(name);
      known.set(name, value);
    }
    return value;
  };
}
