import type { Draft, Provider } from './message/message.ts';
import { type MakeProvider, type Registry, type ResourceClassDefinition, senderSettingOf } from './plugin/plugin.ts';
import type { ResourceFile } from './resource/resource.ts';
import { type Json, propertiesOf } from './schema/schema.ts';

/** Who sends where a resource names nobody, as its provider would choose somebody: a name that a phone can show. */
const NOBODY = 'Ringbook';

/**
 * A resource that leads to the phone network of this machine, wherever it leads otherwise. One of a class that cannot be led there
 * is stood in for by one of a class that can: with the same limits and the same sender, so that what it sends arrives at the
 * phones. One that nothing leaves this machine by stays as it is.
 */
export function ledToSandbox(file: ResourceFile, registry: Registry): ResourceFile {
  const own = registry.resourceClass(file.class);
  if (!own || own.isLocal) return file;
  if (own.access) return { ...file, settings: { ...file.settings, ...sandboxAccess(own.access) } };
  const other = standInFor(own, registry);
  if (!other?.access) return file;
  const settings = { ...shared(file, own, other), ...sandboxAccess(other.access), ...numbersOf(file, own, other) };
  return { ...file, class: other.name, settings };
}

/**
 * A registry in which a call that is led to a flow rings, and says nothing, where another class stands in for the one of `resources`:
 * its flows are kept at its own provider.
 */
export function withoutFlows(registry: Registry, resources: ReadonlyMap<string, ResourceFile>): Registry {
  const isStoodInFor = (mid: string, name: string): boolean => (resources.get(mid)?.class ?? name) !== name;
  return {
    ...registry,
    resourceClass: (name) => {
      const known = registry.resourceClass(name);
      if (!known) return undefined;
      const load = async (): Promise<MakeProvider> => {
        const make = await known.load();
        return (resource, wire) =>
          isStoodInFor(resource.mid, name) ? withoutFlow(make(resource, wire)) : make(resource, wire);
      };
      return { ...known, load };
    },
  };
}

function withoutFlow(provider: Provider): Provider {
  const { emptyScript: script = '' } = provider;
  const silent = (draft: Draft): Draft =>
    draft.content.kind === 'flow' ? { ...draft, content: { kind: 'script', script } } : draft;
  return { ...provider, send: (request) => provider.send({ ...request, draft: silent(request.draft) }) };
}

/** What texts and calls come from, and where calls lead, under the names that the other class has for it. */
function numbersOf(
  { settings }: ResourceFile,
  own: ResourceClassDefinition,
  other: ResourceClassDefinition,
): Record<string, Json> {
  const [from, to] = [senderSettingOf(own, settings), [other.sender ?? []].flat()[0]];
  const caller = own.caller === undefined ? undefined : settings[own.caller];
  const flow = own.flow === undefined ? undefined : settings[own.flow];
  return {
    ...(to !== undefined && { [to]: (from !== undefined && settings[from]) || NOBODY }),
    ...(other.caller !== undefined && caller !== undefined && { [other.caller]: caller }),
    ...(other.flow !== undefined && flow !== undefined && { [other.flow]: flow }),
  };
}

function sandboxAccess({ url, account, token }: NonNullable<ResourceClassDefinition['access']>) {
  return {
    [url]: '${env.RINGBOOK_SANDBOX_URL}',
    [account]: '${env.RINGBOOK_SANDBOX_ACCOUNT_SID}',
    [token]: '${env.RINGBOOK_SANDBOX_AUTH_TOKEN}',
  };
}

/** The class that can be led to the phone network and sends most of what the other one sends. */
function standInFor({ sends }: ResourceClassDefinition, registry: Registry): ResourceClassDefinition | undefined {
  const fit = (one: ResourceClassDefinition): number => one.sends.filter((channel) => sends.includes(channel)).length;
  return registry.resourceClassNames
    .flatMap((name) => registry.resourceClass(name) ?? [])
    .filter((one) => one.access !== undefined && fit(one) > 0)
    .toSorted((one, another) => fit(another) - fit(one))[0];
}

/** The settings that both classes have, such as the limits that all which send have in common. */
function shared(
  file: ResourceFile,
  own: ResourceClassDefinition,
  other: ResourceClassDefinition,
): Record<string, Json> {
  const [ofOwn, ofOther] = [propertiesOf(own.settings), propertiesOf(other.settings)];
  const both = Object.entries(file.settings).filter(
    ([name]) => Object.hasOwn(ofOwn, name) && Object.hasOwn(ofOther, name),
  );
  return Object.fromEntries(both);
}
