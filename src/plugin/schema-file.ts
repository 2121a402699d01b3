import { readFileSync } from 'node:fs';
import type { Source } from '../problem/problem.ts';
import { asObject, type JsonObject } from '../schema/schema.ts';
import type { Plugin } from './plugin.ts';

/**
 * Reads the schema of an op (`op/<op>.json`) or of a resource class (`resource/<Class>.json`) from a plugin's folder. Where it
 * says `"sends": true`, it gets what all that sends has in common, after what it has of its own. Throws where it is not there.
 */
export function readSchemaFile(folder: URL, file: string): JsonObject {
  const { sends, ...schema } = readObject(new URL(file, folder));
  if (sends !== true) return schema;
  const args = asObject(schema['arguments']);
  return args ? { ...schema, arguments: withShared(args, 'send') } : withShared(schema, 'sender');
}

/** The schema of a type of event as its file has it. */
export function readEventSchema({ name, schemas }: Pick<Plugin, 'name' | 'schemas'>, type: string): Source {
  const file = `event/${type}.json`;
  return { file: `${name}: ${file}`, text: readFileSync(new URL(file, schemas), 'utf8') };
}

function withShared(schema: JsonObject, file: 'send' | 'sender'): JsonObject {
  const shared = readObject(new URL(`../../schemas/shared/${file}.json`, import.meta.url));
  const own = asObject(schema['properties']);
  // What a schema says itself of something that is shared holds; its place is still that of its own.
  return { ...schema, properties: { ...own, ...asObject(shared['properties']), ...own } };
}

function readObject(url: URL): JsonObject {
  return asObject(JSON.parse(readFileSync(url, 'utf8'))) ?? {};
}
