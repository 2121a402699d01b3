import type { Plugin } from '../../plugin/plugin.ts';

/** Text messages by AWS SNS. */
export const sns: Plugin = {
  api: 1,
  name: 'sns',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {},
  resourceClasses: {
    SnsConfig: {
      sends: ['sms'],
      sender: 'senderId',
      isSenderOptional: true,
      load: async () => (await import('./provider.ts')).makeSnsProvider,
    },
  },
};
