import { type Command, type Option, type Options, PROJECT, textOf, WrongUsage } from './command.ts';
import { kindNamed, kindPage, TYPED_KINDS, tableOptions, verbsOf } from './twilio-kind.ts';
import { FORMATS } from './twilio-rows.ts';

/** Options that say how, and not what. */
const GENERAL: Readonly<Record<string, Option>> = {
  format: { value: FORMATS.join('|'), about: 'how it is printed (default: table)' },
  limit: { value: 'N', about: 'list, search: at most so many (default: 20)' },
  all: { about: 'list, search: all of them, over all pages' },
  full: { about: 'numbers and words in full; without it, both are masked, as everywhere in Ringbook' },
  conference: { value: 'CF...', about: 'participants: the SID of their conference' },
  resource: { value: 'MID', about: 'the account of a TwilioConfig of the project' },
  project: PROJECT,
};

export const twilio: Command = {
  usage: 'twilio <kind> [list | count | get | create | update | delete] [sid]',
  about: [
    'Shows and changes what a Twilio account holds. The kinds:',
    '',
    `  ${TYPED_KINDS.join(', ')}`,
    '',
    'The account is that of --resource, or of TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. Filters and settings are options by the',
    'names of the API: ringbook twilio messages --help lists those of messages. Beside the verbs above there are numbers search',
    'and numbers buy, and participants mute and unmute. Numbers and what was said are masked; --full shows them.',
  ].join('\n'),
  words: 3,
  options: { ...tableOptions(), ...GENERAL },
  help: ([kind]) => (kind === undefined ? undefined : kindPage(kindNamed(kind))),
  examples: [
    ['npx ringbook twilio messages list --to +12025550123 --date-sent-after 2026-11-01', 'what that number got'],
    ['npx ringbook twilio calls list --status no-answer --all --format csv', 'all calls that nobody took'],
    [
      'npx ringbook twilio numbers search --country US --type local --area-code 530 --contains WOLF',
      'what can be bought',
    ],
    ['npx ringbook twilio numbers buy +12025550123 --voice-url https://example.com/twiml', 'buys one'],
    ['npx ringbook twilio participants mute CA... --conference CF...', 'they are not heard any more'],
    ['npx ringbook twilio recordings delete RE...', 'it is gone'],
  ],
  run: async ([word, verb = 'list', sid], options, terminal) => {
    const kind = kindNamed(word);
    const known = verbsOf(kind);
    if (!known.includes(verb)) throw new WrongUsage(`"${word} ${verb}" is not there; there are ${known.join(', ')}`);
    // The SDK and the project are read by whoever does something.
    const { act } = await import('./twilio-act.ts');
    return act({ kind, verb, sid, options, beside: Object.keys(GENERAL), format: formatOf(options), terminal });
  },
};

function formatOf(options: Options): (typeof FORMATS)[number] {
  const wanted = textOf(options, 'format') ?? 'table';
  const format = FORMATS.find((one) => one === wanted);
  if (!format) throw new WrongUsage(`--format takes ${FORMATS.join(', ')}, and not "${wanted}"`);
  return format;
}
