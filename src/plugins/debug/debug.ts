import type { Plugin, ResourceClassEntry } from '../../plugin/plugin.ts';

/** Nothing of these leaves this machine. */
const local = {
  sends: ['sms', 'call', 'connect', 'flow'],
  sender: 'senderNumber',
  isSenderOptional: true,
  isLocal: true,
} as const satisfies Omit<ResourceClassEntry, 'load'>;

/** Resources for trying things out: all that is sent through them is kept in the journal, in the state `debug`. */
export const debug: Plugin = {
  api: 1,
  name: 'debug',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {},
  resourceClasses: {
    DebugConfig: { ...local, load: async () => (await import('./provider.ts')).makeDebugProvider },
    LogConfig: { ...local, load: async () => (await import('./provider.ts')).makeLogProvider },
    NullConfig: { ...local, load: async () => (await import('./provider.ts')).makeNullProvider },
  },
};
