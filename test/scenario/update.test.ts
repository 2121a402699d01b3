import { describe, expect, test } from 'vitest';
import { contextOf } from '../../src/cli/check-scenarios.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { readScenarios } from '../../src/scenario/read.ts';
import type { Item, Outcome } from '../../src/scenario/scenario.ts';
import { updated } from '../../src/scenario/update.ts';
import { repository } from '../cli/ringbook.ts';

const context = contextOf(loadProject(repository, newRegistry(builtIn)));

const NOTHING: Outcome = { calls: [], messages: [], requests: [], failures: [] };

function sms(text: string): Item {
  return { fields: { to: '+34611222333', from: '+34666555777', text, ends: 'delivered' } };
}

/** The file after each of its scenarios came to the outcome of its number. */
function update(text: string, ...outcomes: readonly Outcome[]): string | undefined {
  const source = { file: 'a.scenario.yml', text };
  const { scenarios, problems } = readScenarios(source, context);
  expect(problems).toEqual([]);
  const happened = scenarios.map((scenario, index) => ({ scenario, outcome: outcomes[index] ?? NOTHING }));
  return updated(source, happened, context);
}

describe('what happened is written', () => {
  test('into the lists that were wrong, and all else stays, comments and order included', () => {
    const before = `# Of the desk.
scenarios:
  - name: one   # the first
    when:
      - after: 1h  # an hour
    then:
      # Calls stay.
      calls:
        - { to: '+34777666555', from: '+34666555777', hears: "Hello" } # as they are
      messages:
        - to: '+34611222333'
          from: '+34666555777'
          text: old

  # The second.
  - name: two
    when: [{ after: 1h }]
`;
    const call = { fields: { to: '+34777666555', from: '+34666555777', hears: 'Hello', ends: 'completed' } };
    const first = { ...NOTHING, calls: [call], messages: [sms('new: 1'), sms('2')] };
    expect(update(before, first)).toBe(
      before.replace(
        '          text: old\n',
        `          text: 'new: 1'
        - to: '+34611222333'
          from: '+34666555777'
          text: '2'
`,
      ),
    );
  });

  test('where there is no `then`, and where it is empty', () => {
    const item = `
      messages:
        - to: '+34611222333'
          from: '+34666555777'
          text: new`;
    const outcome = { ...NOTHING, messages: [sms('new')] };
    expect(update('when:\n  - after: 1h # long\n# the end\n', outcome)).toBe(
      `when:\n  - after: 1h # long\nthen:${item.replaceAll('\n    ', '\n')}\n# the end\n`,
    );
    const list = 'scenarios:\n  - name: a\n    then:\n    when: [{ after: 1h }]\n';
    expect(update(list, outcome)).toBe(list.replace('then:', `then:${item}`));
    expect(update(list.replace('then:', 'then: {}'), outcome)).toBe(list.replace('then:', `then:${item}`));
  });

  test('in braces where the scenario is in braces', () => {
    const outcome = { ...NOTHING, messages: [sms('new')] };
    const words = '{"messages":[{"to":"+34611222333","from":"+34666555777","text":"new"}]}';
    expect(update('{ when: [{ after: 1h }] }\n', outcome)).toBe(`{ when: [{ after: 1h }], then: ${words} }\n`);
    expect(update('{ then: {  }, when: [{ after: 1h, }, ] }\n', outcome)).toBe(
      `{ then: ${words}, when: [{ after: 1h, }, ] }\n`,
    );
  });

  test('as empty where nothing happened any more', () => {
    const before = "when: [{ after: 1h }]\nthen:\n  messages: [{ to: '+34611222333', from: x, text: old }]\n";
    expect(update(before, NOTHING)).toBe('when: [{ after: 1h }]\nthen:\n  messages: []\n');
  });

  test('whatever the words are', () => {
    const odd = ['a: b # c', 'it\'s "so"', 'two\nlines', ' blanks ', 'yes', '1e3', '- x', '${a}', '{', '*', 'ñ €', ''];
    const outcome = {
      ...NOTHING,
      messages: odd.map(sms).map(({ fields }) => ({
        fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')),
      })),
      requests: [
        { fields: { POST: 'https://example.com/', body: '{"a":[1,{"b":null}]}' } },
        { fields: { GET: 'https://example.com/' } },
      ],
    };
    const after = update('when: [{ after: 1h }]\n', outcome) ?? '';
    const { scenarios } = readScenarios({ file: 'a.scenario.yml', text: after }, context);
    const plain = (items: readonly Item[] | undefined): unknown => items?.map(({ fields }) => fields);
    expect(plain(scenarios[0]?.expected.messages)).toEqual(plain(outcome.messages));
    expect(plain(scenarios[0]?.expected.requests)).toEqual(plain(outcome.requests));
  });

  test('not at all where the file would not say so afterwards', () => {
    const shared = `
scenarios:
  - { name: a, when: [{ after: 1h }], then: &none {} }
  - { name: b, when: [{ after: 1h }], then: *none }
`;
    expect(update(shared, NOTHING, { ...NOTHING, messages: [sms('new')] })).toBeUndefined();
    // A number that is not in E.164 form has no place in a scenario.
    const odd = { fields: { to: 'somewhere', from: 'x', ends: 'delivered' } };
    expect(update('when: [{ after: 1h }]\n', { ...NOTHING, messages: [odd] })).toBeUndefined();
  });
});
