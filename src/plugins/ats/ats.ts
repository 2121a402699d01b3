import type { Plugin } from '../../plugin/plugin.ts';

/** ATS, a Czech operator of text messages: many in one document, and each can be asked about by an id of our own. */
export const ats: Plugin = {
  api: 1,
  name: 'ats',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {},
  resourceClasses: {
    AtsConfig: {
      sends: ['sms'],
      sender: 'senderNumber',
      load: async () => (await import('./provider.ts')).makeAtsProvider,
    },
  },
};
