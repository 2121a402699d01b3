import type { OpEntry, Plugin } from '../../plugin/plugin.ts';
import { flowRefusal } from './flow.ts';
import type { KindVerb } from './kind.ts';
import { checkKindOp } from './kind-op.check.ts';
import { resultSchema } from './kind-schema.ts';
import { isKind } from './kinds.ts';
import { SMS_OPTIONS, senderRefusal } from './send-options.ts';
import { checkTwilioCall } from './twilio_call.check.ts';

export { type Rule, verbNamed } from './verb.ts';

/** An op that reaches into an account; which kind of thing it is about tells what it takes and comes to. */
function kindOp(verb: KindVerb, load: OpEntry['load']): OpEntry {
  return {
    check: checkKindOp(verb),
    result: (literal) => {
      const kind = literal('of');
      return isKind(kind) ? resultSchema(kind, verb) : undefined;
    },
    load,
  };
}

/** Twilio: the call op that Clarive's rulebooks bring along, and the resource that calls and texts are sent through. */
export const twilio: Plugin = {
  api: 1,
  name: 'twilio',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {
    twilio_call: { check: checkTwilioCall, load: async () => (await import('./twilio_call.ts')).twilioCall },
    twilio_list: kindOp('list', async () => (await import('./twilio_list.ts')).twilioList),
    twilio_fetch: kindOp('fetch', async () => (await import('./twilio_fetch.ts')).twilioFetch),
    twilio_create: kindOp('create', async () => (await import('./twilio_create.ts')).twilioCreate),
    twilio_update: kindOp('update', async () => (await import('./twilio_update.ts')).twilioUpdate),
    twilio_delete: kindOp('delete', async () => (await import('./twilio_delete.ts')).twilioDelete),
  },
  resourceClasses: {
    TwilioConfig: {
      sends: ['sms', 'call', 'connect', 'flow'],
      sender: ['smsSender', 'twilioNumber'],
      caller: 'twilioNumber',
      flow: 'responseUrl',
      flowRefusal,
      texts: { senderRefusal, options: SMS_OPTIONS },
      lacks: ['custom_field'],
      account: ['userSid'],
      receives: true,
      access: { url: 'baseUrl', account: 'userSid', token: 'authToken' },
      load: async () => (await import('./provider.ts')).makeTwilioProvider,
    },
  },
};
