import type { Plugin } from '../../plugin/plugin.ts';

/** SMS Operator, a Czech operator of text messages: many in one document, and each can be asked about by an id of our own. */
export const smsOperator: Plugin = {
  api: 1,
  name: 'sms-operator',
  schemas: new URL('../../../schemas/', import.meta.url),
  ops: {},
  resourceClasses: {
    SmsOperatorConfig: {
      sends: ['sms'],
      sender: 'senderNumber',
      texts: { senderRefusal },
      isSenderOptional: true,
      load: async () => (await import('./provider.ts')).makeSmsOperatorProvider,
    },
  },
};

/** As the schema of its `senderNumber` has it. */
function senderRefusal(sender: string): string | undefined {
  return /^\+?\d{3,15}$/.test(sender) ? undefined : 'SMS Operator takes a number of 3 to 15 digits';
}
