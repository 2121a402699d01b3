import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileWithAjv, newAjv } from '../../src/schema/ajv.ts';
import { FORMATS, KEYWORDS, LEFT_TO_AJV } from '../../src/schema/keyword.ts';
import { isPattern } from '../../src/schema/plain-pattern.ts';
import { compilePattern, faultsIn, type JsonSchema } from '../../src/schema/schema.ts';
import { mutatedSchemas, soundSchemas } from './generate.ts';

/** What ajv says, with nothing kept of this schema from before; undefined where it takes it. */
function refusalByAjv(schema: JsonSchema): string | undefined {
  try {
    compileWithAjv(structuredClone(schema));
    return undefined;
  } catch (failure) {
    return String(failure);
  }
}

/** How many schemas are tried; more with SCHEMA_RUNS=20000. */
const RUNS = Number(process.env['SCHEMA_RUNS'] ?? 300);

describe('a schema without faults is one that ajv compiles', () => {
  test('where it is sound', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(soundSchemas, (schema) => {
        fc.pre(faultsIn(schema).length === 0);
        expect(refusalByAjv(schema)).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  test('where it was changed in any place, and one that ajv refuses has faults', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(mutatedSchemas, (schema) => {
        const faults = faultsIn(schema);
        const refusal = refusalByAjv(schema);
        // Ajv compiles a schema that never ends, and breaks when it is used.
        if (faults.some(({ message }) => message.includes('without an end'))) return;
        expect([schema, faults.length > 0, refusal]).toEqual([schema, refusal !== undefined, refusal]);
      }),
      { numRuns: RUNS },
    );
  });

  test('most sound schemas are read without asking ajv', () => {
    const read = fc.sample(soundSchemas, 200).filter((schema) => faultsIn(schema).length === 0);
    expect(read.length).toBeGreaterThan(100);
  });
});

test('the list of keywords is that of ajv', () => {
  const { RULES } = newAjv();
  const known = Object.keys(RULES.keywords).filter((keyword) => RULES.keywords[keyword]);
  // Ajv knows these two to refuse them: a schema that answers later, and the `$id` of drafts long gone.
  const refused = ['$async', 'id'];
  expect(known.filter((name) => !(name in KEYWORDS) && !LEFT_TO_AJV.includes(name))).toEqual(refused);
  for (const [name, { types = [] }] of Object.entries(KEYWORDS)) {
    const rule = RULES.all[name];
    const expected = typeof rule === 'object' ? rule.definition.type : [];
    expect([name, types.toSorted()]).toEqual([name, expected.toSorted()]);
  }
});

test('the list of formats is that of ajv', () => {
  expect(FORMATS.toSorted()).toEqual(Object.keys(newAjv().formats).toSorted());
});

test('a pattern that is taken for good is one that compiles', { timeout: 600_000 }, () => {
  const pieces = [
    'a - ^ $ . | ( ) (?: (?= (?<n> [ ] [^ [a-z] [[: :] * + ? {2} {2,} {2,900} {1001}',
    '\\d \\- \\/ \\1 \\k \\p{L} \\b \\. \\ \\S \\cA \\x41 / é &&',
  ];
  const piece = fc.constantFrom(' ', ...pieces.join(' ').split(' '));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), (made) => {
      const pattern = made.join('');
      fc.pre(isPattern(pattern));
      expect(() => compilePattern(pattern)).not.toThrow();
    }),
    { numRuns: RUNS },
  );
});
