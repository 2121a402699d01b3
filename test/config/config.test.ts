import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { pretty } from '../../src/problem/pretty.ts';

function read(text: string) {
  return readConfig({ file: 'ringbook.yml', text });
}

test('a project without settings, or with some, has a default for the others', () => {
  const defaults = { port: 8642, journal: '.ringbook/journal.db', sandbox: true, retentionMs: 90 * 86_400_000 };
  expect(readConfig(undefined)).toEqual({ config: defaults, problems: [] });
  expect(read('# nothing\n')).toEqual({ config: defaults, problems: [] });
  expect(read('port: 9000\npublicUrl: https://r.example/')).toEqual({
    config: { ...defaults, port: 9000, publicUrl: 'https://r.example' },
    problems: [],
  });
  expect(read('accents: false').config).toEqual({ ...defaults, accents: false });
});

test.each([
  ['prot: 9000', 'ringbook.yml:1:1 error RB0701\n  there is no setting "prot"'],
  ['port: "9000"', 'ringbook.yml:1:7 error RB0701\n  the setting "port" must be an integer'],
  ['accents: "off"', 'ringbook.yml:1:10 error RB0701\n  the setting "accents" must be a boolean'],
  ['default_region: XX', 'ringbook.yml:1:17 error RB0701\n  there is no country "XX"'],
  ['port: 70000', 'ringbook.yml:1:7 error RB0701\n  the setting "port" must be <= 65535'],
  ['publicUrl: example', 'ringbook.yml:1:12 error RB0701'],
  ['port: [', 'ringbook.yml:1:8 error RB0002'],
])('%j is told with its place', (text, words) => {
  expect(pretty(read(text).problems, false)).toContain(words);
});
