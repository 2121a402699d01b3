import type { OpEntry, Plugin } from '../../plugin/plugin.ts';
import { checkCallConnect } from './call_connect.check.ts';
import { checkCallFlow } from './call_flow.check.ts';
import { checkRequest } from './request.check.ts';
import { route } from './route.ts';
import { checkSmsSend } from './sms_send.check.ts';
import { checkTemplate } from './template.check.ts';
import { TEMPLATE } from './template.ts';

const log: OpEntry = { load: async () => (await import('./log.ts')).log };

/** What every project has: text messages and calls through any resource that puts them through, the log, web addresses, JSON and YAML. */
export const core: Plugin = {
  api: 1,
  name: 'core',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {
    sms_send: { check: checkSmsSend, load: async () => (await import('./sms_send.ts')).smsSend },
    call_connect: { check: checkCallConnect, load: async () => (await import('./call_connect.ts')).callConnect },
    call_flow: { check: checkCallFlow, load: async () => (await import('./call_flow.ts')).callFlow },
    log,
    // Clarive's other name for the same.
    echo: log,
    request: { check: checkRequest, load: async () => (await import('./request.ts')).request },
    parse: { load: async () => (await import('./parse.ts')).parse },
  },
  resourceClasses: {
    Route: route,
    [TEMPLATE]: {
      sends: [],
      isLocal: true,
      isPlanned: true,
      check: checkTemplate,
      load: () => Promise.reject(new Error('nothing is sent through a template')),
    },
  },
};
