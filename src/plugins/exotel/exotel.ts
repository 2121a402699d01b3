import type { Plugin } from '../../plugin/plugin.ts';
import { flowRefusal } from './flow.ts';
import { SMS_OPTIONS, senderRefusal } from './sms-options.ts';

/** Exotel: text messages, and calls that connect two numbers or lead to a flow, in India and South-East Asia. */
export const exotel: Plugin = {
  api: 1,
  name: 'exotel',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {},
  resourceClasses: {
    ExotelConfig: {
      sends: ['sms', 'connect', 'flow'],
      sender: ['smsSender', 'exophone'],
      caller: 'exophone',
      flow: 'flow',
      flowRefusal,
      texts: { senderRefusal, options: SMS_OPTIONS },
      account: ['region', 'sid'],
      // Its callbacks prove nothing: a last state is asked for.
      requestsPerSend: 2,
      load: async () => (await import('./provider.ts')).makeExotelProvider,
    },
  },
};
