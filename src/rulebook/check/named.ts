import { waysThrough } from '../../plugin/plugin.ts';
import type { Problem, Span } from '../../problem/problem.ts';
import { asObject, inWords, type JsonObject, type JsonSchema } from '../../schema/schema.ts';
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
  // Only what is sent can go by a route; and then all its resources have to be right.
  const mids = wanted['sends'] === undefined ? [name] : waysThrough(name, world.resources, world.registry);
  const by = mids.includes(name) ? undefined : name;
  return mids.flatMap((mid) => checkResource(mid, by, wanted, at, world)).slice(0, 1);
}

function checkResource(
  mid: string,
  route: string | undefined,
  { class: className, sends: channel }: JsonObject,
  at: Span,
  world: World,
): readonly Problem[] {
  const resource = world.resources.get(mid);
  // That a route leads to no resource is told where it stands.
  if (!resource) return [];
  if (className !== undefined && resource.class !== className) {
    return [problems.resourceOfWrongClass(mid, resource.class, `of class ${inWords(className)}`, at, route)];
  }
  const sends: readonly string[] = world.registry.resourceClass(resource.class)?.sends ?? [];
  if (channel !== undefined && !sends.includes(inWords(channel))) {
    return [problems.resourceOfWrongClass(mid, resource.class, `that can send ${inWords(channel)}`, at, route)];
  }
  return [];
}
