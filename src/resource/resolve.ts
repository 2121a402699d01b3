import { addAll, type Problem, type Span } from '../problem/problem.ts';
import { compileSchema, inWords, type Json, type JsonSchema, propertiesOf } from '../schema/schema.ts';
import { fillIn, variablesOf } from './environment.ts';
import { withNumber } from './number.ts';
import * as problems from './problems.ts';
import { type Resource, type ResourceFile, Secret } from './resource.ts';

/**
 * Makes a resource ready for use: reads its environment variables, and holds what came of them against the class's schema.
 * Numbers may be written as the people of `region` (ISO 3166-1 alpha-2) do. What the file does not say is as the schema's
 * `default` has it. A variable that is not set, or is empty, is a problem that names it.
 */
export function resolveResource(
  file: ResourceFile,
  schema: JsonSchema,
  environment: Readonly<Record<string, string | undefined>>,
  region?: string,
): { readonly resource: Resource; readonly problems: readonly Problem[] } {
  const settings: Record<string, Json> = Object.create(null);
  const secrets: Record<string, Secret> = Object.create(null);
  const found: Problem[] = [];
  const known = propertiesOf(schema);
  for (const [setting, written] of Object.entries(file.settings)) {
    const at = file.spans[setting] ?? file.at;
    const property = known[setting] ?? {};
    const value = withNumber(typeof written === 'string' ? fillIn(written, environment) : written, property, region);
    addAll(found, checkVariables(file.mid, setting, written, value, property, environment, at));
    if (property['writeOnly'] === true) secrets[setting] = new Secret(inWords(value));
    else settings[setting] = value;
  }
  for (const [setting, property] of Object.entries(known)) {
    const usual = property['default'];
    if (usual !== undefined && !Object.hasOwn(file.settings, setting)) settings[setting] = usual;
  }
  return { resource: { mid: file.mid, class: file.class, settings, secrets }, problems: found };
}

function checkVariables(
  mid: string,
  setting: string,
  written: Json,
  value: Json,
  property: JsonSchema,
  environment: Readonly<Record<string, string | undefined>>,
  at: Span,
): readonly Problem[] {
  const variables = typeof written === 'string' ? (variablesOf(written) ?? []) : [];
  if (variables.length === 0) return [];
  const unset = variables.filter((name) => !environment[name]);
  if (unset.length > 0) return unset.map((name) => problems.environmentNotSet(name, setting, mid, at));
  return compileSchema(property)(value).map((violation) => problems.settingOfWrongForm(setting, violation, at));
}
