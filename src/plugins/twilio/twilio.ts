import type { Plugin } from '../../plugin/plugin.ts';
import { checkTwilioCall } from './twilio_call.check.ts';

export { type Rule, verbNamed } from './verb.ts';

/** Twilio: the call op that Clarive's rulebooks bring along, and the resource that calls and texts are sent through. */
export const twilio: Plugin = {
  name: 'twilio',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {
    twilio_call: { check: checkTwilioCall, load: async () => (await import('./twilio_call.ts')).twilioCall },
  },
  resourceClasses: {
    TwilioConfig: {
      sends: ['sms', 'call', 'connect', 'flow'],
      sender: 'twilioNumber',
      flow: 'responseUrl',
      account: ['userSid'],
      lacks: ['custom_field'],
      access: { url: 'baseUrl', account: 'userSid', token: 'authToken' },
      load: async () => (await import('./provider.ts')).makeTwilioProvider,
    },
  },
};
