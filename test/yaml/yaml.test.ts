import { describe, expect, test } from 'vitest';
import { placesOf } from '../../src/problem/problem.ts';
import { type MapNode, type Node, nodeAt, offsetIn, parseYaml, toJson } from '../../src/yaml/yaml.ts';

function parse(text: string) {
  return parseYaml({ file: 'test.yml', text });
}

function jsonOf(text: string): unknown {
  const { root, problems } = parse(text);
  expect(problems).toEqual([]);
  // Objects of the tree have no prototype; toEqual does not mind.
  return root && JSON.parse(JSON.stringify(toJson(root)));
}

function problemsOf(text: string): readonly string[] {
  return parse(text).problems.map(({ code, message, at }) => {
    const { line, column } = placesOf({ text })(at?.start ?? 0);
    return `${line}:${column} ${code} ${message}`;
  });
}

describe('references', () => {
  test('may stand unquoted in flow mappings and lists, next to each other, and with braces and quotes inside', () => {
    expect(jsonOf('{ a: ${x}, b: [${y}, ${z}${w}], c: ${ {"k": "}"}.k } }')).toEqual({
      a: '${x}',
      b: ['${y}', '${z}${w}'],
      c: '${ {"k": "}"}.k }',
    });
  });

  test('may hold what YAML would take for a key or a comment', () => {
    expect(jsonOf('a: ${ x ? "y: z" : "#w" } and ${b}')).toEqual({ a: '${ x ? "y: z" : "#w" } and ${b}' });
  });

  test('follow the rules of YAML in quotes', () => {
    expect(jsonOf(`a: "\${x == \\"y\\"}"\nb: 'it''s \${x}'`)).toEqual({ a: '${x == "y"}', b: "it's ${x}" });
  });

  test('are left alone in comments and block scalars', () => {
    expect(jsonOf('a: 1 # ${x: {\nb: |\n  ${x}: "\n  more\nc: ${y}\n')).toEqual({
      a: 1,
      b: '${x}: "\nmore\n',
      c: '${y}',
    });
  });

  test('survive the folding of a scalar over several lines', () => {
    expect(jsonOf('a: one ${x}\n  two ${y}\n  three\nb: 2')).toEqual({ a: 'one ${x} two ${y} three', b: 2 });
  });

  test('after an apostrophe inside words are found all the same', () => {
    expect(jsonOf("a: don't ${x}, and { ${y: z} }\nb: {k: don't ${x}}")).toEqual({
      a: "don't ${x}, and { ${y: z} }",
      b: { k: "don't ${x}" },
    });
  });

  test('do not disturb a file that has private-use characters of its own', () => {
    expect(jsonOf('{ a: \uE000${x}\uE000, b: ${y} }')).toEqual({ a: '\uE000${x}\uE000', b: '${y}' });
  });
});

describe('places', () => {
  const text = 'do:\n  - op: { a : ${one}, b: "q ${two}" }\n    # a comment with ${\n  - last:\n';
  const root = parse(text).root as Node;

  test.each([
    [['do', '0', 'op', 'a'], '${one}'],
    [['do', '0', 'op', 'b'], '"q ${two}"'],
    [['do', '0', 'op'], '{ a : ${one}, b: "q ${two}"'],
  ])('of %j', (path, expected) => {
    const node = nodeAt(root, path);
    expect(text.slice(node.start, node.end)).toBe(expected);
  });

  test('of a key after hidden references is where it stands', () => {
    const last = (nodeAt(root, ['do', '1']) as MapNode).entries[0];
    expect(text.slice(last?.key.start, last?.key.end)).toBe('last');
  });

  test('inside a quoted scalar with escapes point at the reference', () => {
    const source = { file: 'x', text: 'a: "tab\\t and ${one} and ${two}"' };
    const scalar = nodeAt(parseYaml(source).root as Node, ['a']);
    if (scalar.kind !== 'scalar') throw new Error('a scalar was expected');
    const offset = offsetIn(source, scalar, scalar.text.indexOf('two'));
    expect(source.text.slice(offset, offset + 3)).toBe('two');
  });
});

describe('what is wrong', () => {
  test.each([
    ['a: 1\na: 2', ['2:1 RB0003 the key "a" is given twice']],
    ['a: [1', ['1:6 RB0002 not valid YAML: unexpected end of the stream within a flow collection']],
    ['a: *b', ['1:4 RB0002 no anchor &b stands before this alias']],
    ['a: &a [*a]', ['1:8 RB0004 the alias *a leads back to itself']],
    ['? [a]\n: 1', ['1:3 RB0002 a key must be a word, not a list or a map']],
    ['a\n---\nb', ['2:1 RB0002 one file holds one document']],
    ['a\n...\nb', ['2:1 RB0002 one file holds one document']],
    ['a: !!int 3', ['1:4 RB0002 the tag !!int is not known here']],
  ])('%j', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test('aliases that multiply beyond measure are refused before they are written out', () => {
    const lines = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg'].map((pair) => [...pair])) {
      lines.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
    }
    expect(problemsOf(lines.join('\n'))[0]).toContain('RB0004 the aliases of this file write out to more than');
  });

  test('nesting beyond the limit is a problem, and no crash', () => {
    expect(problemsOf('['.repeat(100_000))[0]).toContain('RB0004');
  });
});

describe('values', () => {
  test('are those of the core schema: words like yes and no are words', () => {
    expect(jsonOf("a: yes\nb: null\nc: ~\nd:\ne: 0x1F\nf: 1.5\ng: '1'\nh: 2026-11-21")).toEqual({
      a: 'yes',
      b: null,
      c: null,
      d: null,
      e: 31,
      f: 1.5,
      g: '1',
      h: '2026-11-21',
    });
  });

  test('under a key __proto__ reach no prototype', () => {
    const value = toJson(parse('__proto__: { polluted: true }').root as Node);
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('aliases stand for what they name', () => {
    expect(jsonOf('a: &x { b: 1 }\nc: *x')).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });
});
