import type { Plugin } from '../../plugin/plugin.ts';

/** Its error 342. */
const MOST_PARTS = 10;

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
      texts: { senderRefusal, mostParts: MOST_PARTS },
      load: async () => (await import('./provider.ts')).makeAtsProvider,
    },
  },
};

/** As the schema of its `senderNumber` has it. */
function senderRefusal(sender: string): string | undefined {
  return /^\+?\d{3,15}$/.test(sender) ? undefined : 'ATS takes a number of 3 to 15 digits';
}
