import type { Problem, Span } from '../../problem/problem.ts';
import { asObject, inWords, type JsonSchema } from '../../schema/schema.ts';
import type { World } from '../given.ts';
import * as problems from '../problems.ts';

/** What an argument names must exist: a template, or a resource of the right class or channel. */
export function checkNamed(name: string, schema: JsonSchema, at: Span, world: World): readonly Problem[] {
  if (schema['template'] === true && !world.templates.has(name)) {
    return [problems.unknownTemplate(name, world.templates.keys(), at)];
  }
  const wanted = asObject(schema['resource']);
  if (!wanted) return [];
  const resource = world.resources.get(name);
  // What is wrong with its file is told there.
  if (!resource && world.brokenResources?.has(name)) return [];
  if (!resource) return [problems.unknownResource(name, world.resources.keys(), at)];
  const { class: className, sends: channel } = wanted;
  if (className !== undefined && resource.class !== className) {
    return [problems.resourceOfWrongClass(name, resource.class, `of class ${inWords(className)}`, at)];
  }
  const sends: readonly string[] = world.registry.resourceClass(resource.class)?.sends ?? [];
  if (channel !== undefined && !sends.includes(inWords(channel))) {
    return [problems.resourceOfWrongClass(name, resource.class, `that can send ${inWords(channel)}`, at)];
  }
  return [];
}
