import type { OpEntry, Plugin } from '../../plugin/plugin.ts';
import { checkRequest } from './request.check.ts';
import { checkSmsSend } from './sms_send.check.ts';

const log: OpEntry = { load: async () => (await import('./log.ts')).log };

/** What every project has: text messages through any resource that sends them, the log, web addresses, JSON and YAML. */
export const core: Plugin = {
  name: 'core',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {
    sms_send: { check: checkSmsSend, load: async () => (await import('./sms_send.ts')).smsSend },
    log,
    // Clarive's other name for the same.
    echo: log,
    request: { check: checkRequest, load: async () => (await import('./request.ts')).request },
    parse: { load: async () => (await import('./parse.ts')).parse },
  },
  resourceClasses: {},
};
