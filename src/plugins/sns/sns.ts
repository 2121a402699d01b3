import type { Plugin } from '../../plugin/plugin.ts';
import { checkKeys } from './check.ts';
import { senderRefusal } from './sender.ts';

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
      texts: { senderRefusal },
      check: checkKeys,
      load: async () => (await import('./provider.ts')).makeSnsProvider,
    },
  },
};
