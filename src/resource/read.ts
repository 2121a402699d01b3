import { basename } from 'node:path';
import { countryRefusal } from '../message/message.ts';
import type { Problem, Source, Span } from '../problem/problem.ts';
import { compileSchema, inWords, type Json, type JsonSchema, propertiesOf, requiredOf } from '../schema/schema.ts';
import {
  type Entry,
  entryOf,
  type MapNode,
  type Node,
  nodeAt,
  spanOf,
  toJson,
  trapIn,
  type YamlFile,
} from '../yaml/yaml.ts';
import { hasReference, variablesOf } from './environment.ts';
import { withNumber } from './number.ts';
import * as problems from './problems.ts';
import type { ResourceFile } from './resource.ts';

/** What a resource is checked against. */
export interface ResourceContext {
  readonly classNames: readonly string[];
  readonly templateNames: readonly string[];
  /** The country (ISO 3166-1 alpha-2) as whose people numbers may be written; without one only E.164 is a number. */
  readonly region?: string;
  /** The JSON Schema of a class's settings. */
  settingsOf(className: string): JsonSchema | undefined;
  /** What a class finds in a resource whose settings are all of the right form. */
  checkOf?(className: string): ((file: ResourceFile) => readonly Problem[]) | undefined;
}

/** Reads `resources/<mid>.yml`; a resource with problems is not returned, so that nothing more is said of it. */
export function readResource(
  file: YamlFile,
  context: ResourceContext,
): { readonly resource?: ResourceFile; readonly problems: readonly Problem[] } {
  const { source, root } = file;
  if (file.problems.length > 0 || !root) {
    return { problems: root ? file.problems : [...file.problems, ...emptyFile(file)] };
  }
  if (root.kind !== 'map') return { problems: [problems.notAResource(spanOf(source, root))] };
  const className = entryOf(root, 'class');
  if (!className) return { problems: [problems.notAResource(spanOf(source, root.entries[0]?.key ?? root))] };
  const name = inWords(toJson(className.value));
  const schema = context.settingsOf(name);
  if (!schema) return { problems: [problems.unknownClass(name, context.classNames, spanOf(source, className.value))] };
  const resource = resourceOf(source, root, name, propertiesOf(schema), context.region);
  const found = checkSettings(source, root, resource, schema, context);
  return { resource, problems: found.length > 0 ? found : (context.checkOf?.(name)?.(resource) ?? []) };
}

function emptyFile({ source, problems: found }: YamlFile): readonly Problem[] {
  return found.length > 0 ? [] : [problems.notAResource({ source, start: 0, end: Math.min(1, source.text.length) })];
}

function resourceOf(
  source: Source,
  root: MapNode,
  className: string,
  known: Readonly<Record<string, JsonSchema>>,
  region: string | undefined,
): ResourceFile {
  const mid = entryOf(root, 'mid');
  const settings: Record<string, Json> = Object.create(null);
  const spans: Record<string, Span> = Object.create(null);
  for (const { key, value } of settingsIn(root)) {
    settings[key.text] = withNumber(toJson(value), known[key.text], region);
    addSpans(spans, source, key.text, value);
  }
  return {
    mid: mid ? inWords(toJson(mid.value)) : basename(source.file).replace(/\.ya?ml$/, ''),
    class: className,
    settings,
    at: spanOf(source, mid?.value ?? root.entries[0]?.key ?? root),
    spans,
  };
}

/** The place of a setting, and of everything in it by its path: `routes.0.via`. */
function addSpans(spans: Record<string, Span>, source: Source, path: string, node: Node): void {
  spans[path] = spanOf(source, node);
  if (node.kind === 'list')
    for (const [index, item] of node.items.entries()) addSpans(spans, source, `${path}.${index}`, item);
  if (node.kind === 'map')
    for (const { key, value } of node.entries) addSpans(spans, source, `${path}.${key.text}`, value);
}

function settingsIn(root: MapNode): readonly Entry[] {
  return root.entries.filter(({ key }) => key.text !== 'mid' && key.text !== 'class');
}

function checkSettings(
  source: Source,
  root: MapNode,
  resource: ResourceFile,
  schema: JsonSchema,
  context: ResourceContext,
): readonly Problem[] {
  const known = propertiesOf(schema);
  const required = requiredOf(schema);
  const missing = required.filter((setting) => !entryOf(root, setting));
  return [
    ...missing.map((setting) => problems.settingMissing(resource.mid, resource.class, setting, resource.at)),
    ...settingsIn(root).flatMap((entry) => {
      const property = known[entry.key.text];
      if (property === undefined) {
        return [problems.unknownSetting(resource.class, entry.key.text, Object.keys(known), spanOf(source, entry.key))];
      }
      return [
        ...checkSetting(source, entry, resource, property, context.templateNames),
        ...checkCountry(source, entry, resource, property),
      ];
    }),
  ];
}

function checkSetting(
  source: Source,
  { key, value }: Entry,
  { mid, settings }: ResourceFile,
  property: JsonSchema,
  templateNames: readonly string[],
): readonly Problem[] {
  const at = spanOf(source, value);
  const plain = settings[key.text] ?? null;
  if (plain === null || (typeof plain === 'string' && plain.trim() === '')) {
    return [problems.settingBlank(mid, key.text, at)];
  }
  if (typeof plain === 'string' && hasReference(plain)) {
    return variablesOf(plain) ? [] : [problems.unknownReference(key.text, at)];
  }
  if (property['writeOnly'] === true)
    return [problems.secretInPlainText(key.text, variableFor(key.text), withoutSecret(at))];
  const violations = compileSchema(property)(plain).map((violation) => {
    const node = nodeAt(value, violation.path);
    return {
      ...problems.settingOfWrongForm(key.text, violation, spanOf(source, node)),
      ...trapIn(source, node, violation.keyword),
    };
  });
  if (violations.length === 0 && property['template'] === true && !templateNames.includes(inWords(plain))) {
    return [problems.unknownTemplate(inWords(plain), templateNames, at)];
  }
  return violations;
}

/** A number that the resource itself may not reach. */
function checkCountry(
  source: Source,
  { key, value }: Entry,
  { settings }: ResourceFile,
  property: JsonSchema,
): readonly Problem[] {
  const number = settings[key.text];
  if (property['recipient'] !== true || typeof number !== 'string') return [];
  const refusal = countryRefusal(number, settings['allowedCountries']);
  return refusal === undefined ? [] : [problems.countryNotAllowed(refusal, spanOf(source, value))];
}

/** `authToken` -> `AUTH_TOKEN`. */
function variableFor(setting: string): string {
  return setting.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

/** The place of a secret, in a copy of its file that does not hold it: a problem shows the line that it is about. */
function withoutSecret({ source, start, end }: Span): Span {
  const text = source.text.slice(0, start) + '*'.repeat(end - start) + source.text.slice(end);
  return { source: { ...source, text }, start, end };
}
