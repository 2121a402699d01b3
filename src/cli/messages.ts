import { type Command, JOURNAL, PROJECT } from './command.ts';
import { HOST_OPTIONS, URL_OPTION } from './host-client.ts';
import { FILTERS } from './messages-filter.ts';
import { listMessages } from './messages-list.ts';
import { showMessage } from './messages-show.ts';
import { runVerb, type Verb } from './verbs.ts';

const A_MESSAGE = 'the id of a message';

/** Only those who change something load what a host needs. */
const acts = () => import('./messages-act.ts');

const VERBS: Readonly<Record<string, Verb>> = {
  list: {
    options: [...Object.keys(FILTERS), 'json', 'journal', 'project'],
    run: (_, options, terminal) => listMessages(options, terminal),
  },
  show: { needs: A_MESSAGE, options: ['json', 'journal', 'project'], run: showMessage },
  resend: {
    needs: A_MESSAGE,
    options: HOST_OPTIONS,
    run: async (id, options, terminal) => (await acts()).resend(id, options, terminal),
  },
  cancel: {
    needs: A_MESSAGE,
    options: HOST_OPTIONS,
    run: async (id, options, terminal) => (await acts()).cancel(id, options, terminal),
  },
  resolve: {
    needs: A_MESSAGE,
    options: ['as', ...HOST_OPTIONS],
    run: async (id, options, terminal) => (await acts()).resolveFate(id, options, terminal),
  },
  send: { options: HOST_OPTIONS, run: async (_, options, terminal) => (await acts()).send(options, terminal) },
  check: { options: HOST_OPTIONS, run: async (_, options, terminal) => (await acts()).check(options, terminal) },
};

export const messages: Command = {
  usage: 'messages [list | show <id> | resend <id> | cancel <id> | resolve <id> --as sent|not-sent | send | check]',
  about: [
    'Lists messages and calls, newest first, and does what a person can do about them.',
    '',
    '  list     messages and calls, and what became of each; what is said when nothing else is',
    '  show     one of them: was the person reached, and if not, why, and what happens next',
    '  resend   sends one again: as a new message, or itself where nobody knows whether it went out',
    '  cancel   calls one off that has not gone out',
    '  resolve  says of one whose fate is unknown what became of it',
    '  send     sends a batch of what is due: at most 20',
    '  check    asks the providers what became of all that is on its way',
  ].join('\n'),
  words: 2,
  options: {
    ...FILTERS,
    json: { about: 'list, show: as JSON, with every state and attempt' },
    as: { value: 'FATE', about: 'resolve: sent or not-sent' },
    url: URL_OPTION,
    journal: JOURNAL,
    project: PROJECT,
  },
  examples: [
    ['npx ringbook messages', 'what was sent, and how it fared'],
    ['npx ringbook messages --state rejected,undelivered,failed --since 2h', 'what went wrong lately'],
    ['npx ringbook messages show 1.0.0.0', 'was Ana called, and if not, why?'],
    ['npx ringbook messages check', 'asks what became of all that is on its way'],
  ],
  run: runVerb('messages', VERBS),
};
