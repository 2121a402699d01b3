import { expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { OpFailed } from '../../../src/plugin/plugin.ts';
import { parse } from '../../../src/plugins/core/parse.ts';
import type { Json, JsonObject } from '../../../src/schema/schema.ts';
import { newContext } from '../context.ts';
import { problemsOf } from '../project.ts';

/** Ten lists, each of nine aliases of the one before. */
const LAUGHS = Array.from({ length: 10 }, (_, level) =>
  level === 0
    ? 'a0: &a0 [lol]'
    : `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
).join('\n');

async function parsed(args: JsonObject): Promise<Json> {
  return parse(args, newContext(newHttpClient(), {}));
}

test.each<[JsonObject, Json]>([
  [{ text: '{"a":[1,null]}' }, { a: [1, null] }],
  [{ text: '"x"', format: 'json' }, 'x'],
  [
    { text: 'a: [1, x]\nb: yes', format: 'yaml' },
    { a: [1, 'x'], b: 'yes' },
  ],
  [{ text: 'a: 2026-01-02', format: 'yaml' }, { a: '2026-01-02' }],
  [{ text: 'a: .inf', format: 'yaml' }, { a: null }],
])('makes of %j the value %j', async (args, value) => {
  expect(await parsed(args)).toEqual(value);
});

test.each<[JsonObject, string]>([
  [{ text: '{"secret": hunter2}' }, '"text" is not valid JSON'],
  [{ text: '' }, '"text" is not valid JSON'],
  [{ text: '['.repeat(200), format: 'yaml' }, '"text" is not valid YAML'],
  [{ text: '', format: 'yaml' }, '"text" is not valid YAML: expected a document'],
  [{ text: LAUGHS, format: 'yaml' }, '"text" makes a value of more than 1048576 characters'],
  [{ text: 'a: &a [*a]', format: 'yaml' }, '"text" is YAML that leads in a circle'],
  [{ text: 'x'.repeat(1024 * 1024 + 1) }, '"text" has more than 1048576 characters'],
])('fails of %j in words', async (args, message) => {
  const failure = parsed(args);
  await expect(failure).rejects.toBeInstanceOf(OpFailed);
  await expect(failure).rejects.toThrow(message);
});

test('quotes nothing of a text that is not valid', async () => {
  await expect(parsed({ text: '{"secret": hunter2}' })).rejects.not.toThrow('hunter2');
});

test.each([`parse: \${title}`, `p = parse: { text: \${title}, format: yaml }`, `parse: [\${title}, json]`])(
  'takes the form %s',
  (op) => {
    expect(problemsOf({ do: `- ${op}\n` })).toEqual([]);
  },
);
