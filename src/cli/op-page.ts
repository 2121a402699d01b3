import type { Plugin } from '../plugin/plugin.ts';
import { readSchemaFile } from '../plugin/schema-file.ts';
import {
  asObject,
  asText,
  type Json,
  type JsonObject,
  type JsonSchema,
  propertiesOf,
  requiredOf,
} from '../schema/schema.ts';

/** What the schema of an op tells its users. */
export interface OpPage {
  readonly name: string;
  readonly plugin: string;
  readonly description: string;
  /** In the order that messages list them, and that positions count. */
  readonly arguments: readonly OpArgumentPage[];
  /** Schemas of which one must hold for the arguments as a whole, such as that one of two is given. */
  readonly choices?: Json;
  readonly result: JsonSchema;
  /** YAML, as it stands in a rulebook after the dash. */
  readonly examples: readonly string[];
}

/** What a schema tells of one argument. */
export interface OpArgumentPage {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** The pages of all ops, by name. Reads one file an op: for the commands that show ops, not for those that compile. */
export function opPages(plugins: readonly Plugin[]): readonly OpPage[] {
  return plugins
    .flatMap((plugin) => Object.keys(plugin.ops).map((name) => opPage(plugin, name)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function opPage(plugin: Plugin, name: string): OpPage {
  const schema = readSchemaFile(plugin.schemas, `op/${name}.json`);
  const args: JsonObject = asObject(schema['arguments']) ?? {};
  const required = requiredOf(args);
  const { examples } = schema;
  return {
    name,
    plugin: plugin.name,
    description: asText(schema['description']) ?? '',
    arguments: Object.entries(propertiesOf(args)).map(([argument, of]) => ({
      name: argument,
      required: required.includes(argument),
      schema: of,
    })),
    ...(args['anyOf'] !== undefined && { choices: args['anyOf'] }),
    result: asObject(schema['result']) ?? {},
    examples: Array.isArray(examples) ? examples.map(String) : [],
  };
}
