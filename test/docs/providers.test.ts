import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { newRegistry } from '../../src/plugin/registry.ts';
import { meaningOf as ofAts } from '../../src/plugins/ats/code.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { isKnown, meaningOf as ofSmsOperator } from '../../src/plugins/sms-operator/status.ts';
import { asObject, propertiesOf } from '../../src/schema/schema.ts';

const ROOT = new URL('../../', import.meta.url);
const TEXT = readFileSync(new URL('docs/providers.md', ROOT), 'utf8');
const registry = newRegistry(builtIn);

/** What stands under the heading of a class. */
function sectionOf(className: string): string {
  return TEXT.split(/^## /m).find((section) => section.startsWith(`${className}\n`)) ?? '';
}

/** The rows of the first table in a section, cell by cell. */
function rowsOf(className: string): readonly (readonly string[])[] {
  const lines = sectionOf(className)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const SHARED = Object.keys(
  asObject(JSON.parse(readFileSync(new URL('schemas/shared/sender.json', ROOT), 'utf8'))?.properties) ?? {},
);

/** A template is no provider: docs/language.md has it. */
const CLASSES = registry.resourceClassNames.filter((name) => name !== 'Template');

describe('docs/providers.md', () => {
  test.each(CLASSES)('names every setting of %s', (name) => {
    const settings = Object.keys(propertiesOf(registry.resourceClass(name)?.settings ?? {}));
    const own = settings.filter((setting) => !SHARED.includes(setting));
    expect(own.filter((setting) => !sectionOf(name).includes(`\`${setting}\``))).toEqual([]);
  });

  const SENDS = { taken: 'taken', final: 'refused', doubt: 'unknown' };

  test('has the codes of ATS as they are', () => {
    const known = codes(1_000).filter((code) => !ofAts(code).meaning.includes('not known here'));
    expect(known.length).toBeGreaterThan(35);
    expect(rowsOf('AtsConfig')).toEqual(known.map((code) => [code, ofAts(code).meaning, SENDS[ofAts(code).kind]]));
  });

  test('has the statuses of SMS Operator as they are', () => {
    const known = codes(1_000).filter(isKnown);
    expect(known.length).toBeGreaterThan(12);
    expect(rowsOf('SmsOperatorConfig')).toEqual(
      known.map((code) => {
        const { meaning, sent, state } = ofSmsOperator(code);
        return [code, meaning, SENDS[sent], state];
      }),
    );
  });
});

function codes(count: number): readonly string[] {
  return Array.from({ length: count }, (_, code) => String(code));
}
