import { existsSync } from 'node:fs';
import { reasonOf } from '../problem/problem.ts';
import { asObject, faultsIn, type JsonObject, typesOf } from '../schema/schema.ts';
import type { Plugin } from './plugin.ts';
import { classesOf } from './registry.ts';
import { readSchemaFile } from './schema-file.ts';

/** What is wrong with a schema of a plugin. */
export interface SchemaFileFault {
  readonly file: string;
  readonly words: string;
}

/** All that is wrong with the schemas of a plugin: one that is missing, cannot be read, or could not be held against values. */
export function schemaFaultsOf(plugin: Plugin): readonly SchemaFileFault[] {
  return [
    ...Object.keys(plugin.ops).flatMap((name) => faultsOf(plugin, `op/${name}.json`, ['arguments', 'result'])),
    ...Object.keys(classesOf(plugin)).flatMap((name) => faultsOf(plugin, `resource/${name}.json`)),
    ...(plugin.eventTypes ?? []).flatMap((type) => faultsOf(plugin, `event/${type}.json`)),
  ];
}

/** Of one file; `parts` are the schemas in it, where it is not one itself. */
function faultsOf(plugin: Plugin, file: string, parts?: readonly string[]): readonly SchemaFileFault[] {
  if (!existsSync(new URL(file, plugin.schemas))) return [{ file, words: 'is not there' }];
  let schema: JsonObject;
  try {
    schema = readSchemaFile(plugin.schemas, file);
  } catch (thrown) {
    return [{ file, words: `is not valid JSON: ${reasonOf(thrown)}` }];
  }
  if (!parts) return schemaFaults(file, schema, ['object']);
  return parts.flatMap((part) => {
    const inner = asObject(schema[part]);
    if (!inner) return [{ file, words: `has no "${part}"` }];
    return schemaFaults(file, inner, part === 'arguments' ? ['object'] : [], [part]);
  });
}

function schemaFaults(
  file: string,
  schema: JsonObject,
  types: readonly string[],
  above: readonly string[] = [],
): readonly SchemaFileFault[] {
  const faults = faultsIn(schema).map(({ path, message }) => {
    const place = [...above, ...path].join('.');
    return { file, words: place === '' ? message : `is not valid at ${place}: ${message}` };
  });
  const isOfType = types.length === 0 || typesOf(schema).join() === types.join();
  const place = above.length === 0 ? '' : ` at ${above.join('.')}`;
  return isOfType ? faults : [...faults, { file, words: `must say "type": "${types.join()}"${place}` }];
}
