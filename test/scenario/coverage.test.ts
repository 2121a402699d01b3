import { expect, test } from 'vitest';
import { playBook } from './played.ts';

const RULEBOOK = `
def:
  note (what):
    - log: \${what}
  unused ():
    - log: never
rules:
  - name: main
    on: job.end
    when: status != 'CANCELLED'
    do:
      - if: status == 'ERROR'
        then: [{ note: it failed }]
        elsif:
          - if: status == 'KILLED'
            then: [{ note: it was killed }]
      - foreach: [1, 2]
        do: [{ log: "\${it}" }]
      - n =: 0
      - while: n < 0
        max: 2
        do: [{ log: never }]
      - try: [{ request: "https://example.com/" }]
        catch: [{ log: "\${error_message}" }]
      - parallel:
          - log: one
          - do: [{ log: two }]
  - name: other
    on: new-user
    do: [{ log: hello }]
`;

const ENDED = (status: string): string => `
      - event: job.end
        data: { jobname: nightly, id_job: 7, bl: PROD, status: ${status}, step: END }`;

test('a report has what scenarios reached of rules, steps and branches, and the places of the rest', async () => {
  const { coverage } = await playBook(
    RULEBOOK,
    `
scenarios:
  - name: it failed
    when: ${ENDED('ERROR')}
    then: { requests: [{ GET: 'https://example.com/' }] }
  - name: it ended well
    when: ${ENDED('FINISHED')}
    then: { requests: [{ GET: 'https://example.com/' }] }
`,
  );
  const { missed, ...figures } = coverage;
  expect(figures).toEqual({
    rules: { reached: 1, all: 2 },
    // Without the note of a job that was killed, the body of `while`, the rule that nothing fires, the def that nobody uses.
    steps: { reached: 14, all: 18 },
    // Without `when` that does not hold, `elsif`, a round of `while`.
    branches: { reached: 5, all: 8 },
    percent: 71.4,
  });
  expect(missed.map(({ kind, place, of, what }) => `${kind} ${place} ${of}: ${what}`)).toEqual([
    'branch rulebooks/example.yml:8 example/main: "when" does not hold',
    `branch rulebooks/example.yml:12 example/main: "elsif" status == 'KILLED'`,
    'step rulebooks/example.yml:16 example/main: note',
    'branch rulebooks/example.yml:20 example/main: a round of "while"',
    'step rulebooks/example.yml:22 example/main: log',
    'rule rulebooks/example.yml:28 example/other: the rule',
    'step rulebooks/example.yml:30 example/other: log',
    'step rulebooks/example.yml:6 rulebooks/example.yml#unused: log',
  ]);
});

test('nothing is left where every way was gone', async () => {
  const { coverage } = await playBook(
    RULEBOOK.replace(/ {2}unused[^]*?(?=rules:)/, '')
      .replace('n < 0', 'n < 1')
      .replace('[{ log: never }]', '[{ n =: 1 }]'),
    `
scenarios:
  - name: all
    when: ${['ERROR', 'KILLED', 'CANCELLED', 'FINISHED'].map(ENDED).join('')}
      - event: new-user
        data: { username: ana, realname: Ana, phone: '+34611222333' }
    then: { requests: [${"{ GET: 'https://example.com/' },".repeat(3)}] }
`,
  );
  expect(coverage).toMatchObject({ percent: 100, missed: [] });
});
