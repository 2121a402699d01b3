import type { OpEntry, Plugin } from '../../plugin/plugin.ts';
import { checkSmsSend } from './sms_send.check.ts';

const log: OpEntry = { load: async () => (await import('./log.ts')).log };

/** What every project has: a text message through any resource that can send one, and a line in the log. */
export const core: Plugin = {
  name: 'core',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {
    sms_send: { check: checkSmsSend, load: async () => (await import('./sms_send.ts')).smsSend },
    log,
    // Clarive's other name for the same.
    echo: log,
  },
  resourceClasses: {},
};
