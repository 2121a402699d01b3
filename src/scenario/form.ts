import type { Problem, Source } from '../problem/problem.ts';
import {
  asObject,
  asText,
  inWords,
  type Json,
  type JsonSchema,
  propertiesOf,
  type Violation,
} from '../schema/schema.ts';
import { keyAt, type MapNode, nodeAt, spanOf, trapIn } from '../yaml/yaml.ts';
import * as problems from './problems.ts';

/** What a schema finds wrong in a file of scenarios, each at its place. */
export function problemOf(violation: Violation, source: Source, root: MapNode, schema: JsonSchema): readonly Problem[] {
  const { path, key, keyword } = violation;
  // What is wrong inside of `if` is told by `then` and `else`.
  if (keyword === 'maxProperties') {
    const other = root.entries.find((entry) => entry.key.text !== 'scenarios');
    return other ? [problems.besideScenarios(spanOf(source, other.key))] : [];
  }
  if (keyword === 'required' && key !== undefined) {
    return [problems.missingKey(key, startOf(source, nodeAt(root, path)))];
  }
  if (key !== undefined) {
    const known = Object.keys(propertiesOf(schemaAt(schema, path.slice(0, -1))));
    return [problems.unknownKey(key, known, spanOf(source, keyAt(root, path)))];
  }
  const node = nodeAt(root, path);
  const name = path.findLast((part) => !/^\d+$/.test(part)) ?? 'this';
  const at = node.kind === 'scalar' ? spanOf(source, node) : startOf(source, node);
  const { enum: allowed } = schemaAt(schema, path);
  const words = keyword === 'enum' && Array.isArray(allowed) ? allowed.map(inWords) : [];
  const text = node.kind === 'scalar' ? node.text : '';
  return [{ ...problems.wrongForm(name, violation, text, words, at), ...trapIn(source, node, keyword) }];
}

/** The first key of a map, or the node itself: a whole map is too much to underline. */
export function startOf(source: Source, node: ReturnType<typeof nodeAt>): ReturnType<typeof spanOf> {
  const first = node.kind === 'map' ? node.entries[0]?.key : node.kind === 'list' ? node.items[0] : undefined;
  return first && first.kind === 'scalar' ? spanOf(source, first) : { source, start: node.start, end: node.start + 1 };
}

/** What a schema says of the value at a path. */
function schemaAt(root: JsonSchema, path: readonly string[]): JsonSchema {
  let schema = root;
  for (const part of path) {
    const inner =
      propertiesOf(schema)[part] ?? asObject(schema['items']) ?? asObject(schema['additionalProperties']) ?? {};
    schema = resolved(inner, root);
  }
  return schema;
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const [, name = ''] = /^#\/\$defs\/(\w+)$/.exec(asText(schema['$ref']) ?? '') ?? [];
  const defined: Json | undefined = asObject(root['$defs'])?.[name];
  return asObject(defined) ?? schema;
}
