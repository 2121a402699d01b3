import { inboundPath } from './message/heard.ts';
import { countryRefusal, type Draft, isE164, type Provider, recipientsOf } from './message/message.ts';
import { accountOf } from './plugin/account.ts';
import type { ProviderWire, Registry } from './plugin/plugin.ts';
import { hasErrors, ProblemsFound } from './problem/problem.ts';
import type { Project } from './project.ts';
import { resolveResource } from './resource/resolve.ts';
import type { Resource } from './resource/resource.ts';
import { asText, type JsonObject } from './schema/schema.ts';

/** The resources of a project that a host works with, and who sends through them. */
export interface ResourcesInUse {
  readonly all: ReadonlyMap<string, Resource>;
  /** The provider of a resource, made when it is first asked for. */
  readonly providers: (mid: string) => Promise<Provider>;
  /** Whose account each resource is. */
  readonly accounts: ReadonlyMap<string, string>;
  /** How many requests of its account a send through a resource takes in all. */
  readonly requestsPerSend: (mid: string) => number;
  /** The settings of the resource that a draft names. */
  readonly settingsOf: (draft: Draft) => JsonObject;
  /** Why a draft may not go out: one of its numbers is of a country that its resource may not reach. */
  readonly refusalOf: (draft: Draft) => string | undefined;
  /** Whether people can write to a resource. */
  readonly receives: (mid: string) => boolean;
  /** The numbers that people can write to. */
  readonly lines: readonly Line[];
}

/** A number that people can write to, and the path of the host where its provider is to tell of that. */
interface Line {
  readonly number: string;
  readonly path: string;
}

/** Resolves the resources of a project. Throws `ProblemsFound` where the project or its environment has errors. */
export function useResources(
  project: Project,
  registry: Registry,
  environment: Readonly<Record<string, string | undefined>>,
  wire: ProviderWire,
): ResourcesInUse {
  const all = resolveResources(project, registry, environment);
  const settingsOf = ({ resource }: Draft): JsonObject => all.get(resource)?.settings ?? {};
  const classOf = (mid: string) => registry.resourceClass(all.get(mid)?.class ?? '');
  const receives = (mid: string): boolean => classOf(mid)?.receives === true;
  return {
    all,
    providers: newProviders(all, registry, wire),
    accounts: accountsOf(all, registry),
    requestsPerSend: (mid) => classOf(mid)?.requestsPerSend ?? 1,
    settingsOf,
    refusalOf: (draft) => refusalOf(draft, settingsOf(draft)),
    receives,
    lines: linesOf(all, registry, receives),
  };
}

function resolveResources(
  project: Project,
  registry: Registry,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, Resource> {
  if (hasErrors(project.problems)) throw new ProblemsFound(project.problems);
  const resources = new Map<string, Resource>();
  const problems = [...project.resources.values()].flatMap((file) => {
    const settings = registry.resourceClass(file.class)?.settings ?? {};
    const resolved = resolveResource(file, settings, environment, project.config.defaultRegion);
    resources.set(file.mid, resolved.resource);
    return resolved.problems;
  });
  if (problems.length > 0) throw new ProblemsFound(problems);
  return resources;
}

function refusalOf(draft: Draft, { allowedCountries }: JsonObject): string | undefined {
  return recipientsOf(draft)
    .map((number) => countryRefusal(number, allowedCountries))
    .find((refusal) => refusal !== undefined);
}

function accountsOf(resources: ReadonlyMap<string, Resource>, registry: Registry): ReadonlyMap<string, string> {
  const named = [...resources].map(([mid, resource]) => {
    return [mid, accountOf(resource, registry.resourceClass(resource.class))] as const;
  });
  return new Map(named);
}

function linesOf(
  resources: ReadonlyMap<string, Resource>,
  registry: Registry,
  receives: (mid: string) => boolean,
): readonly Line[] {
  return [...resources.values()].flatMap(({ mid, class: of, settings }) => {
    if (!receives(mid)) return [];
    return [registry.resourceClass(of)?.sender ?? []].flat().flatMap((setting) => {
      const number = asText(settings[setting]);
      return number !== undefined && isE164(number) ? [{ number, path: inboundPath(mid) }] : [];
    });
  });
}

function newProviders(
  resources: ReadonlyMap<string, Resource>,
  registry: Registry,
  wire: ProviderWire,
): (mid: string) => Promise<Provider> {
  const made = new Map<string, Promise<Provider>>();
  const make = async (mid: string): Promise<Provider> => {
    const resource = resources.get(mid);
    const entry = resource && registry.resourceClass(resource.class);
    if (!entry) throw new Error(`no resource "${mid}" can send`);
    return (await entry.load())(resource, wire);
  };
  return (mid) => {
    const provider = made.get(mid) ?? make(mid);
    made.set(mid, provider);
    return provider;
  };
}
