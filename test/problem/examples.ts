import type { Problem, Source } from '../../src/problem/problem.ts';

/** A rulebook with all that makes a frame hard: a number, a tab, wide letters, words that XML and GitHub would read. */
export const rulebook: Source = {
  file: 'rulebooks/a, b & c.yml',
  text: [
    'on: new-user',
    'do:',
    '  - sms_send: { resource: phone, to: +34611222333, body: "日本 ${realnam}" }',
    '\t- log: <b>50% & more]]></b>\r',
    '  - log: last',
  ].join('\n'),
};

const schema: Source = {
  file: 'schemas/event/new-user.json',
  text: '{\n  "properties": { "realname": { "type": "string" } }\n}\n',
};

/** A stretch of a source that has these words. */
export function spanOf(source: Source, words: string): { source: Source; start: number; end: number } {
  const start = source.text.indexOf(words);
  return { source, start, end: start + words.length };
}

/** Problems of every kind, not in order. */
export const examples: readonly Problem[] = [
  {
    code: 'RB0202',
    severity: 'error',
    message: 'nothing here is called "realnam"',
    at: spanOf(rulebook, 'realnam'),
    help: 'did you mean "realname"?',
    related: [{ at: spanOf(schema, '"realname"'), message: 'the schema declares it here' }],
  },
  {
    code: 'RB0501',
    severity: 'error',
    message: '+34611222333 must be in quotes, such as +34777666555',
    at: spanOf(rulebook, '+34611222333'),
    help: "write '+34611222333'",
    fix: { what: 'put the number in quotes', edits: [] },
  },
  {
    code: 'RB0108',
    severity: 'warning',
    message: 'argument "message" has <markup> & 50%\nand a second line',
    at: spanOf(rulebook, '<b>50% & more]]></b>\r\n  - log'),
  },
  { code: 'RB0001', severity: 'error', message: 'rulebooks/nowhere.yml cannot be read: it does not exist' },
  { code: 'RB0202', severity: 'error', message: 'the same code again', at: spanOf(rulebook, 'last') },
];
