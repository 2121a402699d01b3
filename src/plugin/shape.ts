import { PLUGIN_API, type Plugin, type Sends } from './plugin.ts';

/** What keeps a value from being a plugin. */
export type ShapeFault =
  | { readonly kind: 'shape'; readonly words: string }
  /** Written for another version; `found` says which, or `none`. */
  | { readonly kind: 'api'; readonly found: string; readonly words: string };

const CHANNELS: readonly Sends[] = ['sms', 'call', 'connect', 'flow'];

/** All that keeps what a module exports from being a plugin, one of another version alone. */
export function faultsOf(value: unknown): readonly ShapeFault[] {
  if (!isRecord(value)) return [shape('its module exports none, neither as default nor as `plugin`')];
  const { api, name, schemas, ops, resourceClasses, eventSources = {}, eventTypes = [] } = value;
  if (api !== PLUGIN_API) {
    const found = typeof api === 'number' ? String(api) : 'none';
    return [{ kind: 'api', found, words: `its api is ${found}` }];
  }
  return [
    ...(typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name)
      ? []
      : [shape('its `name` must be of small letters, digits and dashes')]),
    ...(isFolder(schemas) ? [] : [shape('its `schemas` must be the URL of a folder, with a slash at its end')]),
    ...entriesIn(ops, 'ops', /^[a-z]\w*$/, 'of small letters, digits and _'),
    ...entriesIn(resourceClasses, 'resourceClasses', /^[A-Z]\w*$/, 'begin with a capital letter'),
    ...entriesIn(eventSources, 'eventSources', /^[A-Z]\w*$/, 'begin with a capital letter'),
    ...(Array.isArray(eventTypes) && eventTypes.every((type) => typeof type === 'string' && /^[\w.-]+$/.test(type))
      ? []
      : [shape('its `eventTypes` must be a list of types of events')]),
    ...Object.entries(isRecord(resourceClasses) ? resourceClasses : {}).flatMap(([of, entry]) => sendsOf(of, entry)),
  ];
}

/** Whether `faultsOf` finds nothing. */
export function isPlugin(value: unknown): value is Plugin {
  return faultsOf(value).length === 0;
}

function shape(words: string): ShapeFault {
  return { kind: 'shape', words };
}

function entriesIn(value: unknown, what: string, name: RegExp, words: string): readonly ShapeFault[] {
  if (!isRecord(value)) return [shape(`its \`${what}\` must be an object, empty where there are none`)];
  return Object.entries(value).flatMap(([key, entry]) => [
    ...(name.test(key) ? [] : [shape(`the name "${key}" in \`${what}\` must ${words.replace(/^of/, 'be of')}`)]),
    ...(isRecord(entry) && typeof entry['load'] === 'function'
      ? []
      : [shape(`"${key}" in \`${what}\` has no function \`load\``)]),
    ...(isRecord(entry) && !['undefined', 'function'].includes(typeof entry['check'])
      ? [shape(`the \`check\` of "${key}" in \`${what}\` must be a function`)]
      : []),
  ]);
}

function sendsOf(name: string, entry: unknown): readonly ShapeFault[] {
  const sends: unknown = isRecord(entry) ? entry['sends'] : undefined;
  const known: readonly unknown[] = CHANNELS;
  if (Array.isArray(sends) && sends.every((channel) => known.includes(channel))) return [];
  return [shape(`the \`sends\` of ${name} must be a list of ${CHANNELS.join(', ')}, empty where it sends nothing`)];
}

function isFolder(value: unknown): boolean {
  return value instanceof URL && value.protocol === 'file:' && value.pathname.endsWith('/');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
