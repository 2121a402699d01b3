import { readFile } from 'node:fs/promises';
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/problem/catalogue.ts';
import { compact } from '../../src/problem/compact.ts';
import { github } from '../../src/problem/github.ts';
import { json } from '../../src/problem/json.ts';
import { junit } from '../../src/problem/junit.ts';
import { pretty } from '../../src/problem/pretty.ts';
import type { Problem, ProblemCode } from '../../src/problem/problem.ts';
import { sarif } from '../../src/problem/sarif.ts';
import { pageOf } from '../../src/problem/told.ts';
import { examples, rulebook, spanOf } from './examples.ts';

const FORMATS: Readonly<Record<string, (problems: readonly Problem[]) => string>> = {
  'pretty.txt': (problems) => pretty(problems, false, { docs: true }),
  'pretty-color.txt': (problems) => pretty(problems, true, { docs: true }),
  'compact.txt': compact,
  'json.json': json,
  'sarif.json': (problems) => sarif(problems, '1.2.3'),
  'github.txt': github,
  'junit.xml': junit,
};

describe.each(Object.entries(FORMATS))('%s', (file, render) => {
  test('tells the same problems as its golden file', async () => {
    await expect(`${render(examples)}\n`).toMatchFileSnapshot(`golden/${file}`);
  });

  test('shows no phone number that stands in the file', () => {
    expect(render(examples)).not.toContain('611222333');
    expect(render(examples)).toContain('+34777666555');
  });
});

describe('json', () => {
  test('is one object with the fields that scripts rely on, counted from 1', () => {
    const [first, second] = (JSON.parse(json(examples)) as { problems: object[] }).problems;
    expect(first).toEqual({
      code: 'RB0001',
      severity: 'error',
      message: 'rulebooks/nowhere.yml cannot be read: it does not exist',
      file: null,
      line: null,
      column: null,
      endLine: null,
      endColumn: null,
      help: null,
      url: 'docs/problems.md#rb0001-the-file-cannot-be-read',
    });
    expect(second).toMatchObject({ code: 'RB0501', line: 3, column: 38, endLine: 3, endColumn: 50 });
  });

  test('is an empty list where nothing is wrong', () => {
    expect(JSON.parse(json([]))).toEqual({ problems: [] });
  });
});

describe('sarif', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  // It says that it is of draft 04, whose words for what it uses are those of draft 07 but for `id`.
  const { $schema: _, id: __, ...schema } = sarifSchema;
  const validate = ajv.compile(schema);

  test.each([[examples], [[]]])('fits the schema of SARIF 2.1.0', (problems) => {
    validate(JSON.parse(sarif(problems, '1.2.3')));
    expect(validate.errors).toBeNull();
  });

  test('writes a path as a URI', () => {
    expect(sarif(examples, '1.2.3')).toContain('"uri": "rulebooks/a%2C%20b%20%26%20c.yml"');
    const at = spanOf({ ...rulebook, file: '/tmp/x y.yml' }, 'on');
    expect(sarif([{ code: 'RB0101', severity: 'error', message: 'no', at }], '1.2.3')).toContain(
      'file:///tmp/x%20y.yml',
    );
  });
});

describe('junit', () => {
  test('is well-formed, whatever stands in a message', () => {
    const hostile = 'a & b &amp; <c> "d" ]]> \u0000\u001b\uFFFE \uD800';
    const at = { ...spanOf(rulebook, 'on'), source: { ...rulebook, file: hostile } };
    const report = junit([{ code: 'RB0101', severity: 'error', message: hostile, at, help: hostile }]);
    const words: string[] = [];
    const parser = new SaxesParser();
    parser.on('error', (failure) => {
      throw failure;
    });
    parser.on('text', (text) => words.push(text));
    parser.write(report).close();
    expect(words.join('')).toContain('a & b &amp; <c> "d" ]]>');
  });

  test('has a test that passed where nothing is wrong', () => {
    expect(junit([])).toContain('tests="1" failures="0"');
    expect(junit([])).toContain('<testcase name="ringbook check"');
  });
});

describe('github', () => {
  test('is one line a problem, with nothing in it that could begin another command', () => {
    const lines = github(examples).split('\n');
    expect(lines).toHaveLength(examples.length);
    expect(lines.every((line) => /^::(error|warning) [^:]*::/.test(line))).toBe(true);
  });
});

test('the page of a code is the anchor that GitHub makes of its heading', async () => {
  const document = await readFile(new URL('../../docs/problems.md', import.meta.url), 'utf8');
  const anchors = [...document.matchAll(/^## (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const codes = Object.keys(CATALOGUE).filter((code) => document.includes(`## ${code}:`)) as ProblemCode[];
  expect(codes.length).toBeGreaterThan(30);
  for (const code of codes) expect(anchors).toContain(pageOf(code).replace('docs/problems.md#', ''));
});
