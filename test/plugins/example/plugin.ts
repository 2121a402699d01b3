/** Pigeon, a gateway for text messages that nobody has: a plugin as a user would write it, outside of Ringbook. */
import type { Plugin } from 'ringbook/plugin';

const plugin: Plugin = {
  api: 1,
  name: 'pigeon',
  schemas: new URL('schemas/', import.meta.url),
  ops: {
    pigeon_credit: { load: async () => (await import('./pigeon_credit.ts')).pigeonCredit },
  },
  resourceClasses: {
    PigeonConfig: {
      sends: ['sms'],
      sender: 'loft',
      account: ['url'],
      load: async () => (await import('./provider.ts')).makePigeonProvider,
    },
  },
  eventSources: {
    PigeonLoft: { load: async () => (await import('./loft.ts')).watchLoft },
  },
  eventTypes: ['pigeon.landed'],
};

export default plugin;
