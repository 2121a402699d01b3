import type { Plugin } from '../../plugin/plugin.ts';

/** Exotel: text messages, and calls that connect two numbers or lead to a flow, in India and South-East Asia. */
export const exotel: Plugin = {
  name: 'exotel',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {},
  resourceClasses: {
    ExotelConfig: {
      sends: ['sms', 'connect', 'flow'],
      sender: 'exophone',
      flow: 'flow',
      account: ['region', 'sid'],
      load: async () => (await import('./provider.ts')).makeExotelProvider,
    },
  },
};
